// Every mutant must be caught: by the promise that it breaks, and by no more faults than it takes.
#include "sim/mutants.h"

#include <doctest/doctest.h>

#include <iostream>

#include "base/sanitizer.h"
#include "sim/explorer.h"
#include "sim/scenarios.h"

namespace elevator::sim::mutants_test {
namespace {

TEST_CASE("everyMutant_whenExplored_isCaught") {
  size_t caught = 0;
  for (const Mutant& mutant : mutants()) {
    CAPTURE(mutant.name);
    Scenario scenario = story(mutant.story);
    mutant.infect(scenario);
    const auto exploration = explore(scenario, mutant.faults, {.worlds = 400'000});
    CHECK(exploration.found.has_value());
    if (!exploration.found) continue;
    CHECK(exploration.found->violation.promise == mutant.promise);
    caught += exploration.found->violation.promise == mutant.promise;
    std::cout << mutant.name << ": caught by " << exploration.found->violation.promise << " ("
              << exploration.found->violation.what << ")\n";
  }
#ifndef ELEVATOR_UNDER_ASAN  // the same mutants are counted once
  std::cout << "SUMMARY mutants_caught " << caught << "\n";
  std::cout << "SUMMARY mutants " << mutants().size() << "\n";
#endif
  CHECK(caught == mutants().size());
}

}  // namespace
}  // namespace elevator::sim::mutants_test
