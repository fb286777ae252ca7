#include "main/settings/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace elevator::settings {
namespace {

constexpr std::array kTable{
    // Slack
    Setting{"SLACK_BOT_TOKEN", Type::kSecret, "", Scope::kAll, "Bot token (`xoxb-...`). Required."},
    Setting{"SLACK_BOT_TOKEN_REF", Type::kText, "", Scope::kAll,
            "Where the bot token is kept instead: `ssm:NAME` or `secretsmanager:ARN`."},
    Setting{"SLACK_SIGNING_SECRET", Type::kSecret, "", Scope::kAll,
            "Verifies what Slack sends. Required."},
    Setting{"SLACK_SIGNING_SECRET_REF", Type::kText, "", Scope::kAll,
            "Where the signing secret is kept instead: `ssm:NAME` or `secretsmanager:ARN`."},
    Setting{"SLACK_APP_TOKEN", Type::kSecret, "", Scope::kServe,
            "App-level token (`xapp-...`) for Socket Mode, instead of a signing secret.",
            Effect::kNotYet},
    Setting{"SLACK_CHANNEL_ID", Type::kText, "", Scope::kAll,
            "Channel in which requests are posted. Required."},
    Setting{"SLACK_TEAM_ID", Type::kText, "", Scope::kAll,
            "The only workspace that is served; default: the one the bot token belongs to."},
    Setting{"SLACK_API_URL", Type::kText, "https://slack.com/api/", Scope::kAll,
            "Slack's Web API."},
    Setting{"SLACK_OPTIONS_LOAD", Type::kBool, "on", Scope::kAll,
            "Whether the Slack app has an options URL, so that menus search while one types."},
    Setting{
        "SEND_DM_IF_USER_NOT_IN_CHANNEL", Type::kBool, "true", Scope::kAll,
        "Also tell requesters directly when they are not in the channel; false: they get no direct "
        "messages, the reminder before the end included."},
    Setting{"POST_UPDATE_TO_SLACK", Type::kBool, "true", Scope::kAll,
            "Say in the thread when access ended; false: only the request's message shows it."},
    Setting{"GOOD_RESULT_EMOJI", Type::kText, ":large_green_circle:", Scope::kAll,
            "Shown in front of a request that was granted."},
    Setting{"WAITING_RESULT_EMOJI", Type::kText, ":large_yellow_circle:", Scope::kAll,
            "Shown in front of a request that waits."},
    Setting{"BAD_RESULT_EMOJI", Type::kText, ":red_circle:", Scope::kAll,
            "Shown in front of a request that was refused, denied or failed."},
    Setting{"DISCARDED_RESULT_EMOJI", Type::kText, ":white_circle:", Scope::kAll,
            "Shown in front of a request that is over."},
    // Rules
    Setting{"RULES_FILE", Type::kText, "", Scope::kServe,
            "Rules document (JSON or YAML) on this machine; read again when it changes."},
    Setting{"CONFIG_S3_KEY", Type::kText, "", Scope::kAll,
            "Rules document in the bucket `CONFIG_BUCKET_NAME`; read again when it changes."},
    Setting{"CONFIG_BUCKET_NAME", Type::kText, "sso-elevator-config", Scope::kAll,
            "Bucket of the rules document."},
    Setting{"STATEMENTS", Type::kDocument, "", Scope::kAll,
            "Account rules, when the document is not in a file or bucket."},
    Setting{"GROUP_STATEMENTS", Type::kDocument, "", Scope::kAll,
            "Group rules, when the document is not in a file or bucket."},
    // Requests
    Setting{"REQUEST_EXPIRATION_HOURS", Type::kInteger, "8", Scope::kAll,
            "An unanswered request expires after this many hours; 0 = never."},
    Setting{"APPROVER_RENOTIFICATION_INITIAL_WAIT_TIME", Type::kInteger, "15", Scope::kAll,
            "Minutes until approvers are reminded; 0 = no reminders."},
    Setting{"APPROVER_RENOTIFICATION_BACKOFF_MULTIPLIER", Type::kInteger, "2", Scope::kAll,
            "Each reminder waits this many times longer; 0 = always the same."},
    Setting{"MAX_PERMISSIONS_DURATION_TIME", Type::kInteger, "24", Scope::kAll,
            "Longest access, in hours, unless a rule allows less."},
    Setting{"PERMISSION_DURATION_LIST_OVERRIDE", Type::kTextList, "[]", Scope::kAll,
            "The durations to choose from, `[\"00:30\", \"01:00\"]`; empty = half-hour steps."},
    Setting{"SECONDARY_FALLBACK_EMAIL_DOMAINS", Type::kTextList, "[]", Scope::kAll,
            "Other domains under which a person may be in Identity Center, each with its `@`."},
    Setting{"SECURITY_PEOPLE", Type::kTextList, "[]", Scope::kAll,
            "E-mail addresses of those who may end any access."},
    // AWS
    Setting{"SSO_INSTANCE_ARN", Type::kText, "", Scope::kAll,
            "Identity Center instance; empty = the only one there is."},
    Setting{"IDENTITY_STORE_ID", Type::kText, "", Scope::kAll,
            "Accepted, has no effect: the instance tells which it is."},
    Setting{"AWS_ACCESS_PORTAL_URL", Type::kText, "", Scope::kAll,
            "Start page for people who got access; without it there is no sign-in link."},
    Setting{
        "CACHE_ENABLED", Type::kBool, "true", Scope::kAll,
        "Keep listings of accounts, permission sets and users across restarts; false: none is on "
        "disk, and forms wait for AWS after a start."},
    Setting{"ACCOUNT_FACTS_MAX_AGE_HOURS", Type::kInteger, "24", Scope::kAll,
            "Units and tags of accounts that were read longer ago decide nothing: requests wait."},
    // Audit and state
    Setting{"S3_BUCKET_FOR_AUDIT_ENTRY_NAME", Type::kText, "", Scope::kAll,
            "Bucket of the audit log; empty = the folder `audit` beside the state."},
    Setting{"S3_BUCKET_PREFIX_FOR_PARTITIONS", Type::kText, "logs", Scope::kAll,
            "Prefix of audit entries in the bucket."},
    Setting{"AUDIT_KMS_KEY_ARN", Type::kText, "", Scope::kAll,
            "KMS key of audit entries; empty = keys that S3 manages."},
    Setting{"STATE_TABLE_NAME", Type::kText, "", Scope::kLambda, "DynamoDB table of the rows."},
    // Running
    Setting{"RECONCILE_INTERVAL_SECONDS", Type::kInteger, "60", Scope::kServe,
            "At least this often all due rows are looked at."},
    Setting{"SWEEP_MODE", Type::kText, "warn", Scope::kAll,
            "What the sweep does with access that nobody asked for: `off` does not look; `warn` "
            "says so in Slack and removes nothing; `remove` warns first and removes once a day."},
    Setting{"SWEEP_ALLOW_LIST", Type::kTextList, "[]", Scope::kAll,
            "E-mail addresses of those whose access is meant to stay: the sweep leaves it alone."},
    Setting{"SWEEP_GRACE_HOURS", Type::kInteger, "24", Scope::kAll,
            "Hours between the warning and the removal."},
    Setting{"SWEEP_MOST_REMOVALS", Type::kInteger, "25", Scope::kAll,
            "More removals in one sweep have to be allowed in Slack by `SECURITY_PEOPLE`."},
    Setting{"SWEEP_MOST_REMOVALS_PERCENT", Type::kInteger, "30", Scope::kAll,
            "The same, as a share of all access in scope."},
    Setting{"SWEEP_RATE_SHARE_PERCENT", Type::kInteger, "50", Scope::kAll,
            "Share of Identity Center's calls per second that sweep and attribute sync may use."},
    Setting{"LOG_LEVEL", Type::kText, "INFO", Scope::kAll, "`DEBUG`, `INFO`, `WARNING`, `ERROR`."},
    // The functions on AWS
    Setting{"SCHEDULE_POLICY_ARN", Type::kText, "", Scope::kLambda,
            "Role with which EventBridge Scheduler calls the revoker."},
    Setting{"REVOKER_FUNCTION_ARN", Type::kText, "", Scope::kLambda, "Target of schedules."},
    Setting{"REVOKER_FUNCTION_NAME", Type::kText, "", Scope::kLambda,
            "Accepted, has no effect: schedules are known by their group."},
    Setting{"SCHEDULE_GROUP_NAME", Type::kText, "", Scope::kLambda, "Group of our schedules."},
    Setting{"DEAD_LETTER_QUEUE_ARN", Type::kText, "", Scope::kLambda,
            "Queue for schedules that could not be delivered."},
    Setting{"SSO_ELEVATOR_SCHEDULED_REVOCATION_RULE_NAME", Type::kText, "", Scope::kLambda,
            "Accepted, has no effect."},
    Setting{"ATTRIBUTE_SYNC_ENABLED", Type::kText, "false", Scope::kAll,
            "Only `true` switches the attribute sync on."},
    Setting{"ATTRIBUTE_SYNC_MANAGED_GROUPS", Type::kDocument, "[]", Scope::kAll,
            "Names of the groups that the attribute sync owns."},
    Setting{"ATTRIBUTE_SYNC_RULES", Type::kDocument, "[]", Scope::kAll,
            "`[{\"group_name\": ..., \"attributes\": {...}}]`."},
    Setting{"ATTRIBUTE_SYNC_MANUAL_ASSIGNMENT_POLICY", Type::kText, "warn", Scope::kAll,
            "What happens to members that no rule explains: `warn` or `remove`."},
    Setting{"ATTRIBUTE_SYNC_SCHEDULE", Type::kText, "rate(1 hour)", Scope::kAll,
            "Accepted; `serve` syncs every hour, on AWS the EventBridge rule decides."},
    Setting{"ATTRIBUTE_SYNC_MOST_REMOVALS", Type::kInteger, "25", Scope::kAll,
            "With more removals in one run the attribute sync removes nobody."},
    Setting{"ATTRIBUTE_SYNC_MOST_REMOVALS_PERCENT", Type::kInteger, "30", Scope::kAll,
            "The same for one group, as a share of its members."},
    Setting{"SLACK_APP_LOG_LEVEL", Type::kText, "", Scope::kAll, "Accepted, has no effect."},
    Setting{"POWERTOOLS_LOGGER_LOG_EVENT", Type::kText, "", Scope::kAll,
            "Accepted, has no effect."},
};

bool same(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
    return std::toupper(a) == std::toupper(b);
  });
}

std::string_view to_text(Scope scope) {
  switch (scope) {
    case Scope::kAll:
      return "all";
    case Scope::kServe:
      return "`serve`";
    case Scope::kLambda:
      return "Lambda";
  }
  return "";
}

}  // namespace

std::span<const Setting> table() { return kTable; }

const Setting* find(std::string_view name) {
  const auto* found = std::ranges::find_if(
      kTable, [&](const Setting& setting) { return same(setting.name, name); });
  return found == kTable.end() ? nullptr : found;
}

std::string_view to_string(Type type) {
  switch (type) {
    case Type::kText:
      return "text";
    case Type::kSecret:
      return "secret";
    case Type::kBool:
      return "true or false";
    case Type::kInteger:
      return "whole number";
    case Type::kTextList:
      return "JSON list of texts";
    case Type::kDocument:
      return "JSON";
  }
  return "";
}

std::string as_markdown() {
  std::string out =
      "# Settings\n\n"
      "Every setting has one name, in the environment and in the file of `--config` (YAML or "
      "JSON, an object with\nthese names as keys). The environment wins. Names ignore case. "
      "A key of the file that is not in this table is an error.\n\n"
      "AWS is configured by its own standard variables: `AWS_REGION`, access keys or "
      "`AWS_PROFILE` (docs/aws.md),\n`AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>`; "
      "proxies by `https_proxy` and `no_proxy`.\n\n"
      "**Not yet**: this version reads and checks the setting but does not act on it. `serve` "
      "logs a warning\n(`settings_without_effect`) when one of these is given, or one that only "
      "Lambda reads.\n\n"
      "This table is generated from src/main/settings/table.cc; a test compares the two.\n\n"
      "| name | type | default | read by | meaning |\n|---|---|---|---|---|\n";
  for (const Setting& setting : kTable) {
    const std::string fallback =
        setting.fallback.empty() ? "" : fmt::format("`{}`", setting.fallback);
    out += fmt::format("| `{}` | {} | {} | {} | {}{} |\n", setting.name, to_string(setting.type),
                       fallback, to_text(setting.scope),
                       setting.effect == Effect::kNotYet ? "**Not yet.** " : "", setting.help);
  }
  return out;
}

}  // namespace elevator::settings
