// DemoClock: the time of the demo's world. It runs like the real clock and can be moved forward.
// Thread-safe.
#pragma once

#include <atomic>

#include "base/time.h"

namespace elevator::demo {

class DemoClock final : public base::Clock {
 public:
  DemoClock(const base::Clock& real, base::TimePoint start)
      : real_(real), ahead_by_((start - real.now()).count()) {}

  base::TimePoint now() const override { return real_.now() + base::Milliseconds(ahead_by_); }

  // Goes on from there. Back in time it does not go: what happened, happened.
  void move_to(base::TimePoint time) {
    const auto by = time - now();
    if (by > base::Milliseconds(0)) ahead_by_ += by.count();
  }
  // For a new world, which knows of no other time.
  void restart_at(base::TimePoint start) { ahead_by_ = (start - real_.now()).count(); }

 private:
  const base::Clock& real_;
  std::atomic<std::int64_t> ahead_by_;
};

}  // namespace elevator::demo
