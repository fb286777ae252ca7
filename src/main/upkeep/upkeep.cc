#include "main/upkeep/upkeep.h"

#include "codec/text.h"
#include "workflow/sweep/state.h"

namespace elevator::serve {
namespace {

namespace sweep = workflow::sweep;
namespace sync = workflow::sync;

constexpr base::Milliseconds kRemoveEvery = base::hours(24);
constexpr base::Milliseconds kLongestRun = base::minutes(30);
constexpr double kCallsPerSecond = 15;  // of the whole product (see adapters::aws::Rate)

sweep::Mode mode_of(settings::SweepMode mode) {
  switch (mode) {
    case settings::SweepMode::kOff:
      return sweep::Mode::kOff;
    case settings::SweepMode::kWarn:
      return sweep::Mode::kWarn;
    case settings::SweepMode::kRemove:
      return sweep::Mode::kRemove;
  }
  return sweep::Mode::kWarn;
}

// A clock that was set back must not put things off.
bool has_passed(base::TimePoint last, base::Milliseconds every, base::TimePoint now) {
  return last > now || last + every <= now;
}

// Somebody answered the brake's question, and nothing was removed since.
bool waits_to_remove(const sweep::State& state) {
  return state.asked_at != base::TimePoint{} && state.allowed_until == state.asked_at &&
         state.last_removal <= state.allowed_until;
}

base::Result<sweep::State> read_state(ports::Store& store) {
  TRY(const auto row, store.named(sweep::kRow));
  return sweep::decode(row ? row->value : ports::NamedRow{});
}

}  // namespace

Upkeep::Upkeep(const Surroundings& surroundings)
    : settings_(surroundings.settings),
      engine_(surroundings.engine),
      foreign_(surroundings.foreign),
      survey_(surroundings.client, surroundings.engine.ports().identity_center, surroundings.waiter,
              {.share = {.per_second = kCallsPerSecond * settings_.sweep.rate_share_percent / 100,
                         .burst = 2}}) {}

sweep::Sweep Upkeep::sweeper() {
  return sweep::Sweep({.engine = engine_, .listings = {survey_, survey_}, .foreign = foreign_},
                      {.mode = mode_of(settings_.sweep_mode),
                       .allow_list = settings_.sweep_allow_list,
                       .grace = settings_.sweep.grace,
                       .most_removals = settings_.sweep.most_removals,
                       .most_percent = settings_.sweep.most_percent,
                       .walk = {.stopping = [this] { return stopping_.load(); }}});
}

base::Result<sync::AttributeSync> Upkeep::syncer() {
  TRY(const auto managed_groups, codec::parse_json(settings_.sync.managed_groups));
  TRY(const auto rules, codec::parse_json(settings_.sync.rules));
  TRY(auto config, sync::parse_config(managed_groups, rules, settings_.sync.policy));
  auto& ports = engine_.ports();
  return sync::AttributeSync(
      {.roster = survey_,
       .identity_center = ports.identity_center,
       .store = ports.store,
       .audit = ports.audit,
       .chat = ports.chat,
       .rules = ports.rules,
       .clock = ports.clock,
       .log = ports.log},
      std::move(config),
      {.most_removals = settings_.sync.most_removals, .most_percent = settings_.sync.most_percent});
}

base::Status Upkeep::sweep() {
  if (settings_.sweep_mode == settings::SweepMode::kOff) return {};
  TRY(const auto state, read_state(engine_.ports().store));
  TRY_VOID(sweep::deliver_entry_of_last(engine_.ports(), state));
  const base::TimePoint now = engine_.ports().clock.now();
  const bool answered = waits_to_remove(state);
  const bool removal = answered || has_passed(state.last_removal, kRemoveEvery, now);
  const bool due = answered || state.run || has_passed(state.last_report, kSweepEvery, now);
  if (!due) return {};
  TRY(const bool finished,
      sweep(removal ? sweep::Purpose::kRemoval : sweep::Purpose::kReport, now + kLongestRun));
  if (!finished) return base::unavailable("the sweep is out of time and goes on soon");
  return {};
}

base::Status Upkeep::continue_sweep(base::TimePoint until) {
  if (settings_.sweep_mode == settings::SweepMode::kOff) return {};
  TRY(const auto state, read_state(engine_.ports().store));
  const base::TimePoint now = engine_.ports().clock.now();
  const bool answered = waits_to_remove(state);
  if (!answered && !state.run) return {};
  if (state.busy_until > now) return {};
  // Events come at their own times: one that is a little early today is not put off until tomorrow.
  const bool removal =
      answered || has_passed(state.last_removal, kRemoveEvery - base::hours(1), now);
  const auto swept = sweep(removal ? sweep::Purpose::kRemoval : sweep::Purpose::kReport, until);
  return swept ? base::Status() : base::Status(swept.error());
}

base::Result<bool> Upkeep::sweep(sweep::Purpose purpose, base::TimePoint until) {
  if (settings_.sweep_mode == settings::SweepMode::kOff) return true;
  auto& ports = engine_.ports();
  // From an old listing nothing would be concluded: no sweep is better than one that says so.
  const auto catalogue = ports.organization.catalogue();
  if (!catalogue || (*catalogue)->stale) TRY_VOID(ports.organization.refresh());
  TRY(const auto outcome, sweeper().run(purpose, until));
  ports.metrics.gauge("sso_elevator_sweep_strays",
                      static_cast<double>(outcome.strays.size() + outcome.more_strays));
  ports.log.info("sweep_done", {{"finished", outcome.finished},
                                {"listed", outcome.listed},
                                {"strays", outcome.strays.size()},
                                {"removed", outcome.removed.size()},
                                {"missing", outcome.missing.size()},
                                {"unread", outcome.unread}});
  return outcome.finished;
}

base::Status Upkeep::sync() {
  if (!settings_.sync.enabled) return {};
  TRY(auto job, syncer());
  TRY_VOID(job.run());
  return {};
}

base::Result<std::string> Upkeep::allow_removals(const domain::SlackUserId& person,
                                                 const std::string& value) {
  return sweeper().allow(person, value);
}

base::Result<std::string> Upkeep::preview_sweep(bool json) {
  TRY(const auto outcome, sweeper().preview());
  return json ? sweep::to_json(outcome) : sweep::to_text(outcome);
}

base::Result<std::string> Upkeep::preview_sync(bool json) {
  TRY(auto job, syncer());
  TRY(const auto summary, job.preview());
  return json ? sync::to_json(summary) : sync::to_text(summary);
}

}  // namespace elevator::serve
