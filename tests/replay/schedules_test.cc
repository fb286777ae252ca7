// Schedules that releases, and the existing product, left in EventBridge are understood for ever
// (I10). One of ours still takes its access back when it fires and the row is lost.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "sim/acts.h"
#include "sim/explorer.h"
#include "tests/support/folders.h"
#include "wire/aws/scheduled_event.h"

namespace elevator::replay::schedules_test {
namespace {

namespace fs = std::filesystem;
using wire::aws::ScheduledRevocation;

struct Sample {
  std::string name;
  std::string bytes;
};

std::vector<Sample> samples(const std::string& folder) {
  std::vector<Sample> found;
  const fs::path root =
      fs::path(tests::source_folder()) / "tests" / "replay" / "schedules" / folder;
  for (const auto& entry : fs::directory_iterator(root)) {
    std::ifstream file(entry.path(), std::ios::binary);
    found.push_back({entry.path().filename().string(),
                     {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}});
  }
  return found;
}

// All rows are lost, the access is there, and the schedule fires.
sim::Exploration fire(const ScheduledRevocation& schedule) {
  sim::Scenario scenario = sim::scene("a schedule fires whose row is lost", sim::kNobodyNeeded, {});
  scenario.start.now = schedule.timer->deadline;
  scenario.start.present.insert(schedule.assignment);
  scenario.start.fired.push_back({schedule.assignment, *schedule.timer});
  scenario.start.payloads[schedule.assignment] =
      std::make_shared<const domain::Request>(schedule.request);
  scenario.at_rest = [](const sim::Simulation& simulation) {
    if (!simulation.world().present.empty())
      throw sim::Violation{"L1", "the access is still there"};
    if (simulation.world().requests.empty()) throw sim::Violation{"I4", "nothing tells of it"};
  };
  return sim::explore(scenario, 1);
}

TEST_CASE("schedulesOfEveryRelease_areReadAndTakeTheirAccessBack") {
  size_t fired = 0;
  for (const Sample& sample : samples("v1")) {
    CAPTURE(sample.name);
    const auto event = wire::aws::parse_scheduled_event(sample.bytes);
    REQUIRE(event.has_value());
    const auto& schedule = std::get<ScheduledRevocation>(*event);
    REQUIRE(schedule.timer.has_value());
    CHECK(wire::aws::to_schedule_input(schedule) == sample.bytes);
    const auto exploration = fire(schedule);
    if (exploration.found) FAIL_CHECK(exploration.found->violation.what);
    CHECK(exploration.complete);
    CHECK(exploration.statistics.rests > 0);
    ++fired;
  }
  CHECK(fired >= 2);
  std::cout << "SUMMARY checks_of_I10 " << fired << "\n";
}

TEST_CASE("schedulesOfTheExistingProduct_areUnderstood") {
  size_t understood = 0;
  for (const Sample& sample : samples("existing_product")) {
    CAPTURE(sample.name);
    const auto event = wire::aws::parse_scheduled_event(sample.bytes);
    if (!event) FAIL_CHECK(event.error().message);
    if (event && sample.name.find("revoke") != std::string::npos) {
      const auto& schedule = std::get<ScheduledRevocation>(*event);
      CHECK_FALSE(schedule.timer.has_value());
      CHECK(schedule.schedule_name == "access-revoker2025-01-02-03-04-05");
      CHECK(schedule.request.duration > base::Seconds(0));
    }
    ++understood;
  }
  CHECK(understood >= 6);
  std::cout << "SUMMARY checks_of_I10 " << understood << "\n";
}

}  // namespace
}  // namespace elevator::replay::schedules_test
