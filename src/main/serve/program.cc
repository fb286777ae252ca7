#include "main/serve/program.h"

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
constexpr base::Milliseconds kFormerSecret = base::hours(1);
constexpr base::Milliseconds kUpkeepAfterFailure = base::minutes(5);
constexpr int kMostSettleRounds = 500;

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
      router_([this] { return slack(); },
              {.ready = [this] { return ready(); }, .metrics = [this] { return metrics_.text(); }}),
      keeping_(s.clock, s.log, s.metrics),
      listing_(s.clock, s.log, s.metrics),
      upkeep_(s.clock, s.log, s.metrics),
      reconciler_({.name = "reconciler",
                   .at_least_every = s.start.settings.reconcile_interval,
                   .only_when_nudged = s.start.arguments.hooks_descriptor.has_value()},
                  s.clock, s.log, [this] { return reconcile_once(graph_.engine()); }),
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
                      return refresh_signing_secret();
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
  const auto troubles = run_start_checks(checks, readiness_, log_);
  // What cannot be read may well be there.
  const auto grants = graph_.engine().ports().store.live_grants();
  return reasons_not_to_start(troubles, !grants || !grants->empty());
}

void Program::plan_housekeeping() {
  keeping_.add({"rules", kRulesEvery, kAfterFailure, [this] { return rules_.refresh(); }});
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
  keeping_.add({"slack", kLooksEvery, kAfterFailure, [this] { return look_at_slack(); }}, all_good);
  keeping_.add({"audit bucket", kLooksEvery, kAfterFailure, [this] { return look_at_audit(); }},
               all_good);
  listing_.add({"listings", kListingsEvery, kAfterFailure, [this] { return refresh_listings(); }});
  readiness_.bad("listings", Readiness::Weight::kWarns,
                 "accounts, permission sets and people were not read from AWS yet");
  // What goes wrong here is in the log, the metrics and the digest: it is no reason not to answer.
  upkeep_.add({"sweep", Upkeep::kLookEvery, kUpkeepAfterFailure,
               [this] { return graph_.upkeep().sweep(); }});
  upkeep_.add({"attribute_sync", Upkeep::kSyncEvery, kUpkeepAfterFailure,
               [this] { return graph_.upkeep().sync(); }});
}

bool Program::has_references() const {
  return !start_.settings.slack_bot_token_ref.empty() ||
         !start_.settings.slack_signing_secret_ref.empty();
}

base::Status Program::look_at_secrets() {
  auto status = refresh_signing_secret();
  if (status) status = graph_.check_secrets();
  readiness_.note("secrets", status);
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
  } else {
    readiness_.bad("listings", Readiness::Weight::kWarns,
                   "accounts, permission sets or people could not be read from AWS, so what people "
                   "see may be old: " +
                       status.error().message);
  }
  return status;
}

base::Status Program::begin() {
  plan_housekeeping();
  TRY(server_,
      net::Server::start(
          {.address = start_.arguments.listen_address, .port = start_.arguments.listen_port},
          [this](const net::Request& request, const net::PeerInfo&) { return handle(request); },
          log_));
  announce_start();
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

void Program::nudge() {
  reconciler_.nudge();
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
    const auto next = reconciler_.run_now();
    if (!next || *next > clock_.now()) return next;
  }
  return base::internal("rows stay due whatever is done");
}

void Program::end(const std::function<void()>& cancel) {
  // Whoever waits for AWS after the grace would only delay the end: the rows know where to go on.
  server_->stop(kGrace, cancel);
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
    // What was started may be due again before the reconciler would look.
    reconciler_.nudge();
  });
  return reply;
}

entry::SlackEvents* Program::slack() {
  const std::lock_guard lock(slack_mutex_);
  app::Application* application = graph_.application();
  if (application == nullptr || signing_secrets_.empty()) return nullptr;
  if (slack_.empty()) {
    slack_.push_back(std::make_unique<entry::SlackEvents>(*application, signing_secrets_));
  }
  return slack_.back().get();
}

// A secret that is kept elsewhere is read again now and then; while it is being changed, the one
// before is good, too.
base::Status Program::refresh_signing_secret() {
  if (!start_.settings.slack_signing_secret_ref.empty()) graph_.forget_signing_secret();
  TRY(const auto secret, graph_.signing_secret());
  const std::lock_guard lock(slack_mutex_);
  const bool is_known =
      !signing_secrets_.empty() && signing_secrets_.front().reveal() == secret.reveal();
  // The one before may have been replaced because somebody else knows it.
  const bool is_over = signing_secrets_.size() > 1 && clock_.now() >= former_secret_until_;
  if (is_known && !is_over) return {};
  if (is_over) signing_secrets_.pop_back();
  if (!is_known) {
    former_secret_until_ = clock_.now() + kFormerSecret;
    signing_secrets_.insert(signing_secrets_.begin(), secret);
    if (signing_secrets_.size() > 2) signing_secrets_.pop_back();
  }
  app::Application* application = graph_.application();
  if (!slack_.empty() && application != nullptr) {
    slack_.push_back(std::make_unique<entry::SlackEvents>(*application, signing_secrets_));
  }
  return {};
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
