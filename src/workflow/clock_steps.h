// ClockSteps: notices that the clock went backwards, and brings the rows back to it.
//
// Back-offs, polls and watches are stored as moments. A row written while the clock was an hour
// ahead would wait for that hour when the clock is right again, and with it the end of somebody's
// access (L1). Leases and deadlines are what was approved: they are never touched (I3).
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "workflow/ports.h"
#include "workflow/settings.h"

namespace elevator::workflow {

// Moments that no clock that runs forward could have written are moved to the latest that it
// could have.
domain::Grant brought_back(const domain::Grant& grant, base::TimePoint now,
                           const domain::Timing& timing);
domain::Request brought_back(const domain::Request& request, base::TimePoint now);

class ClockSteps {
 public:
  ClockSteps(Ports& ports, const Settings& settings) : ports_(ports), settings_(settings) {}

  // The first time, and whenever the clock shows less than before: brings back every row that
  // waits for a time, however far away it is. True: there was a reason to look.
  bool look();

 private:
  bool bring_back(const ports::RowRef& row);

  Ports& ports_;
  const Settings& settings_;
  std::atomic<std::int64_t> latest_{INT64_MAX};
};

}  // namespace elevator::workflow
