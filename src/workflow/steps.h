// The executor: performs one planned step of a row against the outside world and writes down what
// came of it. Effects may fail in any way; the row is always left such that planning it again is
// right.
#pragma once

#include <set>

#include "workflow/plan_grant.h"
#include "workflow/plan_request.h"
#include "workflow/ports.h"
#include "workflow/settings.h"

namespace elevator::workflow {

// `touched` receives the rows that were written: their planners may have something to do now.
// An error means that the row could not be written (conflict or store trouble): try later.
base::Status perform(Ports& ports, const Settings& settings, const domain::Grant& grant,
                     const GrantStep& step, std::set<ports::RowRef>& touched);

base::Status perform(Ports& ports, const Settings& settings, const domain::Request& request,
                     const RequestStep& step, std::set<ports::RowRef>& touched);

}  // namespace elevator::workflow
