// Start checks: what has to be right before anybody is told that the program is there. All of them
// run, so that whoever installs it hears of everything at once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/log.h"
#include "main/serve/readiness.h"

namespace elevator::serve {

struct StartCheck {
  std::string name;
  std::function<base::Status()> run;
  // The name of a check without which this one says nothing new.
  std::string needs{};
};

struct StartTrouble {
  std::string check;
  base::Error error;
};

// In their order. Every trouble is noted in `readiness`.
std::vector<StartTrouble> run_start_checks(const std::vector<StartCheck>& checks,
                                           Readiness& readiness);

// For a program that starts all the same. One that does not prints its reasons, once.
void log_start_troubles(const std::vector<StartTrouble>& troubles, base::Logger& log);

// What temporary trouble leaves: reasons not to start, each with what to do. Empty: start.
// `has_access_to_end`: somebody has access that ends on time only if this program runs. Then
// nothing is a reason.
std::string reasons_not_to_start(const std::vector<StartTrouble>& troubles, bool has_access_to_end);

}  // namespace elevator::serve
