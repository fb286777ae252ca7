// Settings: everything the program is told from outside, checked once at start.
//
// One environment name per setting; the configuration file is the same settings; the environment
// wins. All errors are reported at once, each saying what to do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/ids.h"
#include "workflow/sync/rules.h"

namespace elevator::settings {

// The variables of a process by name.
using Environment = std::map<std::string, std::string>;
Environment environment_of_process();

enum class SweepMode { kOff, kWarn, kRemove };

struct SweepSettings {
  base::Milliseconds grace{};
  size_t most_removals = 0;
  int most_percent = 0;
  int rate_share_percent = 0;
};

struct SyncSettings {
  bool enabled = false;
  // Whatever is wrong with it stops the program only when the attribute sync is on.
  base::Result<workflow::sync::Config> config{};
  size_t most_removals = 0;
  int most_percent = 0;
};

// Of the schedules that end access (Lambda).
struct TimerSettings {
  std::string group, role_arn, target_arn, dead_letter_arn;
};

struct Emoji {
  std::string good, waiting, bad, discarded;
};

struct Settings {
  base::Secret slack_bot_token;
  std::string slack_bot_token_ref;
  base::Secret slack_signing_secret;
  std::string slack_signing_secret_ref;
  base::Secret slack_app_token;
  std::optional<domain::ChannelId> slack_channel;
  std::optional<domain::WorkspaceId> slack_team;
  std::string slack_api_url;
  bool slack_options_load = true;
  bool send_dm_if_user_not_in_channel = true;
  bool post_update_to_slack = true;
  Emoji emoji;

  std::string rules_file;
  std::string config_bucket;
  std::string config_s3_key;
  std::string rules_document;  // JSON made of STATEMENTS and GROUP_STATEMENTS; empty = none given

  base::Seconds request_expiration{};  // zero = never
  base::Milliseconds first_reminder_after{};
  std::uint32_t reminder_factor = 2;
  base::Seconds max_duration{};
  std::vector<base::Seconds> durations;  // PERMISSION_DURATION_LIST_OVERRIDE; may be empty
  std::vector<std::string> secondary_domains;
  std::vector<domain::Email> security_people;

  std::optional<domain::InstanceArn> sso_instance;
  std::string access_portal_url;
  bool cache_enabled = true;
  base::Seconds oldest_account_facts{};

  std::string audit_bucket;
  std::string audit_prefix;
  std::string audit_kms_key;  // empty: keys that S3 manages
  std::string state_table;
  TimerSettings timers;

  base::Seconds reconcile_interval{};
  SweepMode sweep_mode = SweepMode::kWarn;
  std::vector<std::string> sweep_allow_list;
  SweepSettings sweep;
  SyncSettings sync;
  base::LogLevel log_level = base::LogLevel::kInfo;
  // Names of settings that were given although `serve` does not act on them (yet).
  std::vector<std::string> without_effect;
};

// `file` is the text of the configuration file, when there is one. Unknown keys in it are errors;
// unknown variables are other programs' business.
base::Result<Settings> load(const Environment& environment, const std::optional<std::string>& file);

// What a program cannot do without: one error that names everything that is missing.
base::Status check_serve(const Settings& settings);

// The functions on AWS Lambda, each with the name of its handler.
enum class Function { kRequester, kRevoker, kAttributeSyncer };
base::Result<Function> parse_function(std::string_view handler);
base::Status check_function(const Settings& settings, Function function);

}  // namespace elevator::settings
