// One round of the reconciler: every due row is driven, and the metrics that alarms look at are
// brought up to date.
#pragma once

#include <optional>

#include "workflow/engine.h"

namespace elevator::serve {

// Says when the next row is due.
std::optional<base::TimePoint> reconcile_once(workflow::Engine& engine);

}  // namespace elevator::serve
