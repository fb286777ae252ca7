// Near-real-time drift: something said that one assignment or membership changed, and it is looked
// at now instead of at the next sweep. People are told of access that nobody asked for here; ours
// that somebody took away is closed. Nothing is removed: that is the sweep's, with its warning, its
// grace period and its brake.
//
//   const auto drift = sweep::look_at({.engine = engine, .listings = {survey, survey}}, options,
//                                     assignment);
//
// What is said is never believed, only looked at: an event that comes late, twice or from nobody
// changes nothing that AWS and the rows do not show (I8). Our own changes make such events too, and
// cost no call to AWS, but for an end of the last minute.
#pragma once

#include "workflow/sweep/sweep.h"

namespace elevator::workflow::sweep {

enum class Drift {
  kNone,        // not in scope, ours, meant to be there, or not there any more
  kToldBefore,  // nobody asked for it here, and people know
  kReported,    // nobody asked for it here: people were told just now, and it is in the audit log
  kClosed,      // given here, and somebody took it away: the grant is closed
  kUnderWay,    // AWS is still working on it, or ours has just ended: look again in a moment
};
std::string_view to_string(Drift drift);

// In mode `off` always kNone. An error: not known; look again later, or leave it to the sweep.
base::Result<Drift> look_at(const Sweep::Dependencies& dependencies, const Options& options,
                            const domain::Assignment& assignment);

// Audit entries of today and yesterday that could not be delivered when they were written.
base::Status deliver_drift(Ports& ports);

}  // namespace elevator::workflow::sweep
