// Milestones: one line in the log for each audit entry, written when its transition was committed:
// what an operator looks for (access_given, access_removed, request_denied, ...), by request id.
// People's own words are in the audit log only.
#pragma once

#include "base/log.h"
#include "domain/request.h"

namespace elevator::workflow {

// The entries that `after` has and `before` (null: a new row) had not.
void log_milestones(base::Logger& log, const domain::Request* before, const domain::Request& after);

}  // namespace elevator::workflow
