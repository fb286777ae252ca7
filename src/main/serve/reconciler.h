// One round of the reconciler: what is due is driven, and the metrics that alarms look at are
// brought up to date.
#pragma once

#include <optional>

#include "workflow/engine.h"

namespace elevator::serve {

// Drives every due row, too: for a process without crews. Says when the next row is due.
std::optional<base::TimePoint> reconcile_once(workflow::Engine& engine);

// Where crews drive the rows: what has to be done besides (a clock that was set back, alerts).
// Says when to come again.
std::optional<base::TimePoint> look_around_once(workflow::Engine& engine);

void update_gauges(workflow::Engine& engine);

}  // namespace elevator::serve
