// VirtualClock: the time of the whole process when a test or the demo sets it. Thread-safe.
#pragma once

#include <atomic>

#include "base/time.h"

namespace elevator::hooks {

class VirtualClock final : public base::Clock {
 public:
  explicit VirtualClock(base::TimePoint start) { set(start); }
  base::TimePoint now() const override { return base::from_unix_milliseconds(milliseconds_); }
  void set(base::TimePoint now) { milliseconds_ = base::to_unix_milliseconds(now); }
  void advance(base::Milliseconds by) { milliseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_{0};
};

}  // namespace elevator::hooks
