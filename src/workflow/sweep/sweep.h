// The sweep: nobody keeps access that nobody asked for here. It compares what is at AWS, within the
// scope of the rules, with the rows.
//
// It is a caller of the ordinary machinery and has no way of its own to delete: what it removes
// becomes a row first (origin `found`, its deadline now), and ordinary revocation does the rest
// (I6). People are always told before, and have a grace period; too many removals at once stop and
// ask. The other direction too: a grant whose access somebody took away by hand is closed and told.
// A run that is out of time goes on where it stopped; a second one at the same time refuses.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "audit/chain.h"
#include "workflow/engine.h"
#include "workflow/sweep/walk.h"

namespace elevator::workflow::sweep {

enum class Mode { kOff, kWarn, kRemove };

struct Options {
  Mode mode = Mode::kWarn;
  std::vector<std::string> allow_list;               // e-mail addresses
  base::Milliseconds grace = base::hours(24);        // between the warning and the removal
  base::Milliseconds full_every = base::hours(168);  // listing by person misses deleted users
  // The brake: more removals than these in one run are asked for first.
  size_t most_removals = 25;
  int most_percent = 30;  // of all access in scope; of five or fewer removals never
  // A removal is several calls to AWS, and an operation that it works on for seconds: this keeps
  // many of them within the share of the rate limit, and leaves people's own requests room.
  base::Milliseconds between_removals{1000};
  Walk::Limits walk{};
};

// What a run is for: only a removal takes access away.
enum class Purpose { kReport, kRemoval };

struct Stray {
  domain::Stray what;
  std::string email;  // empty: not known, or the user is gone
  base::TimePoint first_seen{};
  std::optional<base::TimePoint> removal;  // not before; none: it stays
  bool warned = false;                     // people were told of the removal
};

// Given here, and somebody took it away in AWS.
struct TakenAway {
  domain::Assignment assignment;
  std::optional<domain::Stray> what;  // none: the rules do not speak of it any more
  std::string email;                  // empty: not known, or the user is gone
};

struct Outcome {
  bool finished = false;  // false: out of time; run again
  size_t listed = 0, unread = 0, more_strays = 0;
  std::vector<Stray> strays;
  std::vector<TakenAway> missing;           // grants whose access is not there: a run closed them
  std::vector<domain::Assignment> removed;  // that became rows in this run
  std::vector<std::string> trouble;
  bool braked = false;
};

class Sweep {
 public:
  struct Dependencies {
    Engine& engine;
    Listings listings;
    ports::ForeignTimers* foreign = nullptr;  // of the existing product, when there are any
  };
  Sweep(Dependencies dependencies, Options options)
      : d_(dependencies), options_(std::move(options)) {}

  // What is there now, and what would happen. Changes nothing.
  base::Result<Outcome> preview();
  // An error: nothing was removed, try again later.
  base::Result<Outcome> run(Purpose purpose, base::TimePoint until);

  // Somebody pressed the button of the brake's question. The sentence is their answer.
  base::Result<std::string> allow(const domain::SlackUserId& person, const std::string& asked_at);

 private:
  using Strays = std::vector<const Seen*>;

  base::Result<State> begin();
  base::Result<bool> save(State& state, base::TimePoint until);
  base::Status write(const State& state);
  void choose_way(State& state) const;
  void look_at_unlisted(State& state, const Scope& scope);
  std::string forget_foreign(Strays& strays);
  Outcome outcome_of(const State& state, const Scope& scope, const Strays& strays) const;
  void name_people(Outcome& outcome);

  base::Result<Outcome> finish(State& state, const Scope& scope, Purpose purpose);
  void close_taken_away(Outcome& outcome);
  Strays removable(const State& state, const Strays& strays, Purpose purpose,
                   Outcome& outcome) const;
  void tell(State& state, Outcome& outcome);
  void remove(State& state, const Scope& scope, const Strays& strays, Outcome& outcome);
  void look_after_grants(bool also_timers);
  void deliver_what_is_left(State& state);
  base::Status record_run(State& state, const Outcome& outcome);
  base::Status write_entry(const Outcome& outcome, const audit::Stream& stream);

  Dependencies d_;
  Options options_;
};

// What the run saw, as far as it is watched now: rules may have changed since the run began.
std::vector<const Seen*> strays_of(const State& state, const Scope& scope);

// The audit entries of runs and of drift that the audit log did not take when they were written
// (I7). To be called between runs; a run does it, too.
base::Status deliver_entries(Ports& ports, const State& state);

// What people are told of a run, and the strays that it names: as many as one message has room for,
// those first of which people were not told yet.
struct Digest {
  ports::Report report;
  std::set<domain::Assignment> named;
};
Digest digest_of(const Outcome& outcome, Mode mode);
ports::ReportLine line_of(const Stray& stray);
std::string text_of(const TakenAway& one);
// What a dry run prints.
std::string to_text(const Outcome& outcome);
std::string to_json(const Outcome& outcome);

// The action of the brake's button.
inline constexpr const char* kAllowAction = "sweep_allow";

}  // namespace elevator::workflow::sweep
