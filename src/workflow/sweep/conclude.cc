// What follows from a run that has seen everything: what is closed, told, asked and removed.
#include <fmt/format.h>

#include <algorithm>

#include "audit/chain.h"
#include "base/crypto.h"
#include "workflow/named_row.h"
#include "workflow/sweep/actions.h"
#include "workflow/sweep/drift.h"
#include "workflow/sweep/sweep.h"

namespace elevator::workflow::sweep {
namespace {

constexpr base::Milliseconds kForgetAfter = base::hours(168);  // strays of units nobody can read
constexpr base::Milliseconds kAskAgainAfter = base::hours(24);
constexpr size_t kFewRemovals = 5;
constexpr size_t kMostUndelivered = 50;

bool are_too_many(size_t removals, size_t listed, const Options& options) {
  const bool too_large_a_share =
      removals > kFewRemovals &&
      removals * 100 > listed * static_cast<size_t>(options.most_percent);
  return removals > options.most_removals || too_large_a_share;
}

std::string news_of(const Outcome& outcome, Mode mode) {
  std::string news = outcome.braked ? "braked " : "";
  news += mode == Mode::kRemove ? "remove\n" : "warn\n";
  for (const Stray& stray : outcome.strays) news += domain::to_key(stray.what.assignment) + "\n";
  for (const TakenAway& one : outcome.missing) news += domain::to_key(one.assignment) + "\n";
  for (const std::string& text : outcome.trouble) news += text + "\n";
  return news;
}

}  // namespace

base::Result<Outcome> Sweep::finish(State& state, const Scope& scope, Purpose purpose) {
  Ports& ports = d_.engine.ports();
  const base::TimePoint now = whole_seconds(ports.clock.now());
  Run& run = *state.run;
  if (run.by_person) look_at_unlisted(state, scope);
  if (run.unread == 0) {
    std::erase_if(state.seen, [&](const Seen& one) { return one.last != run.started; });
  }
  std::erase_if(state.seen, [&](const Seen& one) { return one.last + kForgetAfter < now; });
  // A warning of a removal counts for nothing once people were told that it stays.
  if (options_.mode != Mode::kRemove) {
    for (Seen& one : state.seen) one.warned = {};
  }

  Strays strays = strays_of(state, scope);
  const std::string doubt = forget_foreign(strays);
  Outcome outcome = outcome_of(state, scope, strays);
  if (!doubt.empty()) outcome.trouble.push_back(doubt);
  close_taken_away(outcome);
  const bool certain = doubt.empty() && scope.doubt.empty();
  const bool was_answered = is_answered(state);
  const Strays due = options_.mode == Mode::kRemove && certain
                         ? removable(state, strays, purpose, outcome)
                         : Strays();
  tell(state, outcome);
  remove(state, scope, due, outcome);

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
  const bool is_done = !outcome.braked || was_answered;
  if (purpose == Purpose::kRemoval && is_done) state.last_removal = run.started;
  deliver_what_is_left(state);
  const auto recorded = record_run(state, outcome);
  if (!recorded) ports.log.warning("sweep_not_recorded", {{"error", recorded.error().message}});
  fit(state);
  return outcome;
}

// Before anybody is told: a second look may show that the access is there.
void Sweep::close_taken_away(Outcome& outcome) {
  std::vector<TakenAway> closed;
  for (TakenAway& one : outcome.missing) {
    const auto done = sweep::close_taken_away(d_.engine, one.assignment);
    if (!done) {
      const std::string& why = done.error().message;
      outcome.trouble.push_back(fmt::format("{}: {}", domain::to_key(one.assignment), why));
    } else if (*done) {
      closed.push_back(std::move(one));
    }
  }
  outcome.missing = std::move(closed);
}

// What is to go now. What people were asked about is what was due when that run began; what has
// become due since is another question, and does not hold up what was allowed.
Sweep::Strays Sweep::removable(const State& state, const Strays& strays, Purpose purpose,
                               Outcome& outcome) const {
  Strays allowed, others;
  for (const Seen* one : strays) {
    const base::TimePoint due = one->warned + options_.grace;
    if (one->warned == base::TimePoint{} || due > state.run->started) continue;
    (due <= state.allowed_until ? allowed : others).push_back(one);
  }
  // A report asks, too: the question stands until it is answered, and need not wait a day.
  outcome.braked = are_too_many(others.size(), state.run->listed, options_);
  if (purpose != Purpose::kRemoval) {
    // The answer to the question before is acted upon first.
    if (is_answered(state)) outcome.braked = false;
    return {};
  }
  if (!outcome.braked) allowed.insert(allowed.end(), others.begin(), others.end());
  return allowed;
}

// One message for a run, and none while nothing changed and everything was told.
void Sweep::tell(State& state, Outcome& outcome) {
  Ports& ports = d_.engine.ports();
  const bool nothing = outcome.strays.empty() && outcome.missing.empty() && outcome.trouble.empty();
  if (nothing) {
    state.told.clear();
    return;
  }
  const std::string news = base::sha256_hex(news_of(outcome, options_.mode));
  const bool some_untold = options_.mode == Mode::kRemove &&
                           std::any_of(outcome.strays.begin(), outcome.strays.end(),
                                       [](const Stray& stray) { return !stray.warned; });
  const bool asks = outcome.braked &&
                    (is_answered(state) || state.asked_at + kAskAgainAfter <= state.run->started);
  if (news == state.told && !some_untold && !asks) return;
  name_people(outcome);
  Digest digest = digest_of(outcome, options_.mode);
  if (outcome.braked) {
    digest.report.button = ports::ReportButton{
        kAllowAction, std::to_string(base::to_unix_milliseconds(state.run->started) / 1000),
        "Remove them"};
  }
  const auto told = ports.chat.report(digest.report);
  if (!told) {
    ports.log.warning("sweep_not_told", {{"error", told.error().message}});
    return;
  }
  state.told = news;
  if (outcome.braked) state.asked_at = state.run->started;
  if (options_.mode != Mode::kRemove) return;
  // Only what people could read counts as a warning, and only of what was going to happen.
  for (Seen& one : state.seen) {
    const bool warned_now =
        one.warned == base::TimePoint{} && digest.named.contains(one.assignment);
    if (warned_now) one.warned = whole_seconds(ports.clock.now());
  }
}

void Sweep::remove(State& state, const Scope& scope, const Strays& strays, Outcome& outcome) {
  Engine& engine = d_.engine;
  std::vector<domain::Assignment> done;
  // One after the other: all at once would leave people's own requests no calls to AWS.
  base::TimePoint at = engine.ports().clock.now();
  for (const Seen* one : strays) {
    const auto what = scope.describe(one->assignment);
    if (!what) continue;
    const auto taken = take_over(engine, *what, state.run->started, at);
    if (!taken) {
      const std::string key = domain::to_key(one->assignment);
      engine.ports().log.warning("sweep_not_removed",
                                 {{"assignment", key}, {"error", taken.error().message}});
      outcome.trouble.push_back(key + ": " + taken.error().message);
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
  Ports& ports = d_.engine.ports();
  const audit::Stream stream = audit::Stream::sweep(state.run->started);
  const bool news = !outcome.strays.empty() || !outcome.missing.empty() ||
                    !outcome.trouble.empty() || !outcome.removed.empty();
  if (news) TRY_VOID(write_entry(outcome, stream));
  // Also what this run wrote before it was killed: there may be no news any more when it goes on.
  const auto delivered = deliver_named_row(ports.store, ports.audit, stream.str());
  if (!delivered && state.undelivered.size() < kMostUndelivered) {
    state.undelivered.push_back(stream.str());
  }
  return delivered;
}

base::Status Sweep::write_entry(const Outcome& outcome, const audit::Stream& stream) {
  Ports& ports = d_.engine.ports();
  audit::Entry entry;
  entry.operation = audit::Operation::kSweep;
  entry.audit_entry_type = "sweep";
  entry.reason = fmt::format(
      "{} assignments compared, {} not asked for, {} removed, {} of ours missing, {} units not "
      "read",
      outcome.listed, outcome.strays.size() + outcome.more_strays, outcome.removed.size(),
      outcome.missing.size(), outcome.unread);
  entry.time = ports.clock.now();
  return change_named_row(ports.store, stream.str(), [&](ports::NamedRow& row) -> base::Status {
    if (row.chain.sequence == 0) record(row, stream, entry);
    return {};
  });
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
