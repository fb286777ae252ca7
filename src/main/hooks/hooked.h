// Hooked: the test hooks of a process (control.h): a clock that is set, waiting that moves it, and
// the descriptor to do so by. Without the hidden flag nobody obeys anything.
#pragma once

#include <memory>

#include "adapters/aws/rate_limiter.h"
#include "main/hooks/call_gate.h"
#include "main/hooks/control.h"
#include "main/hooks/virtual_clock.h"

namespace elevator::hooks {

// Waiting moves the virtual time instead of taking any.
class ClockMovingWaiter final : public adapters::aws::Waiter {
 public:
  explicit ClockMovingWaiter(VirtualClock& clock) : clock_(clock) {}
  void wait(base::Milliseconds time) override { clock_.advance(time); }

 private:
  VirtualClock& clock_;
};

struct Hooked {
  VirtualClock clock{base::SystemClock().now()};
  CallGate gate;
  ClockMovingWaiter waiter{clock};
  std::unique_ptr<Control> control;

  // Returns when the other end says `run`. An error: it was closed.
  base::Status obey(int descriptor) {
    control = std::make_unique<Control>(descriptor, clock, gate);
    return control->wait_for_run();
  }
};

}  // namespace elevator::hooks
