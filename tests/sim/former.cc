#include "sim/former.h"

#include "sim/acts.h"

namespace elevator::sim {

base::Result<std::vector<std::string>> SimForeignTimers::names() {
  const size_t fault = simulation_.fault(2);
  if (fault == 1) return base::unavailable("refused");
  if (fault == 2) throw Crash{};
  std::vector<std::string> names;
  for (const auto& [name, timer] : simulation_.world().old_timers) names.push_back(name);
  return names;
}

base::Result<std::optional<ports::ForeignTimer>> SimForeignTimers::read(const std::string& name) {
  if (simulation_.fault(1) == 1) return base::unavailable("refused");
  const auto& timers = simulation_.world().old_timers;
  const auto timer = timers.find(name);
  if (timer == timers.end()) return std::optional<ports::ForeignTimer>();
  return std::optional(*timer->second);
}

base::Status SimForeignTimers::remove(const std::string& name) {
  const size_t fault = simulation_.fault(2);
  if (fault == 1) return base::unavailable("refused");
  simulation_.world().old_timers.erase(name);
  if (fault == 2) throw Crash{};
  return {};
}

// What a process remembers of the row only saves a look at it.
base::Status SimGate::open() {
  if (!simulation_.scenario().adopts) return {};
  auto& ports = simulation_.engine().ports();
  return workflow::AdoptionGate(ports.store, ports.clock).open();
}

bool Simulation::adopt() {
  SimForeignTimers timers(*this);
  workflow::Adoption adoption(*engine_, timers);
  const int faults = world_->faults_left;
  return adoption.run(world_->now + base::hours(1)).has_value() || world_->faults_left == faults;
}

namespace {

Event adopts(int minute) {
  return {at_minute(minute), "a look at the old schedules",
          [](Simulation& simulation) { return simulation.adopt(); }};
}

}  // namespace

// Access of the existing product is taken over while its owner asks for the same.
Story adoption_story() {
  Scenario scenario =
      scene("adoption of old schedules", kNobodyNeeded,
            {adopts(0), asks(0, {.duration = base::hours(2)}), adopts(31), adopts(62)});
  scenario.adopts = true;
  scenario.long_freeze = false;
  domain::Request told{.id = request_id(9),
                       .requester = kDana,
                       .target = domain::AccountTarget{kProduction, kAdmin}};
  told.principal = domain::Principal{kDanaPrincipal, email_of(kDana), false};
  told.duration = base::hours(1);
  scenario.start.present.insert(kDanaAdmin);
  scenario.start.old_timers["access-revoker2027-01-15-08-45-00"] =
      std::make_shared<const ports::ForeignTimer>(ports::ForeignTimer{
          "access-revoker2027-01-15-08-45-00", kDanaAdmin, at_minute(45), told});
  scenario.at_rest = [](const Simulation& simulation) {
    const World& world = simulation.world();
    if (!world.old_timers.empty()) throw Violation{"L1", "an old schedule is left"};
    size_t adopted = 0;
    for (const auto& [id, stored] : world.requests) {
      const domain::Request& request = stored->value;
      if (request.origin != domain::Origin::kAdopted) continue;
      ++adopted;
      if (request.lease_end > at_minute(45)) throw Violation{"I3", "it ends later than it did"};
    }
    if (adopted != 1)
      throw Violation{"I4",
                      "a schedule is adopted once, not " + std::to_string(adopted) + " times"};
  };
  return {std::move(scenario), 2};
}

}  // namespace elevator::sim
