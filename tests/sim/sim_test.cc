// The explorer in every test run: each story with its number of faults, no promise broken.
#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>

#include "sim/explorer.h"
#include "sim/scenarios.h"

namespace elevator::sim {
namespace {

int faults_for(const Story& story) {
  const char* cap = std::getenv("ELEVATOR_SIM_MAX_FAULTS");
  return cap == nullptr ? story.faults : std::min(story.faults, std::atoi(cap));
}

TEST_CASE("everyStory_withFaultsEverywhere_keepsEveryPromise") {
  Statistics sum;
  const char* only = std::getenv("ELEVATOR_SIM_STORY");
  for (const Story& story : stories()) {
    if (only != nullptr && story.scenario.name.find(only) == std::string::npos) continue;
    for (int faults = 0; faults <= faults_for(story); ++faults) {
      if (faults != 0 && faults != faults_for(story)) continue;
      const auto exploration = explore(story.scenario, faults);
      CAPTURE(story.scenario.name);
      CAPTURE(faults);
      if (exploration.found) {
        std::string trail;
        for (const auto& step : exploration.found->trail) trail += "\n  " + step;
        FAIL_CHECK(exploration.found->violation.promise << ": " << exploration.found->violation.what
                                                        << trail);
        continue;
      }
      CHECK(exploration.complete);
      CHECK(exploration.statistics.rests > 0);
      std::cout << story.scenario.name << ", " << faults
                << " faults: " << exploration.statistics.worlds << " worlds, "
                << exploration.statistics.schedules << " schedules\n";
      sum.worlds += exploration.statistics.worlds;
      sum.schedules += exploration.statistics.schedules;
      for (const auto& [promise, count] : exploration.statistics.checks) {
        sum.checks[promise] += count;
      }
    }
  }
  std::cout << "SUMMARY worlds_explored " << sum.worlds << "\n";
  std::cout << "SUMMARY schedules_explored " << sum.schedules << "\n";
  for (const auto& [promise, count] : sum.checks) {
    std::cout << "SUMMARY checks_of_" << promise << " " << count << "\n";
  }
}

}  // namespace
}  // namespace elevator::sim
