#include "workflow/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/chain.h"
#include "base/crypto.h"
#include "workflow/named_row.h"
#include "workflow/sweep/actions.h"
#include "workflow/sweep/drift.h"

namespace elevator::workflow::sweep {
namespace {

constexpr base::Milliseconds kBusy = base::minutes(5);         // a dead run makes room after this
constexpr base::Milliseconds kForgetAfter = base::hours(168);  // strays of units nobody can read
constexpr base::Milliseconds kAskAgainAfter = base::hours(24);
constexpr size_t kFewRemovals = 5;
constexpr size_t kMostNamed = 30;
constexpr size_t kMostUndelivered = 50;
constexpr size_t kMostLooks = 100;

base::TimePoint whole_seconds(base::TimePoint time) {
  return std::chrono::floor<base::Seconds>(time);
}

}  // namespace

base::Result<State> Sweep::begin() {
  Ports& ports = d_.engine.ports();
  State mine;
  TRY_VOID(change_named_row(ports.store, kRow, [&](ports::NamedRow& row) -> base::Status {
    const base::TimePoint now = whole_seconds(ports.clock.now());
    TRY(mine, decode(row));
    forget_the_future(mine, now, kBusy);
    if (mine.busy_until > now) return base::unavailable("another sweep is at work");
    if (!mine.run) {
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

base::Result<bool> Sweep::save(const State& state, base::TimePoint until) {
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
            [](const State&) -> base::Result<bool> { return true; });
  TRY(const bool complete, walk.go(state));
  auto strays = strays_of(state);
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
              [&](const State& now) { return save(now, until); });
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

std::vector<const Seen*> Sweep::strays_of(const State& state) const {
  std::vector<const Seen*> strays;
  for (const Seen& one : state.seen) {
    if (one.last == state.run->started) strays.push_back(&one);
  }
  std::sort(strays.begin(), strays.end(), [](const Seen* left, const Seen* right) {
    return left->assignment < right->assignment;
  });
  return strays;
}

// What the existing product still has a timer for is its own. A sentence when that is not known.
std::string Sweep::forget_foreign(std::vector<const Seen*>& strays) {
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

Outcome Sweep::outcome_of(const State& state, const Scope& scope,
                          const std::vector<const Seen*>& strays) const {
  const Run& run = *state.run;
  Outcome outcome{.finished = true,
                  .listed = run.listed,
                  .unread = run.unread,
                  .more_strays = run.more_strays,
                  .strays = {},
                  .missing = run.missing,
                  .removed = {},
                  .trouble = run.trouble};
  for (const Seen* one : strays) {
    Stray stray{scope.describe(one->assignment), "", one->first, std::nullopt};
    if (options_.mode == Mode::kRemove) {
      const bool warned = one->warned != base::TimePoint{};
      stray.removal = (warned ? one->warned : run.started) + options_.grace;
    }
    outcome.strays.push_back(std::move(stray));
  }
  if (!scope.doubt.empty()) outcome.trouble.push_back(scope.doubt);
  return outcome;
}

void Sweep::name_people(Outcome& outcome) {
  std::map<domain::PrincipalId, std::string> names;
  for (Stray& stray : outcome.strays) {
    const domain::PrincipalId& id = domain::principal_of(stray.what.assignment);
    if (!names.contains(id)) {
      if (names.size() >= kMostNamed) continue;
      names.emplace(id, d_.listings.roster.email_of(id).value_or(""));
    }
    stray.email = names.at(id);
  }
}

// One message for a run, and none while nothing changed.
void Sweep::tell(State& state, Outcome& outcome) {
  Ports& ports = d_.engine.ports();
  std::string news = outcome.braked ? "braked " : "";
  news += options_.mode == Mode::kRemove ? "remove\n" : "warn\n";
  for (const Stray& stray : outcome.strays) news += domain::to_key(stray.what.assignment) + "\n";
  for (const auto& assignment : outcome.missing) news += domain::to_key(assignment) + "\n";
  for (const std::string& text : outcome.trouble) news += text + "\n";
  const std::string digest = base::sha256_hex(news);
  const bool nothing = outcome.strays.empty() && outcome.missing.empty() && outcome.trouble.empty();
  const bool ask_again = outcome.braked && state.asked_at + kAskAgainAfter <= state.run->started;
  if (nothing || (digest == state.told && !ask_again)) {
    if (nothing) state.told.clear();
    return;
  }
  name_people(outcome);
  ports::Report report = report_of(outcome, options_.mode);
  if (outcome.braked) {
    report.button = ports::ReportButton{
        kAllowAction, std::to_string(base::to_unix_milliseconds(state.run->started) / 1000),
        "Remove them"};
  }
  const auto told = ports.chat.report(report);
  if (!told) {
    ports.log.warning("sweep_not_told", {{"error", told.error().message}});
    return;
  }
  state.told = digest;
  if (outcome.braked) state.asked_at = state.run->started;
  if (options_.mode != Mode::kRemove) return;
  // Only what people could read counts as a warning, and only of what was going to happen.
  for (Seen& one : state.seen) {
    const bool warned_now = one.last == state.run->started && one.warned == base::TimePoint{};
    if (warned_now) one.warned = whole_seconds(ports.clock.now());
  }
}

bool Sweep::brakes(State& state, const std::vector<const Seen*>& removable) const {
  const auto allowed = [&](const Seen* one) {
    return state.allowed_until != base::TimePoint{} &&
           one->warned + options_.grace <= state.allowed_until;
  };
  const size_t count = static_cast<size_t>(std::count_if(
      removable.begin(), removable.end(), [&](const Seen* one) { return !allowed(one); }));
  const bool too_large_a_share =
      count > kFewRemovals &&
      count * 100 > state.run->listed * static_cast<size_t>(options_.most_percent);
  return count > options_.most_removals || too_large_a_share;
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
    if (listed || !scope.covers(one.assignment)) continue;
    const auto seen = ++looks <= kMostLooks
                          ? ports.identity_center.look(one.assignment, false)
                          : base::Result<ports::Observation>(base::unavailable("too many"));
    // The row comes after the look, as in the walk (I1).
    const auto row = ports.store.grant(one.assignment);
    if (!seen || !row) {
      ++run.unread;
      continue;
    }
    const bool ours = *row && (*row)->value.phase != domain::Phase::kEnded;
    if (!seen->present || ours) continue;
    one.last = run.started;
    ++run.listed;
  }
}

base::Result<Outcome> Sweep::finish(State& state, const Scope& scope, Purpose purpose) {
  Ports& ports = d_.engine.ports();
  const base::TimePoint now = whole_seconds(ports.clock.now());
  Run& run = *state.run;
  if (run.by_person) look_at_unlisted(state, scope);
  if (run.unread == 0) {
    std::erase_if(state.seen, [&](const Seen& one) { return one.last != run.started; });
  }
  std::erase_if(state.seen, [&](const Seen& one) { return one.last + kForgetAfter < now; });

  auto strays = strays_of(state);
  const std::string doubt = forget_foreign(strays);
  Outcome outcome = outcome_of(state, scope, strays);
  if (!doubt.empty()) outcome.trouble.push_back(doubt);

  std::vector<const Seen*> removable;
  const bool certain = doubt.empty() && scope.doubt.empty();
  if (options_.mode == Mode::kRemove && certain) {
    for (const Seen* one : strays) {
      const bool ripe = one->warned != base::TimePoint{} && one->warned + options_.grace <= now;
      if (ripe) removable.push_back(one);
    }
    // A report asks, too: the question stands until it is answered, and need not wait a day.
    outcome.braked = brakes(state, removable);
    if (outcome.braked || purpose != Purpose::kRemoval) removable.clear();
  }
  tell(state, outcome);
  remove(state, scope, removable, outcome);
  for (const domain::Assignment& assignment : run.missing) {
    const auto closed = close_taken_away(d_.engine, assignment);
    if (!closed) outcome.trouble.push_back(closed.error().message);
  }
  const bool full = !run.by_person;
  // Once a day, too: it costs a call for each grant.
  look_after_grants(full || purpose == Purpose::kRemoval);
  if (full && run.unread == 0) {
    state.last_full = run.started;
    state.pairs = run.pairs;
    const auto people = run.pairs > 100
                            ? d_.listings.roster.users()
                            : base::Result<ports::RosterListing>(ports::RosterListing{});
    if (people) state.users = people->users.size();
  }
  state.last_report = run.started;
  // One that the brake stopped is still to be done.
  if (purpose == Purpose::kRemoval && !outcome.braked) state.last_removal = run.started;
  deliver_what_is_left(state);
  const auto recorded = record_run(state, outcome);
  if (!recorded) ports.log.warning("sweep_not_recorded", {{"error", recorded.error().message}});
  return outcome;
}

void Sweep::remove(State& state, const Scope& scope, const std::vector<const Seen*>& strays,
                   Outcome& outcome) {
  Engine& engine = d_.engine;
  std::vector<domain::Assignment> done;
  // One after the other: all at once would leave people's own requests no calls to AWS.
  base::TimePoint at = engine.ports().clock.now();
  for (const Seen* one : strays) {
    const auto taken = take_over(engine, scope.describe(one->assignment), state.run->started, at);
    if (!taken) {
      outcome.trouble.push_back(domain::to_key(one->assignment) + ": " + taken.error().message);
      continue;
    }
    if (!*taken) continue;  // it ended a moment ago, or has a row now: the next run sees which
    outcome.removed.push_back(one->assignment);
    at += options_.between_removals;
    done.push_back(one->assignment);
  }
  std::erase_if(state.seen, [&](const Seen& one) {
    return std::find(done.begin(), done.end(), one.assignment) != done.end();
  });
  // The rows first, all of them; then AWS, as for everybody else's access. What is to go a little
  // later comes up by itself.
  for (const domain::Assignment& assignment : outcome.removed) {
    engine.drive({ports::RowKind::kGrant, domain::to_key(assignment)});
  }
}

base::Status Sweep::record_run(State& state, const Outcome& outcome) {
  const bool news = !outcome.strays.empty() || !outcome.missing.empty() ||
                    !outcome.trouble.empty() || !outcome.removed.empty();
  if (!news) return {};
  Ports& ports = d_.engine.ports();
  const audit::Stream stream = audit::Stream::sweep(state.run->started);
  audit::Entry entry;
  entry.operation = audit::Operation::kSweep;
  entry.audit_entry_type = "sweep";
  entry.reason = fmt::format(
      "{} assignments compared, {} not asked for, {} removed, {} of ours missing, {} units not "
      "read",
      outcome.listed, outcome.strays.size() + outcome.more_strays, outcome.removed.size(),
      outcome.missing.size(), outcome.unread);
  entry.time = ports.clock.now();
  TRY_VOID(change_named_row(ports.store, stream.str(), [&](ports::NamedRow& row) -> base::Status {
    if (row.chain.sequence == 0) record(row, stream, entry);
    return {};
  }));
  const auto delivered = deliver_named_row(ports.store, ports.audit, stream.str());
  if (!delivered && state.undelivered.size() < kMostUndelivered) {
    state.undelivered.push_back(stream.str());
  }
  return delivered;
}

// Entries that the audit log did not take when they were written: each stays in its row until then.
void Sweep::deliver_what_is_left(State& state) {
  Ports& ports = d_.engine.ports();
  std::erase_if(state.undelivered, [&](const std::string& stream) {
    return deliver_named_row(ports.store, ports.audit, stream).has_value();
  });
  const auto drift = deliver_drift(ports);
  if (!drift) ports.log.warning("drift_not_delivered", {{"error", drift.error().message}});
}

base::Status deliver_entries(Ports& ports, const State& state) {
  for (const std::string& stream : state.undelivered) {
    TRY_VOID(deliver_named_row(ports.store, ports.audit, stream));
  }
  return deliver_drift(ports);
}

void Sweep::look_after_grants(bool also_timers) {
  Ports& ports = d_.engine.ports();
  const auto grants = ports.store.live_grants();
  if (!grants) return;
  for (const auto& grant : *grants) {
    if (also_timers) arm_again(ports, grant.value);
    // An index that lost a row loses no revocation: overdue or not, the row decides.
    d_.engine.drive({ports::RowKind::kGrant, domain::to_key(grant.value.assignment)});
  }
}

base::Result<std::string> Sweep::allow(const domain::SlackUserId& person,
                                       const std::string& asked_at) {
  Ports& ports = d_.engine.ports();
  TRY(const auto user, ports.chat.user(person));
  const auto& security = d_.engine.settings().security_people;
  if (!user.full_member || !user.email || !security.contains(*user.email)) {
    return std::string("Only the people named in SECURITY_PEOPLE may allow this.");
  }
  std::string answer;
  TRY_VOID(change_named_row(ports.store, kRow, [&](ports::NamedRow& row) -> base::Status {
    TRY(State state, decode(row));
    const bool current =
        state.asked_at != base::TimePoint{} &&
        asked_at == std::to_string(base::to_unix_milliseconds(state.asked_at) / 1000);
    answer = current ? "They will be removed in the next run, within minutes."
                     : "This question is not the latest one. Nothing was changed.";
    if (current) state.allowed_until = state.asked_at;
    row.body = encode(state);
    return {};
  }));
  ports.log.info("sweep_allowed", {{"person", person.str()}, {"answer", answer}});
  return answer;
}

}  // namespace elevator::workflow::sweep
