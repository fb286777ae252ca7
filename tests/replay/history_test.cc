// What a release left in the middle of its work is taken on by this one, and brought to its end
// with every promise kept (I10). With a fault at every effect where there is time for it.
#include "replay/history.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/sanitizer.h"
#include "sim/explorer.h"
#include "tests/support/folders.h"

namespace elevator::replay::history_test {
namespace {

namespace fs = std::filesystem;

#ifdef ELEVATOR_UNDER_ASAN
constexpr int kFaults = 0;
#else
constexpr int kFaults = 1;
#endif

// Nobody does anything any more: what was approved ends, what was not expires.
sim::Exploration resume(const Moment& moment) {
  sim::Scenario scenario;
  scenario.name = moment.what;
  scenario.rules = {moment.rules};
  scenario.start = moment.world;
  scenario.settings.request_timing.first_reminder_after = base::Milliseconds(0);
  return sim::explore(scenario, kFaults);
}

TEST_CASE("historyOfEveryRelease_isResumedToItsEnd") {
  size_t resumed = 0;
  const fs::path folder = fs::path(tests::source_folder()) / "tests" / "replay" / "histories";
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const auto moment = from_line(line);
      CAPTURE(entry.path().filename().string());
      if (!moment) {
        FAIL_CHECK(moment.error().message);
        continue;
      }
      CAPTURE(moment->what);
      const auto exploration = resume(*moment);
      if (exploration.found) FAIL_CHECK(exploration.found->violation.what);
      CHECK(exploration.complete);
      CHECK(exploration.statistics.rests > 0);
      ++resumed;
    }
  }
  CHECK(resumed >= 20);
  std::cout << "SUMMARY checks_of_I10 " << resumed << "\n";
}

}  // namespace
}  // namespace elevator::replay::history_test
