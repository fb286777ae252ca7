#include "main/settings/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/check.h"
#include "base/lower_case.h"
#include "codec/text.h"
#include "main/settings/table.h"
#include "main/settings/values.h"
#include "wire/aws/secret_reference.h"
#include "workflow/sync/rules.h"

namespace elevator::settings {
namespace {

constexpr size_t kMostHandler = 80;

base::LogLevel log_level(Values& values) {
  const std::string name = values.text("LOG_LEVEL");
  if (name == "DEBUG" || name == "debug") return base::LogLevel::kDebug;
  if (name == "INFO" || name == "info" || name.empty()) return base::LogLevel::kInfo;
  if (name == "WARNING" || name == "warning" || name == "WARN") return base::LogLevel::kWarning;
  if (name == "ERROR" || name == "error" || name == "CRITICAL") return base::LogLevel::kError;
  values.wrong("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR");
  return base::LogLevel::kInfo;
}

SweepMode sweep_mode(Values& values) {
  const std::string name = values.text("SWEEP_MODE");
  if (name == "off") return SweepMode::kOff;
  if (name == "warn") return SweepMode::kWarn;
  if (name == "remove") return SweepMode::kRemove;
  values.wrong("SWEEP_MODE", "off, warn or remove");
  return SweepMode::kWarn;
}

// An account id, at the end of a path, must not look like a folder: trailing slashes go.
std::string without_trailing_slashes(std::string text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  return text;
}

// A secret itself or where it is kept, not both: one of them would be out of date unnoticed.
void read_reference(Values& values, const std::string& name, const base::Secret& itself,
                    std::string& reference) {
  const std::string setting = name + "_REF";
  reference = values.text(setting);
  if (reference.empty()) return;
  if (const auto good = wire::aws::parse_secret_reference(reference); !good) {
    values.problem(setting, good.error().message);
  }
  if (!itself.empty()) values.problem(setting, "keep one of " + setting + " and " + name);
}

void read_slack(Values& values, Settings& settings) {
  settings.slack_bot_token = base::Secret(values.text("SLACK_BOT_TOKEN"));
  settings.slack_signing_secret = base::Secret(values.text("SLACK_SIGNING_SECRET"));
  read_reference(values, "SLACK_BOT_TOKEN", settings.slack_bot_token, settings.slack_bot_token_ref);
  read_reference(values, "SLACK_SIGNING_SECRET", settings.slack_signing_secret,
                 settings.slack_signing_secret_ref);
  settings.slack_app_token = base::Secret(values.text("SLACK_APP_TOKEN"));
  settings.slack_channel = values.id<domain::ChannelId>(
      "SLACK_CHANNEL_ID",
      "the id of a channel like C0123456789, not its name (in Slack: \"View "
      "channel details\", at the very end)");
  settings.slack_team = values.id<domain::WorkspaceId>(
      "SLACK_TEAM_ID", "the id of a workspace like T0123456789 (or of an organization, E...)");
  settings.slack_api_url = values.text("SLACK_API_URL");
  if (!settings.slack_api_url.starts_with("https://") &&
      !settings.slack_api_url.starts_with("http://")) {
    values.wrong("SLACK_API_URL", "an address like https://slack.com/api/");
  }
  settings.slack_options_load = values.boolean("SLACK_OPTIONS_LOAD");
  settings.send_dm_if_user_not_in_channel = values.boolean("SEND_DM_IF_USER_NOT_IN_CHANNEL");
  settings.post_update_to_slack = values.boolean("POST_UPDATE_TO_SLACK");
  settings.emoji = {.good = values.text("GOOD_RESULT_EMOJI"),
                    .waiting = values.text("WAITING_RESULT_EMOJI"),
                    .bad = values.text("BAD_RESULT_EMOJI"),
                    .discarded = values.text("DISCARDED_RESULT_EMOJI")};
}

void read_rules(Values& values, Settings& settings) {
  settings.rules_file = values.text("RULES_FILE");
  settings.config_bucket = values.text("CONFIG_BUCKET_NAME");
  settings.config_s3_key = values.text("CONFIG_S3_KEY");
  boost::json::object document;
  for (const auto& [name, key] :
       {std::pair{"STATEMENTS", "statements"}, std::pair{"GROUP_STATEMENTS", "group_statements"}}) {
    if (auto list = values.document(name)) document[key] = *std::move(list);
  }
  if (!document.empty()) settings.rules_document = codec::to_json_text(document);
  const int given = (settings.rules_file.empty() ? 0 : 1) +
                    (settings.config_s3_key.empty() ? 0 : 1) + (document.empty() ? 0 : 1);
  if (given > 1) {
    values.problem("RULES_FILE",
                   "the rules are given more than once: keep one of RULES_FILE, CONFIG_S3_KEY, "
                   "and STATEMENTS with GROUP_STATEMENTS");
  }
}

void read_durations(Values& values, Settings& settings) {
  for (const std::string& text : values.texts("PERMISSION_DURATION_LIST_OVERRIDE")) {
    const auto duration = base::parse_duration(text);
    if (duration && *duration > base::Seconds(0)) {
      settings.durations.push_back(*duration);
    } else {
      values.problem("PERMISSION_DURATION_LIST_OVERRIDE",
                     "\"" + text.substr(0, 40) + "\" is not a duration like \"01:30\"");
    }
  }
}

void read_requests(Values& values, Settings& settings) {
  settings.request_expiration =
      base::hours(values.integer("REQUEST_EXPIRATION_HOURS", 0, 24 * 365));
  settings.first_reminder_after =
      base::minutes(values.integer("APPROVER_RENOTIFICATION_INITIAL_WAIT_TIME", 0, 60 * 24 * 30));
  settings.reminder_factor = static_cast<std::uint32_t>(
      values.integer("APPROVER_RENOTIFICATION_BACKOFF_MULTIPLIER", 0, 100));
  settings.max_duration = base::hours(values.integer("MAX_PERMISSIONS_DURATION_TIME", 1, 24 * 365));
  read_durations(values, settings);
  for (const std::string& domain : values.texts("SECONDARY_FALLBACK_EMAIL_DOMAINS")) {
    if (domain.size() > 1 && domain.front() == '@') {
      settings.secondary_domains.push_back(domain);
    } else {
      values.problem("SECONDARY_FALLBACK_EMAIL_DOMAINS",
                     "\"" + domain.substr(0, 80) + "\" must start with @, like \"@example.com\"");
    }
  }
  for (const std::string& text : values.texts("SECURITY_PEOPLE")) {
    auto email = domain::Email::parse(text);
    if (email) {
      settings.security_people.push_back(*std::move(email));
    } else {
      values.problem("SECURITY_PEOPLE", email.error().message);
    }
  }
}

void read_aws(Values& values, Settings& settings) {
  settings.sso_instance = values.id<domain::InstanceArn>(
      "SSO_INSTANCE_ARN", "an ARN like arn:aws:sso:::instance/ssoins-0123456789abcdef");
  settings.access_portal_url = values.text("AWS_ACCESS_PORTAL_URL");
  if (!settings.access_portal_url.empty() && !settings.access_portal_url.starts_with("https://")) {
    values.wrong("AWS_ACCESS_PORTAL_URL", "an https:// address");
  }
  settings.cache_enabled = values.boolean("CACHE_ENABLED");
  settings.audit_bucket = values.text("S3_BUCKET_FOR_AUDIT_ENTRY_NAME");
  settings.audit_prefix = without_trailing_slashes(values.text("S3_BUCKET_PREFIX_FOR_PARTITIONS"));
  settings.audit_kms_key = values.text("AUDIT_KMS_KEY_ARN");
  settings.state_table = values.text("STATE_TABLE_NAME");
  settings.timers = {.group = values.text("SCHEDULE_GROUP_NAME"),
                     .role_arn = values.text("SCHEDULE_POLICY_ARN"),
                     .target_arn = values.text("REVOKER_FUNCTION_ARN"),
                     .dead_letter_arn = values.text("DEAD_LETTER_QUEUE_ARN")};
}

void read_sweep(Values& values, Settings& settings) {
  settings.sweep_mode = sweep_mode(values);
  settings.sweep_allow_list = values.texts("SWEEP_ALLOW_LIST");
  settings.sweep.grace = base::hours(values.integer("SWEEP_GRACE_HOURS", 1, 24 * 365));
  settings.sweep.most_removals =
      static_cast<size_t>(values.integer("SWEEP_MOST_REMOVALS", 0, 100'000));
  settings.sweep.most_percent =
      static_cast<int>(values.integer("SWEEP_MOST_REMOVALS_PERCENT", 0, 100));
  settings.sweep.rate_share_percent =
      static_cast<int>(values.integer("SWEEP_RATE_SHARE_PERCENT", 1, 100));
}

void read_sync(Values& values, Settings& settings) {
  SyncSettings& sync = settings.sync;
  // Anything but this word leaves it off, as in the existing product (COMPAT 2.2).
  sync.enabled = base::lower_ascii(values.text("ATTRIBUTE_SYNC_ENABLED")) == "true";
  const auto managed_groups =
      values.document("ATTRIBUTE_SYNC_MANAGED_GROUPS").value_or(boost::json::array());
  const auto rules = values.document("ATTRIBUTE_SYNC_RULES").value_or(boost::json::array());
  const std::string policy = values.text("ATTRIBUTE_SYNC_MANUAL_ASSIGNMENT_POLICY");
  sync.config = workflow::sync::parse_config(managed_groups, rules, policy);
  sync.most_removals =
      static_cast<size_t>(values.integer("ATTRIBUTE_SYNC_MOST_REMOVALS", 0, 100'000));
  sync.most_percent =
      static_cast<int>(values.integer("ATTRIBUTE_SYNC_MOST_REMOVALS_PERCENT", 0, 100));
  if (sync.enabled && !sync.config) {
    values.problem("ATTRIBUTE_SYNC_ENABLED", sync.config.error().message);
  }
}

std::vector<std::string> given_without_effect(const Values& values) {
  std::vector<std::string> names;
  for (const Setting& setting : table()) {
    const bool works_here = setting.effect == Effect::kFull && setting.scope != Scope::kLambda;
    if (!works_here && values.given(setting.name)) {
      names.emplace_back(setting.name);
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& problems) {
  std::string out;
  for (const std::string& problem : problems) out += (out.empty() ? "" : "\n") + problem;
  return out;
}

std::vector<std::string> missing_of_slack(const Settings& settings, bool answers_slack) {
  std::vector<std::string> missing;
  if (settings.slack_bot_token.empty() && settings.slack_bot_token_ref.empty()) {
    missing.emplace_back(
        "SLACK_BOT_TOKEN is missing: the bot token (xoxb-...) from \"OAuth & Permissions\" of "
        "the Slack app, or SLACK_BOT_TOKEN_REF");
  }
  if (answers_slack && settings.slack_signing_secret.empty() &&
      settings.slack_signing_secret_ref.empty()) {
    missing.emplace_back(
        "SLACK_SIGNING_SECRET is missing: the signing secret from \"Basic Information\" of the "
        "Slack app, or SLACK_SIGNING_SECRET_REF");
  }
  if (!settings.slack_channel) {
    missing.emplace_back(
        "SLACK_CHANNEL_ID is missing: the id (C...) of the channel in which requests are posted");
  }
  return missing;
}

}  // namespace

Environment environment_of_process() {
  Environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

base::Result<Settings> load(const Environment& environment,
                            const std::optional<std::string>& file) {
  Values values;
  if (file) values.read_file(*file);
  values.read_environment(environment);
  Settings settings;
  read_slack(values, settings);
  read_rules(values, settings);
  read_requests(values, settings);
  read_aws(values, settings);
  settings.reconcile_interval =
      base::Seconds(values.integer("RECONCILE_INTERVAL_SECONDS", 1, 3600));
  settings.oldest_account_facts =
      base::hours(values.integer("ACCOUNT_FACTS_MAX_AGE_HOURS", 1, 24 * 30));
  read_sweep(values, settings);
  read_sync(values, settings);
  settings.log_level = log_level(values);
  settings.without_effect = given_without_effect(values);
  if (!values.problems().empty()) return base::invalid(joined(values.problems()));
  return settings;
}

base::Status check_serve(const Settings& settings) {
  std::vector<std::string> missing = missing_of_slack(settings, true);
  if (settings.rules_file.empty() && settings.config_s3_key.empty() &&
      settings.rules_document.empty()) {
    missing.emplace_back(
        "the rules are missing: give RULES_FILE, or CONFIG_S3_KEY, or STATEMENTS and "
        "GROUP_STATEMENTS");
  }
  if (missing.empty()) return {};
  return base::invalid(joined(missing));
}

base::Result<Function> parse_function(std::string_view handler) {
  if (handler == "requester") return Function::kRequester;
  if (handler == "revoker") return Function::kRevoker;
  if (handler == "attribute-syncer") return Function::kAttributeSyncer;
  return base::invalid("the handler of this function is \"" +
                       std::string(handler.substr(0, kMostHandler)) +
                       "\"; expected requester, revoker or attribute-syncer");
}

base::Status check_function(const Settings& settings, Function function) {
  const bool answers_slack = function == Function::kRequester;
  std::vector<std::string> missing = missing_of_slack(settings, answers_slack);
  const auto need = [&](const std::string& value, std::string_view name) {
    if (value.empty()) missing.push_back(std::string(name) + " is missing");
  };
  if (!settings.rules_file.empty()) missing.emplace_back("RULES_FILE is not for functions");
  if (settings.rules_document.empty()) need(settings.config_s3_key, "CONFIG_S3_KEY");
  need(settings.state_table, "STATE_TABLE_NAME");
  need(settings.audit_bucket, "S3_BUCKET_FOR_AUDIT_ENTRY_NAME");
  if (function != Function::kAttributeSyncer) {
    need(settings.timers.group, "SCHEDULE_GROUP_NAME");
    need(settings.timers.role_arn, "SCHEDULE_POLICY_ARN");
    need(settings.timers.target_arn, "REVOKER_FUNCTION_ARN");
  } else if (!settings.sync.enabled) {
    missing.emplace_back("ATTRIBUTE_SYNC_ENABLED is not true");
  }
  if (missing.empty()) return {};
  return base::invalid(joined(missing));
}

}  // namespace elevator::settings
