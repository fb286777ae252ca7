// The sweep's row: where the run in progress stands, so that a time-out or a crash resumes instead
// of restarting, and what is known of strays from run to run. One row, named "sweep".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/assignment.h"
#include "ports/store.h"

namespace elevator::workflow::sweep {

inline constexpr const char* kRow = "sweep";
// What fits a row. Whatever is beyond is counted, and remembered once there is room.
inline constexpr size_t kMostSeen = 800;
inline constexpr size_t kMostMissing = 40;
inline constexpr size_t kMostTrouble = 20;
inline constexpr size_t kLongestTrouble = 300;

// A stray, as far as it is remembered. All times are whole seconds.
struct Seen {
  domain::Assignment assignment;
  base::TimePoint first{};
  base::TimePoint warned{};  // people were told that it will go; epoch = not yet
  base::TimePoint last{};    // the start of the latest run that saw it
  friend bool operator==(const Seen&, const Seen&) = default;
};

struct Run {
  base::TimePoint started{};
  bool by_person = false;
  std::string cursor;                       // the last unit that is done
  size_t listed = 0;                        // assignments seen, ours included
  size_t pairs = 0;                         // account and permission-set pairs listed
  size_t more_strays = 0;                   // that did not fit
  size_t unread = 0;                        // units that could not be listed
  std::vector<domain::Assignment> missing;  // ours, and not there
  std::vector<std::string> trouble;         // for people
  friend bool operator==(const Run&, const Run&) = default;
};

struct State {
  base::TimePoint busy_until{};  // somebody is at work
  std::optional<Run> run;
  std::vector<Seen> seen;
  base::TimePoint last_report{}, last_removal{}, last_full{};
  size_t pairs = 0, users = 0;      // of the last full run: to choose the cheaper way
  bool by_person_refused = false;   // AWS does not let us list by person here
  std::string told;                 // digest of what people were told last
  base::TimePoint asked_at{};       // the brake stopped removals, and people were asked
  base::TimePoint allowed_until{};  // somebody allowed what was to go at this time; epoch = nobody
  std::vector<std::string> undelivered;  // audit streams of runs that the audit log did not take
  friend bool operator==(const State&, const State&) = default;
};

inline base::TimePoint whole_seconds(base::TimePoint time) {
  return std::chrono::floor<base::Seconds>(time);
}

// Somebody answered the brake's question, and no removal has begun since.
bool is_answered(const State& state);

// Leaves out of `seen`, newest first, what would make the row larger than rows may be. What this
// run has found of it is counted instead.
void fit(State& state);

// Moments that no clock that runs forward could have written: one that was ahead must not put off
// runs, warnings or removals. What people were told then does not count as a warning.
void forget_the_future(State& state, base::TimePoint now, base::Milliseconds longest_run);

base::Result<State> decode(const ports::NamedRow& row);
std::string encode(const State& state);

}  // namespace elevator::workflow::sweep
