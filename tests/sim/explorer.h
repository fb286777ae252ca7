// Explorer: visits every world that a scenario can reach with up to k faults.
#pragma once

#include <optional>

#include "sim/simulation.h"

namespace elevator::sim {

struct Found {
  Violation violation;
  std::vector<std::string> trail;  // the steps that led there
};

struct Exploration {
  Statistics statistics;
  std::optional<Found> found;  // the first violation
  bool complete = true;        // false: stopped by the limit
  double cpu_seconds = 0;      // of this thread
};

struct Limits {
  std::uint64_t worlds = 20'000'000;
  double seconds = 1e9;
};

Exploration explore(const Scenario& scenario, int faults, const Limits& limits = {});

}  // namespace elevator::sim
