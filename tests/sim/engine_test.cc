// The engine itself: order, isolation and visibility, on the simulated ports.
#include "workflow/engine.h"

#include <doctest/doctest.h>

#include "sim/people.h"
#include "sim/scenarios.h"

namespace elevator::sim::engine_test {
namespace {

// Plays a story without faults until this minute.
void play(Simulation& simulation, int minute) {
  while (true) {
    World& world = simulation.world();
    const auto& events = simulation.scenario().events;
    if (world.next_event < events.size() && events[world.next_event].at <= world.now) {
      REQUIRE(events[world.next_event].act(simulation));
      world.next_event += 1;
      continue;
    }
    if (!simulation.due_rows().empty()) {
      simulation.engine().reconcile();
      continue;
    }
    const auto next = simulation.next_time();
    if (!next || *next > at_minute(minute)) return;
    simulation.advance_to(*next);
  }
}

TEST_CASE("overdueRevocation_isToldFromTheFirstMinute_hourly") {  // L3
  Scenario scenario = story("grant and revoke");
  scenario.start.broken = kDanaAdmin;
  Simulation simulation(scenario);
  World world = scenario.start;
  world.broken.reset();
  Odometer none;
  simulation.use(world, none);
  play(simulation, 30);
  REQUIRE(world.present.contains(kDanaAdmin));
  world.broken = kDanaAdmin;
  play(simulation, 65);
  CHECK(world.announcements == 0);
  play(simulation, 67);
  CHECK(world.announcements == 1);
  play(simulation, 67 + 121);
  CHECK(world.announcements == 3);
  CHECK(world.present.contains(kDanaAdmin));
  // Retried for ever: AWS recovers after hours, and the access goes (L1, L4).
  world.broken.reset();
  world.last_fault = world.now;
  play(simulation, 67 + 124);
  CHECK_FALSE(world.present.contains(kDanaAdmin));
}

TEST_CASE("clockThatWasAYearAhead_isForgottenWhenItIsRight") {  // L1
  Scenario scenario = story("grant and revoke");
  Simulation simulation(scenario);
  World world = scenario.start;
  Odometer none;
  simulation.use(world, none);
  play(simulation, 30);
  REQUIRE(world.present.contains(kDanaAdmin));
  const TimePoint right = world.now;
  world.now = right + base::hours(24 * 400);
  world.broken = kDanaAdmin;  // whose clock is so wrong cannot call AWS either
  simulation.engine().reconcile();
  REQUIRE(simulation.due_rows(right + base::hours(24)).empty());
  world.now = right;
  world.broken.reset();
  simulation.engine().reconcile();
  play(simulation, 35);
  CHECK_FALSE(world.present.contains(kDanaAdmin));
}

TEST_CASE("targetThatAlwaysFails_neverDelaysOthers") {  // L4
  Scenario scenario = story("two people, two accounts");
  Simulation simulation(scenario);
  World world = scenario.start;
  world.broken = kDanaAdmin;
  Odometer none;
  simulation.use(world, none);
  play(simulation, 5);
  CHECK(world.requests.at(request_id(1))->value.state == domain::RequestState::kGranting);
  CHECK(world.requests.at(request_id(2))->value.state == domain::RequestState::kActive);
  play(simulation, 70);
  CHECK(world.requests.at(request_id(2))->value.state == domain::RequestState::kEnded);
}

}  // namespace
}  // namespace elevator::sim::engine_test
