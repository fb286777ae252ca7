#include "main/upkeep/look.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "adapters/aws/endpoints.h"
#include "adapters/aws/profile.h"
#include "main/serve/graph.h"
#include "main/upkeep/table_to_look.h"
#include "net/process.h"

namespace elevator::serve {
namespace {

namespace fs = std::filesystem;

// A folder of one's own, for as long as this lives.
class BriefFolder {
 public:
  static base::Result<std::unique_ptr<BriefFolder>> make() {
    std::error_code error;
    std::string path = fs::temp_directory_path(error).string() + "/sso-elevator-XXXXXX";
    if (error || ::mkdtemp(path.data()) == nullptr) {
      return base::unavailable("cannot make a folder for temporary files");
    }
    return std::unique_ptr<BriefFolder>(new BriefFolder(std::move(path)));
  }
  ~BriefFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  BriefFolder(const BriefFolder&) = delete;
  BriefFolder& operator=(const BriefFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit BriefFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

base::Result<settings::Settings> read_settings(const settings::Environment& environment,
                                               const std::string& config_file) {
  std::optional<std::string> file;
  if (!config_file.empty()) {
    std::ifstream stream(config_file, std::ios::binary);
    if (!stream) return base::invalid("cannot read " + config_file);
    file = std::string(std::istreambuf_iterator<char>(stream), {});
  }
  TRY(auto settings, settings::load(environment, file));
  // Nobody is told anything: a look works without Slack, and must not reach it.
  settings.slack_bot_token = base::Secret();
  settings.slack_bot_token_ref.clear();
  settings.slack_signing_secret_ref.clear();
  if (!settings.slack_channel) settings.slack_channel = domain::ChannelId::literal("C0");
  return settings;
}

base::Status has_rules(const settings::Settings& settings) {
  const bool given = !settings.rules_file.empty() || !settings.config_s3_key.empty() ||
                     !settings.rules_document.empty();
  if (given) return {};
  return base::invalid(
      "the rules are missing: give RULES_FILE, or CONFIG_S3_KEY, or STATEMENTS and "
      "GROUP_STATEMENTS");
}

base::Status has_rules_in_force(Graph& graph, const settings::Settings& settings,
                                const std::string& folder) {
  if (graph.rulebook().current()) return {};
  if (!settings.state_table.empty()) {
    return base::not_found("no rules are in force in the table " + settings.state_table +
                           " (STATE_TABLE_NAME), or the audit bucket does not have them");
  }
  return base::not_found("no rules are in force in " + folder + " yet: start `serve` with it once");
}

base::Status has_audit_bucket(const settings::Settings& settings) {
  if (!settings.audit_bucket.empty()) return {};
  return base::invalid(
      "STATE_TABLE_NAME names the rows of an installation on AWS Lambda: give its other settings, "
      "too (S3_BUCKET_FOR_AUDIT_ENTRY_NAME is missing), or leave it out to look into --state");
}

}  // namespace

base::Result<std::string> look(
    const entry::DryRun& options,
    const std::function<base::Result<std::string>(Upkeep&, bool json)>& preview) {
  net::ignore_sigpipe();
  net::configure_name_lookup();
  const auto environment = settings::environment_of_process();
  TRY(auto settings, read_settings(environment, options.config_file));
  const auto region = adapters::aws::configured_region(environment);
  if (!region) return base::invalid(std::string(adapters::aws::kNoRegion));
  // Rows are in a table where the functions on AWS Lambda keep them, else in a folder.
  const bool at_aws = !settings.state_table.empty();
  if (at_aws) TRY_VOID(has_audit_bucket(settings));
  // Where `serve` never ran, nothing is left behind either: neither rows nor an audit entry.
  std::unique_ptr<BriefFolder> brief;
  const bool is_first = !at_aws && !fs::exists(options.state_folder + "/elevator.db");
  if (is_first) {
    TRY_VOID(has_rules(settings));
    TRY(brief, BriefFolder::make());
    settings.audit_bucket.clear();
  }
  base::SystemClock clock;
  base::NullLogger log;
  base::NullMetrics metrics;
  adapters::aws::SleepingWaiter waiter;
  hooks::CallGate gate;
  Readiness readiness(clock);
  TRY(const auto graph,
      Graph::build({.settings = settings,
                    .environment = environment,
                    .keep = at_aws     ? look_into_table(clock)
                            : is_first ? keep_in_folder(brief->path(), clock)
                                       : look_into_folder(options.state_folder, clock),
                    .region = *region,
                    .clock = clock,
                    .waiter = waiter,
                    .gate = gate,
                    .readiness = readiness,
                    .log = log,
                    .metrics = metrics}));
  if (is_first) {
    TRY_VOID(graph->rulebook().refresh());
    if (const auto trouble = graph->rulebook().trouble()) return *trouble;
  }
  TRY_VOID(has_rules_in_force(*graph, settings, options.state_folder));
  TRY_VOID(graph->refresh_listings());
  return preview(graph->upkeep(), options.json);
}

}  // namespace elevator::serve
