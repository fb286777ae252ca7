// OnCall: who is on call now, by the name of a schedule. Thread-safe.
#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "domain/ids.h"

namespace elevator::ports {

class OnCall {
 public:
  virtual ~OnCall() = default;
  virtual base::Result<std::set<domain::Email>> people(const std::string& schedule) = 0;
};

}  // namespace elevator::ports
