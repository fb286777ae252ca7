#include "adapters/aws/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace elevator::adapters::aws {

void SleepingWaiter::wait(base::Milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return ended_; });
}

void SleepingWaiter::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

RateLimiter::RateLimiter(Rate rate, const base::Clock& clock, Waiter& waiter)
    : rate_(rate), clock_(clock), waiter_(waiter), tokens_(rate.burst), refilled_at_(clock.now()) {}

void RateLimiter::refill() {
  const base::TimePoint now = clock_.now();
  // A clock that was set back gives nothing and takes nothing.
  const auto passed = std::max(base::Milliseconds(0), now - refilled_at_);
  refilled_at_ = now;
  const double gained = static_cast<double>(passed.count()) / 1000.0 * rate_.per_second;
  tokens_ = std::min(rate_.burst, tokens_ + gained);
}

std::optional<base::Milliseconds> RateLimiter::try_take(Priority priority) {
  refill();
  int ahead = 0;
  for (size_t i = 0; i < static_cast<size_t>(priority); ++i) ahead += waiting_[i];
  const double missing = 1.0 + ahead - tokens_;
  if (missing <= 0) {
    tokens_ -= 1;
    return std::nullopt;
  }
  const double wait = std::ceil(missing / rate_.per_second * 1000.0);
  // Several callers may wait for the same token; a bounded wait lets none oversleep.
  return base::Milliseconds(std::clamp<std::int64_t>(static_cast<std::int64_t>(wait), 1, 250));
}

base::Status RateLimiter::acquire(Priority priority, base::TimePoint deadline) {
  const auto index = static_cast<size_t>(priority);
  bool counted = false;
  while (true) {
    std::optional<base::Milliseconds> wait;
    bool too_late = false;
    {
      const std::lock_guard lock(mutex_);
      wait = try_take(priority);
      too_late = wait && clock_.now() + *wait > deadline;
      const bool stays = wait && !too_late;
      if (stays != counted) waiting_[index] += stays ? 1 : -1;
      counted = stays;
    }
    if (!wait) return {};
    if (too_late) {
      return base::Error{base::Kind::kThrottled,
                         "too many calls to AWS are waiting already; trying again later",
                         base::Retry::kBackoff};
    }
    waiter_.wait(*wait);
  }
}

}  // namespace elevator::adapters::aws
