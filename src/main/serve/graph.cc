#include "main/serve/graph.h"

#include <atomic>

#include "adapters/aws/credential_sources.h"
#include "adapters/aws/directory.h"
#include "adapters/aws/identity_center.h"
#include "adapters/aws/organization.h"
#include "adapters/aws/s3.h"
#include "adapters/aws/secrets.h"
#include "adapters/files/rules_file.h"
#include "adapters/oncall/no_on_call.h"
#include "adapters/slack/chat.h"
#include "main/serve/gated.h"
#include "main/serve/settings_rules.h"
#include "main/serve/slack_check.h"
#include "main/serve/timed_http.h"
#include "main/serve/token_http.h"
#include "main/serve/workspace.h"
#include "workflow/adoption.h"

namespace elevator::serve {
namespace {

namespace aws = adapters::aws;
namespace slack = adapters::slack;

constexpr base::Milliseconds kTimeOfAStep = base::Seconds(3);

net::ClientOptions client_options(hooks::CallGate& gate) {
  net::ClientOptions options;
  options.proxy = net::proxy_from_environment();
  options.hooks.before = [&gate](const net::Request&) { gate.before(); };
  options.hooks.after = [&gate](const net::Request&, const base::Result<net::Response>&) {
    gate.after();
  };
  return options;
}

// The clock of calls to AWS. When the program ends, or its time is over, it jumps, so that every
// call is out of time and nobody repeats it.
class CallClock final : public base::Clock {
 public:
  CallClock(const base::Clock& clock, TimedHttp::End end) : clock_(clock), end_(std::move(end)) {}
  base::TimePoint now() const override {
    const base::TimePoint now = clock_.now();
    const auto end = end_ ? end_() : std::nullopt;
    const bool over = ended_ || (end && now >= *end);
    return now + (over ? base::hours(1) : base::hours(0));
  }
  void end() { ended_ = true; }

 private:
  const base::Clock& clock_;
  const TimedHttp::End end_;
  std::atomic<bool> ended_{false};
};

// What the rules look at: the rest of the catalogue need not be read.
aws::CatalogueScope scope_of(workflow::RulesInForce& rules) {
  aws::CatalogueScope scope{.units = false, .tags = false, .groups = false};
  const auto current = rules.current();
  if (!current) return scope;
  for (const policy::Statement& statement : (*current)->statements()) {
    scope.units |= std::holds_alternative<policy::OrganizationalUnits>(statement.resource);
    scope.tags |= std::holds_alternative<policy::Tags>(statement.resource);
    scope.groups |= statement.is_about_groups();
  }
  return scope;
}

wire::slack::Look look_of(const settings::Settings& settings) {
  return {.waiting_emoji = settings.emoji.waiting,
          .good_emoji = settings.emoji.good,
          .bad_emoji = settings.emoji.bad,
          .ended_emoji = settings.emoji.discarded,
          .portal_url = settings.access_portal_url};
}

wire::slack::Silence silence_of(const settings::Settings& settings) {
  return {.outsiders = !settings.send_dm_if_user_not_in_channel,
          .endings = !settings.post_update_to_slack};
}

workflow::Settings workflow_settings(const Surroundings& s) {
  const settings::Settings& settings = s.settings;
  workflow::Settings out;
  out.grants_in_parallel = 4;
  out.audit_is_delivered_apart = s.audit_is_delivered_apart;
  out.request_timing.first_reminder_after = settings.first_reminder_after;
  out.request_timing.reminder_factor = settings.reminder_factor;
  out.oldest_account_facts = settings.oldest_account_facts;
  out.limits.max_duration = settings.max_duration;
  out.limits.durations.insert(settings.durations.begin(), settings.durations.end());
  out.security_people.insert(settings.security_people.begin(), settings.security_people.end());
  if (s.out_of_time_at) {
    // What begins has the time to be written down.
    out.out_of_time = [&clock = s.clock, at = s.out_of_time_at] {
      const auto end = at();
      return end && clock.now() + kTimeOfAStep >= *end;
    };
  }
  return out;
}

}  // namespace

struct Graph::Parts {
  explicit Parts(const Surroundings& s)
      : settings(s.settings),
        log(s.log),
        call_clock(s.clock, s.out_of_time_at),
        network(client_options(s.gate)),
        http(network, s.clock, s.out_of_time_at),
        credentials(aws::all_providers({s.environment, s.region, http, s.clock}), s.clock),
        aws_client(aws::Endpoints(s.region, s.environment), {.http = http,
                                                             .credentials = credentials,
                                                             .clock = call_clock,
                                                             .waiter = s.waiter,
                                                             .metrics = s.metrics,
                                                             .log = s.log}),
        identity_center(aws_client, {.instance = s.settings.sso_instance}),
        secrets(aws_client),
        slack_http(http, secrets, s.settings),
        slack_world{slack_http, s.clock, s.log, s.metrics},
        slack_api({.base_url = s.settings.slack_api_url, .bot_token = s.settings.slack_bot_token},
                  slack_world),
        slack_people(slack_api, s.clock),
        chat({.channel = *s.settings.slack_channel,
              .look = look_of(s.settings),
              .silence = silence_of(s.settings)},
             slack_api, slack_people, slack_world) {}

  const settings::Settings& settings;
  base::Logger& log;
  CallClock call_clock;
  net::Client network;
  TimedHttp http;
  aws::CredentialsChain credentials;
  aws::Client aws_client;
  aws::IdentityCenter identity_center;
  aws::ReferencedSecrets secrets;
  TokenHttp slack_http;
  slack::ApiWorld slack_world;
  slack::Api slack_api;
  slack::People slack_people;
  slack::SlackChat chat;
  adapters::oncall::NoOnCall on_call;

  Keeping keeping;
  std::unique_ptr<GatedStore> store;
  std::unique_ptr<GatedAuditLog> audit;
  std::unique_ptr<ports::RulesSource> rules_source;
  std::unique_ptr<workflow::Rulebook> rulebook;
  std::unique_ptr<aws::Organization> organization;
  std::unique_ptr<aws::Directory> directory;
  std::unique_ptr<workflow::Checkpoints> checkpoints;
  std::unique_ptr<workflow::AdoptionGate> gate;
  std::unique_ptr<workflow::Engine> engine;
  std::unique_ptr<workflow::Adoption> adoption;
  std::unique_ptr<Upkeep> upkeep;
  std::unique_ptr<app::Application> owned_application;
  std::atomic<app::Application*> application{nullptr};

  base::Status open_state(const Surroundings& s);
  void choose_rules(const Surroundings& s);
  void build_workflow(const Surroundings& s);
  void build_application(domain::WorkspaceId workspace);
  std::optional<domain::WorkspaceId> served_workspace;
  std::optional<aws::Bucket> audit_bucket();
};

base::Status Graph::Parts::open_state(const Surroundings& s) {
  TRY(keeping, s.keep(aws_client, s.settings));
  store = std::make_unique<GatedStore>(*keeping.store, s.gate);
  audit = std::make_unique<GatedAuditLog>(*keeping.audit, s.gate, s.readiness);
  return {};
}

void Graph::Parts::choose_rules(const Surroundings& s) {
  if (!s.settings.rules_file.empty()) {
    rules_source = std::make_unique<adapters::files::RulesFile>(s.settings.rules_file);
  } else if (!s.settings.config_s3_key.empty()) {
    rules_source = std::make_unique<aws::S3RulesSource>(
        aws::Bucket(aws_client, s.settings.config_bucket), s.settings.config_s3_key);
  } else {
    rules_source = std::make_unique<SettingsRules>(s.settings.rules_document);
  }
  rulebook =
      std::make_unique<workflow::Rulebook>(workflow::Rulebook::Dependencies{.source = *rules_source,
                                                                            .store = *store,
                                                                            .audit = *audit,
                                                                            .chat = chat,
                                                                            .clock = s.clock,
                                                                            .log = s.log});
}

void Graph::Parts::build_workflow(const Surroundings& s) {
  organization = std::make_unique<aws::Organization>(
      aws_client, identity_center, *keeping.snapshots, s.log,
      aws::OrganizationOptions{.scope = [this] { return scope_of(*rulebook); }});
  directory = std::make_unique<aws::Directory>(
      aws_client, identity_center, *keeping.snapshots, s.log,
      aws::DirectoryOptions{.secondary_domains = s.settings.secondary_domains});
  checkpoints = std::make_unique<workflow::Checkpoints>(*store, *audit, s.clock);
  if (keeping.foreign) gate = std::make_unique<workflow::AdoptionGate>(*store, s.clock);
  engine = std::make_unique<workflow::Engine>(workflow::Ports{.store = *store,
                                                              .identity_center = identity_center,
                                                              .organization = *organization,
                                                              .directory = *directory,
                                                              .chat = chat,
                                                              .audit = *audit,
                                                              .timer = *keeping.timer,
                                                              .on_call = on_call,
                                                              .rules = *rulebook,
                                                              .clock = s.clock,
                                                              .log = s.log,
                                                              .metrics = s.metrics,
                                                              .gate = gate.get()},
                                              workflow_settings(s));
  if (keeping.foreign) {
    adoption = std::make_unique<workflow::Adoption>(*engine, *keeping.foreign);
  }
  upkeep = std::make_unique<Upkeep>(
      Upkeep::Surroundings{s.settings, aws_client, s.waiter, *engine, keeping.foreign.get()});
}

void Graph::Parts::build_application(domain::WorkspaceId workspace) {
  served_workspace = workspace;
  owned_application = std::make_unique<app::Application>(
      *engine,
      app::Settings{.workspace = std::move(workspace),
                    .request_expiration = settings.request_expiration,
                    .menu = settings.slack_options_load ? ports::Form::Menu::kTypeAhead
                                                        : ports::Form::Menu::kStatic,
                    .secondary_domains = !settings.secondary_domains.empty(),
                    .allow_removals =
                        [this](const auto& person, const auto& value) {
                          return upkeep->allow_removals(person, value);
                        }},
      keeping.snapshots.get());
  application = owned_application.get();
}

std::optional<aws::Bucket> Graph::Parts::audit_bucket() {
  if (settings.audit_bucket.empty()) return std::nullopt;
  return aws::Bucket(aws_client, settings.audit_bucket);
}

base::Result<std::unique_ptr<Graph>> Graph::build(const Surroundings& surroundings) {
  auto parts = std::make_unique<Parts>(surroundings);
  TRY_VOID(parts->open_state(surroundings));
  parts->choose_rules(surroundings);
  // Yesterday's rules hold until the source was read.
  TRY_VOID(parts->rulebook->load());
  parts->build_workflow(surroundings);
  return std::unique_ptr<Graph>(new Graph(std::move(parts)));
}

Graph::Graph(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Graph::~Graph() = default;

app::Application* Graph::application() { return parts_->application; }
workflow::Engine& Graph::engine() { return *parts_->engine; }
workflow::Rulebook& Graph::rulebook() { return *parts_->rulebook; }
workflow::Checkpoints& Graph::checkpoints() { return *parts_->checkpoints; }
Upkeep& Graph::upkeep() { return *parts_->upkeep; }

void Graph::adopt(base::TimePoint until) {
  if (!parts_->adoption) return;
  const auto report = parts_->adoption->run(until);
  if (!report) parts_->log.error("not_adopted", {{"error", report.error().message}});
}

base::Status Graph::refresh_listings() {
  const auto catalogue = parts_->organization->refresh();
  auto people = parts_->directory->refresh();
  if (app::Application* application = parts_->application) {
    application->listings.refresh_memberships();
  }
  TRY_VOID(catalogue);
  return people;
}

void Graph::reload_listings() {
  parts_->organization->reload();
  parts_->directory->reload();
  if (app::Application* application = parts_->application) application->memberships.reload();
}

ports::Snapshots& Graph::snapshots() { return *parts_->keeping.snapshots; }

base::Status Graph::know_workspace() {
  if (parts_->application != nullptr) return {};
  TRY(auto known, known_workspace(parts_->settings, *parts_->store));
  if (!known) return check_slack();
  parts_->build_application(*std::move(known));
  return {};
}

base::Status Graph::check_credentials() {
  TRY(const auto credentials, parts_->credentials.get());
  static_cast<void>(credentials);
  return {};
}

base::Status Graph::check_identity_center() {
  TRY(const auto instance, parts_->identity_center.instance());
  static_cast<void>(instance);
  return {};
}

base::Status Graph::check_secrets() {
  TRY_VOID(parts_->slack_http.check());
  TRY(const auto signing_secret, signing_secret());
  static_cast<void>(signing_secret);
  return {};
}

base::Result<base::Secret> Graph::signing_secret() {
  const auto& settings = parts_->settings;
  if (settings.slack_signing_secret_ref.empty()) return settings.slack_signing_secret;
  return parts_->secrets.read(settings.slack_signing_secret_ref);
}

void Graph::forget_signing_secret() {
  const std::string& reference = parts_->settings.slack_signing_secret_ref;
  if (!reference.empty()) parts_->secrets.forget(reference);
}

std::optional<std::string> Graph::credentials_trouble() { return parts_->credentials.trouble(); }

// Called by one thread at a time: first by the start, then by whoever keeps house.
base::Status Graph::check_slack() {
  if (parts_->application != nullptr) return check_served_workspace();
  const auto identity = parts_->slack_people.identity();
  if (!identity) {
    TRY(auto known, known_workspace(parts_->settings, *parts_->store));
    if (known) parts_->build_application(*std::move(known));
    return identity.error();
  }
  TRY(const auto workspace, agreed_workspace(parts_->settings, *identity));
  remember_workspace(*parts_->store, workspace, parts_->log);
  parts_->build_application(workspace);
  return {};
}

// It may have been remembered, while Slack did not answer, and the token may have been changed.
base::Status Graph::check_served_workspace() {
  TRY(const auto identity, parts_->slack_people.read_identity());
  TRY(const auto workspace, agreed_workspace(parts_->settings, identity));
  if (workspace == parts_->served_workspace) return {};
  return base::invalid("the bot token is of the workspace " + workspace.str() +
                       ", but this program serves " + parts_->served_workspace->str() +
                       ": start it again, or correct the token");
}

base::Status Graph::check_channel() {
  return serve::check_channel(parts_->slack_api, *parts_->settings.slack_channel, parts_->log);
}

base::Status Graph::check_channel_of_rule(const domain::ChannelId& channel) {
  return serve::check_channel(parts_->slack_api, channel, parts_->log, "Channel in the rule");
}

// Who may not list may still write: only what surely cannot work is trouble.
base::Status Graph::check_audit() {
  auto bucket = parts_->audit_bucket();
  if (!bucket) return {};
  const auto status = bucket->look(parts_->settings.audit_prefix);
  if (status) return {};
  if (status.error().kind == base::Kind::kDenied) {
    parts_->log.warning("audit_bucket_not_checked", {{"error", status.error().message}});
    return {};
  }
  return base::with_context("the bucket " + bucket->name() +
                                " of the audit log (S3_BUCKET_FOR_AUDIT_ENTRY_NAME) cannot be "
                                "reached; it has to exist, in the region of AWS_REGION",
                            status.error());
}

std::string Graph::audit_destination() const {
  const auto& settings = parts_->settings;
  return settings.audit_bucket.empty()
             ? "folder audit of the state"
             : "s3://" + settings.audit_bucket + "/" + settings.audit_prefix;
}

// The order matters: whoever passed the first line before is out of time by the second.
void Graph::cancel_calls() {
  parts_->upkeep->stop();
  parts_->aws_client.stop();
  parts_->call_clock.end();
  parts_->network.cancel_all();
}

}  // namespace elevator::serve
