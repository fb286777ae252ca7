#include "policy/durations.h"

#include <fmt/format.h>

namespace elevator::policy {

std::vector<base::Seconds> half_hour_steps(base::Seconds longest) {
  constexpr base::Seconds kStep = base::minutes(30);
  std::vector<base::Seconds> steps;
  for (base::Seconds step = kStep; step < longest && steps.size() + 1 < kMostOfferedDurations;
       step += kStep) {
    steps.push_back(step);
  }
  if (longest > base::Seconds(0)) steps.push_back(longest);
  return steps;
}

std::vector<base::Seconds> at_most_a_menu(std::vector<base::Seconds> durations) {
  if (durations.size() <= kMostOfferedDurations) return durations;
  const base::Seconds last = durations.back();
  durations.resize(kMostOfferedDurations - 1);
  durations.push_back(last);
  return durations;
}

std::string to_clock_text(base::Seconds duration) {
  const auto seconds = duration.count();
  std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0) text += fmt::format(":{:02}", seconds % 60);
  return text;
}

}  // namespace elevator::policy
