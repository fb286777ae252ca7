// LocalTimer: on one machine the reconciler thread is the timer. Its row in the store is durable
// before the access exists and the thread wakes at the earliest due row, so arming writes nothing.
#pragma once

#include "ports/timer.h"

namespace elevator::adapters::files {

class LocalTimer final : public ports::Timer {
 public:
  base::Status arm(const ports::TimerPayload&) override { return {}; }
  base::Status disarm(const domain::Assignment&, const domain::ArmedTimer&) override { return {}; }
};

}  // namespace elevator::adapters::files
