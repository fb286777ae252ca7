#include "main/serve/program.h"

#include "main/serve/metric_table.h"
#include "main/serve/reconciler.h"
#include "main/serve/start_checks.h"
#include "main/version.h"

namespace elevator::serve {
namespace {

// Whoever ends us waits a few seconds in all, and then ends us in another way.
constexpr base::Milliseconds kGrace = base::Seconds(2);
constexpr base::Milliseconds kRulesEvery = base::Seconds(30);
constexpr base::Milliseconds kListingsEvery = base::minutes(5);
constexpr base::Milliseconds kLooksEvery = base::minutes(5);
constexpr base::Milliseconds kAfterFailure = base::Seconds(30);
constexpr base::Milliseconds kUpkeepAfterFailure = base::minutes(5);
constexpr int kMostSettleRounds = 500;
constexpr size_t kMostDueRows = 10'000;
// Four people's requests may each wait for somebody, and the fifth is driven as before; the audit
// log has hands of its own.
constexpr size_t kGrantHands = 4;
constexpr size_t kRequestHands = 4;
constexpr size_t kAuditHands = 2;

// Under the test hooks one hand at a time calls out, so that the n-th call is the same in each run.
Crew::Options crew_options(const char* name, size_t hands, const Start& start) {
  const bool is_hooked = start.arguments.hooks_descriptor.has_value();
  return {.name = name,
          .hands = is_hooked ? 1 : hands,
          .at_least_every = start.settings.reconcile_interval,
          .only_when_nudged = is_hooked};
}

constexpr const char* kAttributeSync = "attribute sync";

std::string rules_source(const settings::Settings& settings) {
  if (!settings.rules_file.empty()) return settings.rules_file;
  if (settings.config_s3_key.empty()) return "STATEMENTS and GROUP_STATEMENTS";
  return "s3://" + settings.config_bucket + "/" + settings.config_s3_key;
}

}  // namespace

Program::Program(const Surroundings& s)
    : start_(s.start),
      graph_(s.graph),
      clock_(s.clock),
      log_(s.log),
      metrics_(s.metrics),
      readiness_(s.readiness),
      rules_(s.graph.rulebook(), s.graph.engine().ports().chat, s.readiness, s.log),
      targets_(s.graph.engine().ports(), s.readiness),
      slack_(s.graph, s.clock),
      router_([this] { return slack_.events(); },
              {.ready = [this] { return ready(); }, .metrics = [this] { return metrics_text(); }}),
      keeping_(s.clock, s.log, s.metrics),
      listing_(s.clock, s.log, s.metrics),
      upkeep_(s.clock, s.log, s.metrics),
      grants_(crew_options("grants", kGrantHands, s.start), s.clock, s.log, grant_work()),
      requests_(crew_options("requests", kRequestHands, s.start), s.clock, s.log, request_work()),
      audits_(crew_options("audits", kAuditHands, s.start), s.clock, s.log, audit_work()),
      reconciler_({.name = "reconciler",
                   .at_least_every = s.start.settings.reconcile_interval,
                   .only_when_nudged = s.start.arguments.hooks_descriptor.has_value()},
                  s.clock, s.log, [this] { return look_around_once(graph_.engine()); }),
      keeper_({.name = "keeper",
               .at_least_every = kRulesEvery,
               .only_when_nudged = s.start.arguments.hooks_descriptor.has_value()},
              s.clock, s.log, [this] { return keeping_.run(); }),
      lister_({.name = "lister",
               .at_least_every = kListingsEvery,
               .only_when_nudged = s.start.arguments.hooks_descriptor.has_value()},
              s.clock, s.log, [this] { return listing_.run(); }),
      sweeper_({.name = "sweeper",
                .at_least_every = Upkeep::kLookEvery,
                .only_when_nudged = s.start.arguments.hooks_descriptor.has_value()},
               s.clock, s.log, [this] { return upkeep_.run(); }) {}

bool Program::timed(const char* kind, const std::function<bool()>& drive) {
  const auto started = std::chrono::steady_clock::now();
  const bool is_well = drive();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  static_cast<base::Metrics&>(metrics_).observe("sso_elevator_reconcile_duration_seconds",
                                                took.count(), {{"kind", kind}});
  return is_well;
}

Crew::Work Program::grant_work() {
  const auto next_due = [this] {
    return graph_.engine().next_due().value_or(std::optional<base::TimePoint>());
  };
  return {.due =
              [this] {
                auto& ports = graph_.engine().ports();
                return ports.store.due_grants(clock_.now(), kMostDueRows)
                    .value_or(std::vector<ports::RowRef>());
              },
          .drive =
              [this](const auto& row) {
                const bool is_well =
                    timed("grant", [&] { return graph_.engine().drive_grant(row); });
                // Its requests have something to tell now.
                if (!is_hooked()) requests_.nudge();
                return is_well;
              },
          .next_due = next_due};
}

std::vector<ports::RowRef> Program::due_requests() {
  auto& ports = graph_.engine().ports();
  auto rows = ports.store.due(clock_.now(), kMostDueRows).value_or(std::vector<ports::RowRef>());
  std::erase_if(rows, [](const auto& row) { return row.kind != ports::RowKind::kRequest; });
  return rows;
}

Crew::Work Program::request_work() {
  Crew::Work work = grant_work();
  work.due = [this] { return due_requests(); };
  work.drive = [this](const auto& row) {
    const bool is_well = timed("request", [&] { return graph_.engine().drive(row); });
    if (!is_hooked()) audits_.nudge();
    return is_well;
  };
  return work;
}

Crew::Work Program::audit_work() {
  Crew::Work work = grant_work();
  work.due = [this] { return due_requests(); };
  work.drive = [this](const auto& row) {
    return timed("audit", [&] { return graph_.engine().deliver_audit(row); });
  };
  return work;
}

std::string Program::metrics_text() {
  if (const net::Server* server = counted_server_) show(server->counters(), metrics_);
  return metrics_.text();
}

std::string Program::check() {
  StartCheck rules{.name = "rules", .run = [this] { return rules_.check(); }};
  const bool rules_are_in_s3 = !start_.settings.config_s3_key.empty();
  std::vector<StartCheck> checks;
  if (!rules_are_in_s3) checks.push_back(rules);
  checks.push_back({.name = "credentials", .run = [this] { return graph_.check_credentials(); }});
  checks.push_back({.name = "identity center",
                    .run = [this] { return graph_.check_identity_center(); },
                    .needs = "credentials"});
  if (rules_are_in_s3) {
    rules.needs = "credentials";
    checks.push_back(rules);
  }
  checks.push_back({.name = "secrets",
                    .run = [this]() -> base::Status {
                      TRY_VOID(graph_.check_secrets());
                      return slack_.refresh();
                    },
                    .needs = has_references() ? "credentials" : ""});
  checks.push_back(
      {.name = "slack", .run = [this] { return graph_.check_slack(); }, .needs = "secrets"});
  checks.push_back({.name = "slack channel",
                    .run = [this] { return graph_.check_channel(); },
                    .needs = "slack"});
  checks.push_back({.name = "audit bucket",
                    .run = [this] { return graph_.check_audit(); },
                    .needs = "credentials"});
  checks.push_back({.name = kAttributeSync,
                    .run = [this] { return graph_.upkeep().check_sync(); },
                    .needs = "identity center"});
  auto troubles = run_start_checks(checks, readiness_);
  // What cannot be read may well be there.
  const auto grants = graph_.engine().ports().store.live_grants();
  std::string reasons = reasons_not_to_start(troubles, !grants || !grants->empty());
  if (!reasons.empty()) {  // those are printed
    std::erase_if(troubles, [](const auto& trouble) { return !is_temporary(trouble.error); });
  }
  log_start_troubles(troubles, log_);
  return reasons;
}

void Program::plan_housekeeping() {
  keeping_.add({"rules", kRulesEvery, kAfterFailure, [this] {
                  const auto status = rules_.refresh();
                  targets_.look();
                  return status;
                }});
  keeping_.add({"checkpoint", base::minutes(1), kAfterFailure, [this]() -> base::Status {
                  TRY(const auto next, graph_.checkpoints().run());
                  static_cast<void>(next);
                  return {};
                }});
  // The start has just looked; what was wrong then is looked at again at once.
  const bool all_good = readiness_.troubles().empty();
  if (has_references()) {
    keeping_.add({"secrets", kLooksEvery, kAfterFailure, [this] { return look_at_secrets(); }},
                 all_good);
  }
  keeping_.add(
      {"identity center", kLooksEvery, kAfterFailure, [this] { return look_at_identity_center(); }},
      all_good);
  keeping_.add({"slack", kLooksEvery, kAfterFailure, [this] { return look_at_slack(); }}, all_good);
  keeping_.add({"audit bucket", kLooksEvery, kAfterFailure, [this] { return look_at_audit(); }},
               all_good);
  listing_.add({"listings", kListingsEvery, kAfterFailure, [this] { return refresh_listings(); }});
  readiness_.bad("listings", Readiness::Weight::kWarns,
                 "accounts, permission sets and people were not read from AWS yet");
  // What goes wrong here is in the log, the metrics and the digest: it is no reason not to answer.
  upkeep_.add({"sweep", Upkeep::kLookEvery, kUpkeepAfterFailure,
               [this] { return graph_.upkeep().sweep(); }});
  upkeep_.add({"attribute_sync", Upkeep::kSyncEvery, kUpkeepAfterFailure, [this]() -> base::Status {
                 TRY_VOID(graph_.upkeep().sync());
                 readiness_.good(kAttributeSync);
                 return {};
               }});
}

bool Program::has_references() const {
  return !start_.settings.slack_bot_token_ref.empty() ||
         !start_.settings.slack_signing_secret_ref.empty();
}

base::Status Program::look_at_secrets() {
  auto status = slack_.refresh();
  if (status) status = graph_.check_secrets();
  readiness_.note("secrets", status);
  return status;
}

base::Status Program::look_at_identity_center() {
  const auto status = graph_.check_identity_center();
  readiness_.note("identity center", status);
  return status;
}

base::Status Program::look_at_slack() {
  const auto token = graph_.check_slack();
  readiness_.note("slack", token);
  TRY_VOID(token);
  const auto channel = graph_.check_channel();
  readiness_.note("slack channel", channel);
  return channel;
}

base::Status Program::look_at_audit() {
  const auto status = graph_.check_audit();
  readiness_.note("audit bucket", status);
  return status;
}

base::Status Program::refresh_listings() {
  const auto status = graph_.refresh_listings();
  if (status) {
    readiness_.good("listings");
    targets_.look();
    targets_.look_outside(
        [this](const auto& channel) { return graph_.check_channel_of_rule(channel); });
  } else {
    readiness_.bad("listings", Readiness::Weight::kWarns, listing_trouble(status.error()));
  }
  return status;
}

base::Status Program::begin() {
  plan_housekeeping();
  metrics_.describe(metric_table());
  update_gauges(graph_.engine());
  TRY(server_,
      net::Server::start(
          {.address = start_.arguments.listen_address, .port = start_.arguments.listen_port},
          [this](const net::Request& request, const net::PeerInfo&) { return handle(request); },
          log_));
  counted_server_ = server_.get();
  announce_start();
  grants_.start();
  requests_.start();
  audits_.start();
  reconciler_.start();
  keeper_.start();
  lister_.start();
  sweeper_.start();
  return {};
}

void Program::announce_start() const {
  const auto rules = graph_.rulebook().current();
  log_.info("started", {{"version", version()},
                        {"address", server_->url()},
                        {"state", start_.arguments.state_folder},
                        {"region", start_.region},
                        {"rules", rules_source(start_.settings)},
                        {"rule_digest", rules ? std::string((*rules)->digest().str()) : "none"},
                        {"audit", graph_.audit_destination()},
                        {"reconcile_interval_seconds",
                         static_cast<std::int64_t>(start_.settings.reconcile_interval.count())}});
}

// Something was written: whoever may have something to do now looks.
void Program::nudge_crews() {
  grants_.nudge();
  requests_.nudge();
  audits_.nudge();
  reconciler_.nudge();
}

void Program::nudge() {
  nudge_crews();
  keeper_.nudge();
  lister_.nudge();
  sweeper_.nudge();
}

base::Result<std::optional<base::TimePoint>> Program::settle() {
  for (int round = 0; round < kMostSettleRounds; ++round) {
    after_.wait_until_none();
    lister_.run_now();
    keeper_.run_now();
    sweeper_.run_now();
    bool is_well = grants_.run_now();
    is_well = requests_.run_now() && is_well;
    is_well = audits_.run_now() && is_well;
    reconciler_.run_now();
    const auto next = graph_.engine().next_due();
    if (!next) return std::optional<base::TimePoint>();
    if (!*next || **next > clock_.now()) return *next;
    // What cannot be read or written stays due.
    const bool is_stuck = !is_well || !graph_.engine().ports().store.check_writable();
    if (is_stuck) return std::optional(clock_.now() + base::Seconds(5));
  }
  return base::internal("rows stay due whatever is done");
}

void Program::end(const std::function<void()>& cancel) {
  // Whoever waits for AWS after the grace would only delay the end: the rows know where to go on.
  server_->stop(kGrace, cancel);
  grants_.stop();
  requests_.stop();
  audits_.stop();
  reconciler_.stop();
  keeper_.stop();
  lister_.stop();
  sweeper_.stop();
}

net::Reply Program::handle(const net::Request& request) {
  net::Reply reply = router_.handle(request);
  if (!reply.after) return reply;
  reply.after = after_.counted([this, work = std::move(reply.after)] {
    work();
    // What was started may be due again before anybody would look.
    nudge_crews();
  });
  return reply;
}

entry::ReadyAnswer Program::ready() {
  using Weight = Readiness::Weight;
  auto troubles = readiness_.troubles();
  if (const auto store = graph_.engine().ports().store.check_writable(); !store) {
    troubles.push_back({"store", Weight::kBlocks, store.error().message});
  }
  std::erase_if(troubles, [](const auto& trouble) { return trouble.check == "credentials"; });
  if (const auto keys = graph_.credentials_trouble()) {
    troubles.push_back({"credentials", Weight::kBlocks, *keys});
  }
  if (graph_.application() == nullptr) {
    troubles.push_back({"workspace", Weight::kBlocks,
                        "Slack was never reached, so it is not known which workspace is served: it "
                        "is asked again by itself; SLACK_TEAM_ID answers it, too"});
  }
  return {.ready = is_ready(troubles), .json = to_json(troubles) + "\n"};
}

}  // namespace elevator::serve
