// InvocationTime: until when the invocation at hand may work. Lambda ends the process at the
// deadline; calls end a moment before, so that what they answered is still written down.
// Thread-safe.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

#include "adapters/aws/rate_limiter.h"
#include "base/time.h"

namespace elevator::lambda {

class InvocationTime {
 public:
  void begin(base::TimePoint deadline) { end_ = base::to_unix_milliseconds(deadline - kMargin); }

  // None: while the process starts.
  std::optional<base::TimePoint> until() const {
    const std::int64_t end = end_;
    if (end == 0) return std::nullopt;
    return base::from_unix_milliseconds(end);
  }

 private:
  static constexpr base::Milliseconds kMargin{500};
  std::atomic<std::int64_t> end_{0};
};

// Waits no longer than the invocation lasts.
class TimedWaiter final : public adapters::aws::Waiter {
 public:
  TimedWaiter(adapters::aws::Waiter& waiter, const base::Clock& clock, const InvocationTime& time)
      : waiter_(waiter), clock_(clock), time_(time) {}
  void wait(base::Milliseconds pause) override {
    if (const auto until = time_.until()) {
      pause = std::clamp<base::Milliseconds>(*until - clock_.now(), base::Milliseconds(0), pause);
    }
    if (pause > base::Milliseconds(0)) waiter_.wait(pause);
  }

 private:
  adapters::aws::Waiter& waiter_;
  const base::Clock& clock_;
  const InvocationTime& time_;
};

}  // namespace elevator::lambda
