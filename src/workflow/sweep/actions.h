// What the sweep does to rows: each is one commit of ordinary transitions. Internal to the sweep.
#pragma once

#include "domain/stray.h"
#include "workflow/engine.h"

namespace elevator::workflow::sweep {

// The stray becomes a row whose deadline is `at`: now, or a little later. False: a row has it
// already, or has just ended. `started`: the run's beginning.
base::Result<bool> take_over(Engine& engine, const domain::Stray& stray, base::TimePoint started,
                             base::TimePoint at);

// Looks once more, and ends a grant whose access somebody took away, or whose account, permission
// set or group is gone. False: there was nothing to end.
base::Result<bool> close_taken_away(Engine& engine, const domain::Assignment& assignment);

// Arms the grant's timers again: one that is there stays, one that was lost comes back.
void arm_again(Ports& ports, const domain::Grant& grant);

}  // namespace elevator::workflow::sweep
