// Stories of the sweep: it runs between any two steps of what people asked for.
#pragma once

#include <vector>

#include "sim/scenarios.h"

namespace elevator::sim {

std::vector<Story> sweep_stories();

}  // namespace elevator::sim
