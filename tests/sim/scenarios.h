// The stories that the explorer tells with faults in every place.
#pragma once

#include <vector>

#include "sim/simulation.h"

namespace elevator::sim {

struct Story {
  Scenario scenario;
  int faults;  // explored in every `./run test`
};

std::vector<Story> stories();
Scenario story(const std::string& name);

}  // namespace elevator::sim
