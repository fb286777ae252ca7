// TargetCheck: tells of what the rules in force name and AWS does not have, in the log and in
// /readyz, whenever that changes: nobody sees a target that is missing in the form, and a misspelt
// name looks as if the rule were not there. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "main/serve/readiness.h"
#include "workflow/ports.h"

namespace elevator::serve {

class TargetCheck {
 public:
  TargetCheck(workflow::Ports& ports, Readiness& readiness)
      : ports_(ports), readiness_(readiness) {}

  // Compares the rules in force with what was listed last. Calls nobody.
  void look();

 private:
  workflow::Ports& ports_;
  Readiness& readiness_;
  std::mutex mutex_;
  std::vector<std::string> said_;
};

}  // namespace elevator::serve
