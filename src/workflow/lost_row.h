// What a timer means when it fires. When the grant's row is there, the row decides. When it is
// missing (a lost table), the timer is all that is left of the grant: its payload becomes a grant
// and a request (origin `schedule`) in one commit, and the ordinary path takes the access back,
// observes its absence and audits it.
#pragma once

#include "workflow/engine.h"

namespace elevator::workflow {

// An error: nothing is known to be written; whoever delivered the timer delivers it again.
// Delivered again, it finds the row.
base::Status timer_fired(Engine& engine, const ports::TimerPayload& payload);

}  // namespace elevator::workflow
