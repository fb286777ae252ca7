#include "sim/simulation.h"

#include <algorithm>
#include <utility>

#include "audit/verify.h"
#include "sim/former.h"
#include "sim/listing.h"
#include "sim/parts.h"
#include "workflow/lost_row.h"

namespace elevator::sim {

using domain::Grant;
using domain::Phase;
using domain::Request;
using domain::RequestState;

struct Simulation::Parts {
  explicit Parts(Simulation& simulation)
      : clock(simulation),
        store(simulation),
        identity_center(simulation),
        chat(simulation),
        timer(simulation),
        audit(simulation),
        directory(simulation),
        rules(simulation),
        listing(simulation),
        gate(simulation) {}
  SimClock clock;
  SimStore store;
  SimIdentityCenter identity_center;
  SimChat chat;
  SimTimer timer;
  SimAudit audit;
  SimDirectory directory;
  SimOrganization organization;
  SimOnCall on_call;
  SimRules rules;
  SimListing listing;
  SimGate gate;
  base::NullLogger log;
  base::NullMetrics metrics;
};

Simulation::Simulation(const Scenario& scenario)
    : scenario_(scenario), parts_(std::make_unique<Parts>(*this)) {
  for (const auto& document : scenario.rules) {
    auto parsed = policy::parse_rules(document);
    if (!parsed) throw std::logic_error("the scenario's rules are not valid");
    rules_.push_back(std::make_shared<const policy::Rules>(std::move(parsed->rules)));
  }
  restart();
}

void Simulation::restart() {
  workflow::Ports ports{
      parts_->store, parts_->identity_center, parts_->organization, parts_->directory,
      parts_->chat,  parts_->audit,           parts_->timer,        parts_->on_call,
      parts_->rules, parts_->clock,           parts_->log,          parts_->metrics,
      &parts_->gate};
  engine_ = std::make_unique<workflow::Engine>(ports, scenario_.settings);
}

bool is_broken(const World& world, const Assignment& assignment) {
  const auto* in_account = std::get_if<domain::AccountAssignment>(&assignment);
  return world.broken == assignment ||
         (in_account != nullptr && world.broken_account == in_account->account);
}

void remember_approval(World& world, const domain::RequestId& request,
                       const domain::SlackUserId& person) {
  Approvals approvals = world.approvals ? *world.approvals : Approvals();
  if (!approvals.emplace(request, person).second) return;
  world.approvals = std::make_shared<const Approvals>(std::move(approvals));
}

bool Simulation::throttled() {
  constexpr size_t kOf = 5;  // one call of five is served
  if (nested_ || world_->now >= world_->storm_until) return false;
  if (chooser_->pick_evenly(kOf) == 0) return false;
  world_->last_fault = world_->now;
  return true;
}

Simulation::~Simulation() = default;

size_t Simulation::fault(size_t kinds) {
  if (nested_ || kinds == 0 || world_->faults_left == 0) return 0;
  const size_t picked = chooser_->pick(kinds + 1);
  if (picked > 0) {
    world_->faults_left -= 1;
    world_->last_fault = world_->now;
  }
  return picked;
}

std::vector<ports::RowRef> Simulation::due_rows(TimePoint until) const {
  std::vector<ports::RowRef> rows;
  for (const auto& [assignment, row] : world_->grants) {
    if (row->due && *row->due <= until) {
      rows.push_back({ports::RowKind::kGrant, domain::to_key(assignment)});
    }
  }
  for (const auto& [id, row] : world_->requests) {
    if (row->due && *row->due <= until) {
      rows.push_back({ports::RowKind::kRequest, id.str()});
    }
  }
  return rows;
}

std::optional<TimePoint> Simulation::next_time() const {
  std::optional<TimePoint> next;
  const auto consider = [&](const std::optional<TimePoint>& time) {
    if (time && (!next || *time < *next)) next = time;
  };
  for (const auto& [assignment, row] : world_->grants) consider(row->due);
  for (const auto& [id, row] : world_->requests) consider(row->due);
  for (const auto& operation : world_->operations) {
    if (operation.progress == domain::Progress::kInProgress) consider(operation.lands_at);
  }
  for (const auto& create : world_->in_flight) consider(create.lands_at);
  if (world_->late_write) consider(world_->late_write->lands_at);
  for (const auto& [assignment, timer] : world_->timers) consider(timer.second);
  for (const auto& [name, timer] : world_->old_timers) consider(timer->at);
  if (world_->next_event < scenario_.events.size()) {
    consider(scenario_.events[world_->next_event].at);
  }
  return next;
}

void Simulation::advance_to(TimePoint time) {
  // What is wrong for any moment in between is wrong now, before anything new happens.
  world_->now = std::max(world_->now, time - base::Milliseconds(1));
  check_liveness();
  world_->now = std::max(world_->now, time);
  land_due();
  // A timer fires once and is gone; the row it wakes is due at that time anyway.
  std::erase_if(world_->timers, [&](const auto& timer) {
    if (timer.second.second > world_->now) return false;
    if (!world_->grants.contains(timer.first)) {
      world_->fired.push_back({timer.first, {timer.second.first, timer.second.second}});
    }
    return true;
  });
  std::erase_if(world_->old_timers, [&](const auto& timer) {
    if (timer.second->at > world_->now) return false;
    world_->old_fired.push_back(timer.second);
    return true;
  });
  check_liveness();
}

void Simulation::land_due() {
  if (world_->late_write && world_->late_write->lands_at <= world_->now) {
    parts_->store.replay(std::exchange(world_->late_write, nullptr)->writes);
  }
  auto in_flight = std::move(world_->in_flight);
  world_->in_flight.clear();
  for (const auto& create : in_flight) {
    if (create.lands_at <= world_->now) {
      apply_create(create.assignment, true);
    } else {
      world_->in_flight.push_back(create);
    }
  }
  for (auto& operation : world_->operations) {
    if (operation.progress != domain::Progress::kInProgress || !operation.lands_at ||
        *operation.lands_at > world_->now) {
      continue;
    }
    operation.progress = domain::Progress::kSucceeded;
    operation.lands_at.reset();
    if (operation.kind == domain::Operation::Kind::kCreate) {
      apply_create(operation.assignment, true);
    } else {
      apply_delete(operation.assignment);
    }
  }
}

// False: there is none, or not now.
bool Simulation::deliver_next_event() {
  if (world_->next_event >= scenario_.events.size()) return false;
  const Event& event = scenario_.events[world_->next_event];
  if (event.at > world_->now || event.between_steps_only) return false;
  const size_t next = world_->next_event + 1;
  if (event.act(*this)) world_->next_event = std::max(world_->next_event, next);
  return true;
}

void Simulation::take_fired_timer() {
  const auto [assignment, timer] = world_->fired.back();
  const auto payload = world_->payloads.find(assignment);
  ports::TimerPayload told{assignment, timer, std::nullopt};
  if (payload != world_->payloads.end()) told.request = *payload->second;
  if (workflow::timer_fired(*engine_, told)) world_->fired.pop_back();
}

void Simulation::take_fired_old_timer() {
  const auto timer = world_->old_fired.back();
  if (workflow::foreign_timer_fired(*engine_, *timer)) world_->old_fired.pop_back();
}

void Simulation::others_run_once() {
  nested_ = true;
  deliver_next_event();
  for (const auto& row : due_rows()) {
    std::set<ports::RowRef> touched;
    engine_->step(row, touched);
  }
  nested_ = false;
}

void Simulation::meet_others() {
  if (!scenario_.two_reconcilers) return;
  constexpr int kMostSteps = 50;
  const size_t speed = fault(2);
  if (speed == 1) others_run_once();
  for (int i = 0; speed == 2 && i < kMostSteps && !due_rows().empty(); ++i) others_run_once();
}

bool Simulation::sweep(workflow::sweep::Purpose purpose) {
  auto& listing = parts_->listing;
  workflow::sweep::Sweep sweep({.engine = *engine_, .listings = {listing, listing}},
                               *scenario_.sweep);
  const int faults = world_->faults_left;
  const auto outcome = sweep.run(purpose, world_->now + base::hours(1));
  // Without a fault it was refused because another one is at work: the next will do.
  return outcome.has_value() || world_->faults_left == faults;
}

void Simulation::freeze(base::Milliseconds duration) {
  nested_ = true;
  const TimePoint until = world_->now + duration;
  for (int round = 0; round < 2000 && world_->now < until; ++round) {
    bool moved = deliver_next_event();
    for (const auto& row : due_rows()) {
      std::set<ports::RowRef> touched;
      moved |= engine_->step(row, touched);
    }
    if (!moved) advance_to(std::min(until, next_time().value_or(until)));
  }
  world_->last_fault = world_->now;  // the frozen worker goes on only now
  nested_ = false;
}

}  // namespace elevator::sim
