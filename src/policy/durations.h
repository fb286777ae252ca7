// How long access may last, and what the menu offers (COMPAT 4.4).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/time.h"

namespace elevator::policy {

// The settings that hold for every rule.
struct Limits {
  base::Seconds max_duration = base::hours(24);  // MAX_PERMISSIONS_DURATION_TIME
  std::set<base::Seconds> durations{};           // PERMISSION_DURATION_LIST_OVERRIDE; empty: none
};

inline constexpr size_t kMostOfferedDurations = 100;  // options of a Slack menu

// Steps of half an hour up to `longest`, and `longest` itself; never more than 100.
std::vector<base::Seconds> half_hour_steps(base::Seconds longest);

// The first 99 and the last when there are more than 100.
std::vector<base::Seconds> at_most_a_menu(std::vector<base::Seconds> durations);

// "00:30", "24:00": the form of the menu and of the rules document. Seconds are left out when
// zero.
std::string to_clock_text(base::Seconds duration);

}  // namespace elevator::policy
