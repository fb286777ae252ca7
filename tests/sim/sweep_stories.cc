#include "sim/sweep_stories.h"

#include "sim/acts.h"

namespace elevator::sim {
namespace {

using domain::Request;
using workflow::sweep::Mode;
using workflow::sweep::Purpose;

Event sweeps(int minute) {
  return {at_minute(minute), "the sweep runs",
          [](Simulation& simulation) { return simulation.sweep(Purpose::kRemoval); }};
}

// When everything is well again, so that what failed before is made up for.
Event sweeps_in_peace(int minute) {
  return {at_minute(minute), "the sweep runs and nothing fails",
          [](Simulation& simulation) {
            simulation.world().faults_left = 0;
            return simulation.sweep(Purpose::kRemoval);
          },
          true};
}

Event by_hand(int minute, const std::string& name, const std::function<void(World&)>& change) {
  return {at_minute(minute), name, [change](Simulation& simulation) {
            change(simulation.world());
            return true;
          }};
}

Scenario swept(std::string name, std::vector<Event> events) {
  Scenario scenario = scene(std::move(name), kNobodyNeeded, std::move(events));
  scenario.sweep = {.mode = Mode::kRemove, .grace = base::minutes(10), .walk = {.width = 1}};
  scenario.long_freeze = false;  // what is listed and looked at may be old already
  return scenario;
}

// Whatever the sweep saw, and when: what was asked for and given stays until its end.
void keeps_what_was_asked_for(const Simulation& simulation) {
  for (const auto& [id, stored] : simulation.world().requests) {
    const Request& request = stored->value;
    if (request.origin != domain::Origin::kAsked || !request.granted_at || !request.ending)
      continue;
    // AWS may fail for good after an earlier attempt has landed: what landed is taken back.
    if (request.ending->why == kFailure) continue;
    if (request.ending->at < *request.lease_end) {
      throw Violation{"I5", "the sweep ended what somebody asked for: " + request.ending->why};
    }
  }
}

bool anything_found(const World& world) {
  for (const auto& [id, stored] : world.requests) {
    if (stored->value.origin == domain::Origin::kFound) return true;
  }
  return false;
}

Scenario during_grant() {
  Scenario scenario = swept("sweep during grant", {asks(0, {}), sweeps(0), sweeps(30), sweeps(60),
                                                   sweeps_in_peace(90), sweeps_in_peace(120)});
  scenario.at_rest = [](const Simulation& simulation) {
    keeps_what_was_asked_for(simulation);
    if (anything_found(simulation.world())) throw Violation{"I6", "ours is taken for a stray"};
  };
  return scenario;
}

// Access that nobody asked for goes while its owner asks for the same. Of the sweeps in peace the
// first may have to end a run of before that could not read everything; the next warns.
Scenario stray_asked_for() {
  Scenario scenario = swept("a stray is removed while its owner asks for it",
                            {sweeps(0), sweeps(20), asks(20, {}), sweeps_in_peace(100),
                             sweeps_in_peace(120), sweeps_in_peace(140)});
  scenario.start.present.insert(kDanaAdmin);
  scenario.start.foreign.insert(kDanaAdmin);
  scenario.at_rest = [](const Simulation& simulation) {
    keeps_what_was_asked_for(simulation);
    if (!simulation.world().present.empty()) throw Violation{"I6", "the stray was not removed"};
  };
  return scenario;
}

Scenario taken_by_hand() {
  Scenario scenario =
      swept("taken away by hand, swept, and asked for again",
            {asks(0, {.number = 1, .duration = base::minutes(41)}),
             by_hand(20, "somebody takes the access away",
                     [](World& world) { world.present.erase(kDanaAdmin); }),
             sweeps(40), asks(41, {.number = 2}), sweeps(50), sweeps_in_peace(120)});
  scenario.at_rest = [](const Simulation& simulation) {
    if (anything_found(simulation.world())) throw Violation{"I6", "ours is taken for a stray"};
    // Whoever asks again joins a grant that may not have been closed yet. It is then closed for
    // both, because the access is not there (I2); for nothing else.
    const auto& ending = row(simulation, 2).ending;
    const bool taken = ending && ending->why.starts_with("somebody took");
    const bool cut = ending && row(simulation, 2).granted_at && !taken &&
                     ending->at < *row(simulation, 2).lease_end;
    if (cut) throw Violation{"I5", "what was asked for again is ended early"};
  };
  return scenario;
}

Scenario only_warns() {
  Scenario scenario =
      swept("a sweep that only warns", {sweeps(0), sweeps(20), sweeps(60), sweeps_in_peace(120)});
  scenario.sweep->mode = Mode::kWarn;
  scenario.start.present.insert(kDanaAdmin);
  scenario.start.foreign.insert(kDanaAdmin);
  scenario.at_rest = [](const Simulation& simulation) {
    const World& world = simulation.world();
    if (anything_found(world)) throw Violation{"I6", "a warning became a row"};
    if (!world.reported_at) throw Violation{"I6", "nobody was told of the stray"};
  };
  return scenario;
}

}  // namespace

std::vector<Story> sweep_stories() {
  return {{during_grant(), 2}, {stray_asked_for(), 2}, {taken_by_hand(), 1}, {only_warns(), 2}};
}

}  // namespace elevator::sim
