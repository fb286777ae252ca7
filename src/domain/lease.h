// Lease: one request's share of a grant, with its own end (I3, I5).
#pragma once

#include <span>

#include "base/time.h"
#include "domain/ids.h"

namespace elevator::domain {

struct Lease {
  RequestId request;
  base::TimePoint start;  // at approval, at an asked-for start, or where an extended lease ends
  base::TimePoint end;    // start + approved duration; an early end moves it down, nothing up
  std::uint32_t generation{};  // of the grant this lease belongs to
  bool announced = false;      // its people were told that the access is there (audit: `grant`)
  friend bool operator==(const Lease&, const Lease&) = default;
};

// The end of the unbroken run of leases that covers `now`: a gap between leases ends the run.
// `now` itself when no lease covers it.
base::TimePoint end_of_run(std::span<const Lease> leases, base::TimePoint now);

}  // namespace elevator::domain
