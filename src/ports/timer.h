// Timer: something outside that wakes us at a grant's deadline. One schedule per (grant,
// generation, deadline), with a deterministic name. The row decides what happens then, so a timer
// that fires late, twice or for nothing is harmless. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/grant.h"
#include "domain/request.h"

namespace elevator::ports {

// All that is needed to take the access back when the row is lost.
struct TimerPayload {
  domain::Assignment assignment;
  domain::ArmedTimer timer;
  std::optional<domain::Request> request;  // whose people and reason go into the payload
};

class Timer {
 public:
  virtual ~Timer() = default;
  // A timer of this name that exists already is a success.
  virtual base::Status arm(const TimerPayload& payload) = 0;
  // One that does not exist is a success.
  virtual base::Status disarm(const domain::Assignment& assignment,
                              const domain::ArmedTimer& timer) = 0;
};

// Timers of the existing product: its only record of what it granted (DESIGN 3).
struct ForeignTimer {
  std::string name;
  domain::Assignment assignment;
  base::TimePoint at{};
  domain::Request told;  // people, target and duration, as far as they are known; not a row's id
};

class ForeignTimers {
 public:
  virtual ~ForeignTimers() = default;
  // Every timer that may be one of the existing product, completely.
  virtual base::Result<std::vector<std::string>> names() = 0;
  // Nothing when it has fired meanwhile, or takes no access away; kCorrupt when it cannot be
  // understood.
  virtual base::Result<std::optional<ForeignTimer>> read(const std::string& name) = 0;
  // One that does not exist is a success.
  virtual base::Status remove(const std::string& name) = 0;

  struct Listing {
    std::vector<ForeignTimer> timers;
    std::vector<std::string> unreadable;  // names of those that cannot be understood
  };
  // All of them, completely.
  base::Result<Listing> list();
};

}  // namespace elevator::ports
