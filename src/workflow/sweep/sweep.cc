#include "workflow/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "workflow/named_row.h"

namespace elevator::workflow::sweep {
namespace {

constexpr base::Milliseconds kBusy = base::minutes(5);       // a dead run makes room after this
constexpr base::Milliseconds kLongestRun = base::hours(24);  // with all its interruptions
constexpr size_t kMostAskedOneByOne = 30;                    // more people are listed instead
constexpr size_t kMostLooks = 100;

}  // namespace

std::vector<const Seen*> strays_of(const State& state, const Scope& scope) {
  std::vector<const Seen*> strays;
  for (const Seen& one : state.seen) {
    const bool is_here = one.last == state.run->started && scope.is_watched(one.assignment);
    if (is_here) strays.push_back(&one);
  }
  std::sort(strays.begin(), strays.end(), [](const Seen* left, const Seen* right) {
    return left->assignment < right->assignment;
  });
  return strays;
}

base::Result<State> Sweep::begin() {
  Ports& ports = d_.engine.ports();
  State mine;
  TRY_VOID(change_named_row(ports.store, kRow, [&](ports::NamedRow& row) -> base::Status {
    const base::TimePoint now = whole_seconds(ports.clock.now());
    TRY(mine, decode(row));
    forget_the_future(mine, now, kBusy);
    if (mine.busy_until > now) return base::unavailable("another sweep is at work");
    const bool goes_on = mine.run && mine.run->started + kLongestRun > now;
    if (!goes_on) {
      mine.run = Run{.started = now};
      choose_way(mine);
    }
    mine.busy_until = now + kBusy;
    row.body = encode(mine);
    return {};
  }));
  return mine;
}

// The cheaper way, by what the last full run counted: a call for each pair, or for each person.
void Sweep::choose_way(State& state) const {
  const bool full = state.last_full + options_.full_every <= state.run->started;
  const bool known = state.pairs > 0 && state.users > 0;
  const size_t by_person = state.users + state.users / 100 + 1;
  state.run->by_person = !full && known && !state.by_person_refused && by_person < state.pairs;
}

base::Status Sweep::write(const State& state) {
  Ports& ports = d_.engine.ports();
  return change_named_row(ports.store, kRow, [&](ports::NamedRow& row) -> base::Status {
    TRY(const State there, decode(row));
    // Whoever began after our time was over is the one who goes on.
    const bool ours = there.run && there.run->started == state.run->started &&
                      there.run->cursor <= state.run->cursor;
    if (!ours) return base::unavailable("another sweep took over");
    State next = state;
    next.busy_until = whole_seconds(ports.clock.now()) + kBusy;
    // Somebody may have allowed removals in the meantime.
    next.allowed_until = std::max(next.allowed_until, there.allowed_until);
    row.body = encode(next);
    return {};
  });
}

base::Result<bool> Sweep::save(State& state, base::TimePoint until) {
  fit(state);
  TRY_VOID(write(state));
  return d_.engine.ports().clock.now() < until;
}

base::Result<Outcome> Sweep::preview() {
  Ports& ports = d_.engine.ports();
  TRY(const auto read, ports.store.named(kRow));
  TRY(State state, decode(read ? read->value : ports::NamedRow{}));
  state.run = Run{.started = whole_seconds(ports.clock.now())};
  TRY(const Scope scope, read_scope(ports, options_.allow_list));
  Walk walk(d_.listings, ports.store, scope, options_.walk,
            [](State&) -> base::Result<bool> { return true; });
  TRY(const bool complete, walk.go(state));
  Strays strays = strays_of(state, scope);
  const std::string doubt = forget_foreign(strays);
  Outcome outcome = outcome_of(state, scope, strays);
  outcome.finished = complete;
  if (!doubt.empty()) outcome.trouble.push_back(doubt);
  name_people(outcome);
  return outcome;
}

base::Result<Outcome> Sweep::run(Purpose purpose, base::TimePoint until) {
  if (options_.mode == Mode::kOff) return Outcome{.finished = true};
  TRY(State state, begin());
  const auto work = [&]() -> base::Result<Outcome> {
    TRY(const Scope scope, read_scope(d_.engine.ports(), options_.allow_list));
    Walk walk(d_.listings, d_.engine.ports().store, scope, options_.walk,
              [&](State& now) { return save(now, until); });
    TRY(const bool complete, walk.go(state));
    if (!complete) return Outcome{.finished = false};
    return finish(state, scope, purpose);
  };
  auto outcome = work();
  // Makes room for the next, whatever became of this one.
  const auto freed =
      change_named_row(d_.engine.ports().store, kRow, [&](ports::NamedRow& row) -> base::Status {
        TRY(State there, decode(row));
        const bool ours = !there.run || there.run->started == state.run->started;
        if (!ours) return {};
        if (outcome && outcome->finished) {
          const base::TimePoint allowed = std::max(there.allowed_until, state.allowed_until);
          there = state;
          there.allowed_until = allowed;
          there.run.reset();
        }
        there.busy_until = {};
        row.body = encode(there);
        return {};
      });
  if (!freed) {
    d_.engine.ports().log.warning("sweep_row_not_written", {{"error", freed.error().message}});
  }
  return outcome;
}

// What the existing product still has a timer for is its own. A sentence when that is not known.
std::string Sweep::forget_foreign(Strays& strays) {
  if (d_.foreign == nullptr) return {};
  const auto listing = d_.foreign->list();
  if (!listing) {
    return "the timers of the existing product could not be read: " + listing.error().message;
  }
  std::set<domain::Assignment> theirs;
  for (const ports::ForeignTimer& timer : listing->timers) theirs.insert(timer.assignment);
  std::erase_if(strays, [&](const Seen* one) { return theirs.contains(one->assignment); });
  if (listing->unreadable.empty()) return {};
  return fmt::format("{} timers of the existing product cannot be understood",
                     listing->unreadable.size());
}

Outcome Sweep::outcome_of(const State& state, const Scope& scope, const Strays& strays) const {
  const Run& run = *state.run;
  Outcome outcome{.finished = true,
                  .listed = run.listed,
                  .unread = run.unread,
                  .more_strays = run.more_strays,
                  .strays = {},
                  .missing = {},
                  .removed = {},
                  .trouble = run.trouble};
  for (const Seen* one : strays) {
    auto what = scope.describe(one->assignment);
    if (!what) continue;
    Stray stray{*std::move(what), "", one->first, std::nullopt, one->warned != base::TimePoint{}};
    if (options_.mode == Mode::kRemove) {
      stray.removal = (stray.warned ? one->warned : run.started) + options_.grace;
    }
    outcome.strays.push_back(std::move(stray));
  }
  for (const domain::Assignment& assignment : run.missing) {
    outcome.missing.push_back({assignment, scope.describe(assignment), ""});
  }
  if (!scope.doubt.empty()) outcome.trouble.push_back(scope.doubt);
  return outcome;
}

void Sweep::name_people(Outcome& outcome) {
  std::map<domain::PrincipalId, std::string> names;
  const auto for_each = [&](const auto& use) {
    for (Stray& one : outcome.strays) use(domain::principal_of(one.what.assignment), one.email);
    for (TakenAway& one : outcome.missing) use(domain::principal_of(one.assignment), one.email);
  };
  for_each([&](const domain::PrincipalId& id, std::string&) { names[id]; });
  if (names.size() > kMostAskedOneByOne) {
    const auto listing = d_.listings.roster.users();
    if (!listing) return;
    for (const ports::RosterUser& user : listing->users) {
      if (names.contains(user.id)) names[user.id] = user.email;
    }
  } else {
    for (auto& [id, name] : names) name = d_.listings.roster.email_of(id).value_or("");
  }
  for_each([&](const domain::PrincipalId& id, std::string& email) { email = names.at(id); });
}

// A listing by person does not know deleted users: what they left, once found, is looked at one by
// one. Else it would be forgotten until the next full run, and its warning with it.
void Sweep::look_at_unlisted(State& state, const Scope& scope) {
  Ports& ports = d_.engine.ports();
  Run& run = *state.run;
  size_t looks = 0;
  for (Seen& one : state.seen) {
    const bool listed = one.last == run.started ||
                        !std::holds_alternative<domain::AccountAssignment>(one.assignment);
    if (listed || !scope.is_watched(one.assignment)) continue;
    if (++looks > kMostLooks) {
      ++run.unread;
      continue;
    }
    const auto seen = ports.identity_center.look(one.assignment, false);
    // The row comes after the look, as in the walk (I1).
    const auto row = ports.store.grant(one.assignment);
    if (!seen || !row) {
      not_read(run, domain::to_key(one.assignment), seen ? row.error() : seen.error());
      continue;
    }
    const bool ours = *row && (*row)->value.phase != domain::Phase::kEnded;
    if (!seen->present || ours) continue;
    one.last = run.started;
    ++run.listed;
  }
}

}  // namespace elevator::workflow::sweep
