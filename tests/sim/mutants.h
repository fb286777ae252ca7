// Mutants: known-bad versions of the workflow, each a mistake that a system of this kind has made.
// A checker that has never failed is no evidence: the suite fails when one survives.
#pragma once

#include <string>
#include <vector>

#include "sim/simulation.h"

namespace elevator::sim {

struct Mutant {
  std::string name;
  std::string story;    // in which it is caught
  int faults;           // that it takes
  std::string promise;  // that it breaks
  std::function<void(Scenario&)> infect;
};

std::vector<Mutant> mutants();

}  // namespace elevator::sim
