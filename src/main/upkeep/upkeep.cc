#include "main/upkeep/upkeep.h"

#include <algorithm>

#include "codec/text.h"
#include "workflow/sweep/state.h"

namespace elevator::serve {
namespace {

namespace sweep = workflow::sweep;
namespace sync = workflow::sync;

constexpr base::Milliseconds kRemoveEvery = base::hours(24);
constexpr base::Milliseconds kLongestRun = base::minutes(30);
constexpr base::Milliseconds kLongestSync = base::minutes(10);  // another may begin after 15
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

// What one removal costs: the deletion, a question for its end, a look at what is left.
constexpr double kCallsOfARemoval = 3;
// AWS works on few operations at once, and people's own need most of them.
constexpr base::Milliseconds kLeastBetweenRemovals{1000};

double share_of(const settings::Settings& settings) {
  return kCallsPerSecond * settings.sweep.rate_share_percent / 100;
}

base::Milliseconds pause_between_removals(const settings::Settings& settings) {
  const base::Milliseconds by_share(
      static_cast<std::int64_t>(1000 * kCallsOfARemoval / share_of(settings)));
  return std::max(by_share, kLeastBetweenRemovals);
}

// A member added or removed is one call.
base::Milliseconds pause_between_changes(const settings::Settings& settings) {
  return base::Milliseconds(static_cast<std::int64_t>(1000 / share_of(settings)));
}

// A clock that was set back must not put things off.
bool has_passed(base::TimePoint last, base::Milliseconds every, base::TimePoint now) {
  return last > now || last + every <= now;
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
      waiter_(surroundings.waiter),
      survey_(surroundings.client, surroundings.engine.ports().identity_center, surroundings.waiter,
              {.share = {.per_second = share_of(settings_), .burst = 2}}) {}

sweep::Options Upkeep::sweep_options() {
  return {.mode = mode_of(settings_.sweep_mode),
          .allow_list = settings_.sweep_allow_list,
          .grace = settings_.sweep.grace,
          .most_removals = settings_.sweep.most_removals,
          .most_percent = settings_.sweep.most_percent,
          .between_removals = pause_between_removals(settings_),
          .walk = {.stopping = [this] { return stopping_.load(); }}};
}

sweep::Sweep Upkeep::sweeper() {
  return sweep::Sweep({.engine = engine_, .listings = {survey_, survey_}, .foreign = foreign_},
                      sweep_options());
}

base::Result<sync::AttributeSync> Upkeep::syncer(base::TimePoint until) {
  TRY(auto config, settings_.sync.config);
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
      {.most_removals = settings_.sync.most_removals, .most_percent = settings_.sync.most_percent},
      {.between_changes = pause_between_changes(settings_),
       .wait = [this](base::Milliseconds time) { waiter_.wait(time); },
       .out_of_time =
           [this, until] { return stopping_.load() || engine_.ports().clock.now() >= until; }});
}

base::Status Upkeep::sweep() {
  if (settings_.sweep_mode == settings::SweepMode::kOff) return {};
  TRY(const auto state, read_state(engine_.ports().store));
  if (const auto left = sweep::deliver_entries(engine_.ports(), state); !left) {
    engine_.ports().log.warning("sweep_entries_not_delivered", {{"error", left.error().message}});
  }
  const base::TimePoint now = engine_.ports().clock.now();
  const bool answered = sweep::is_answered(state);
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
  const bool answered = sweep::is_answered(state);
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

base::Result<sweep::Drift> Upkeep::look_at(const domain::Assignment& assignment) {
  const sweep::Sweep::Dependencies dependencies{
      .engine = engine_, .listings = {survey_, survey_}, .foreign = foreign_};
  return sweep::look_at(dependencies, sweep_options(), assignment);
}

base::Status Upkeep::sync(std::optional<base::TimePoint> until) {
  if (!settings_.sync.enabled) return {};
  const base::TimePoint latest = engine_.ports().clock.now() + kLongestSync;
  TRY(auto job, syncer(until ? std::min(*until, latest) : latest));
  TRY_VOID(job.run());
  return {};
}

base::Status Upkeep::check_sync() {
  // Without rules there is nothing to compare with, and others say so.
  if (!settings_.sync.enabled || !engine_.ports().rules.current()) return {};
  TRY(auto job, syncer(engine_.ports().clock.now()));
  return job.check();
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
  TRY(auto job, syncer(engine_.ports().clock.now()));
  TRY(const auto summary, job.preview());
  return json ? sync::to_json(summary) : sync::to_text(summary);
}

}  // namespace elevator::serve
