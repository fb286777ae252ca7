#include "domain/outbox.h"

#include <algorithm>

namespace elevator::domain {

Retry after_failure(const Retry& before, const base::Error& error, base::TimePoint now) {
  constexpr base::Milliseconds kFirst = base::Seconds(1);
  constexpr std::uint32_t kDoublings = 9;  // 2^9 s is beyond the cap

  Retry next;
  next.attempts = before.attempts + 1;
  base::Milliseconds wait = kFirst * (1U << std::min(before.attempts, kDoublings));
  if (error.retry_after) wait = std::max(wait, *error.retry_after);
  wait = std::min(wait, kLongestWait);
  next.not_before = now + wait;
  next.last_error = error.message.substr(0, 300);
  return next;
}

}  // namespace elevator::domain
