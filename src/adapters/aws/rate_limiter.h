// RateLimiter: a token bucket in front of one AWS service. When calls queue, taking access away
// goes before giving it, and both before listings. Thread-safe.
#pragma once

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/result.h"
#include "base/time.h"

namespace elevator::adapters::aws {

enum class Priority { kRevoke = 0, kGrant = 1, kList = 2 };

// Where waiting happens: a real sleep in the product, a moved clock in tests.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void wait(base::Milliseconds time) = 0;
};

// Waits in real time, until the end of the program. Thread-safe.
class SleepingWaiter final : public Waiter {
 public:
  void wait(base::Milliseconds time) override;
  // Nobody waits any more.
  void end();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
};

struct Rate {
  double per_second = 15;
  double burst = 5;  // in any second at most per_second + burst calls
};

class RateLimiter {
 public:
  RateLimiter(Rate rate, const base::Clock& clock, Waiter& waiter);

  // Takes one token, waiting for it until `deadline` at most; kThrottled when that is too soon.
  base::Status acquire(Priority priority, base::TimePoint deadline);

 private:
  // How long until a token may be there for this caller; none: it has one now.
  std::optional<base::Milliseconds> try_take(Priority priority);
  void refill();

  const Rate rate_;
  const base::Clock& clock_;
  Waiter& waiter_;
  std::mutex mutex_;
  double tokens_;
  base::TimePoint refilled_at_;
  std::array<int, 3> waiting_{};
};

}  // namespace elevator::adapters::aws
