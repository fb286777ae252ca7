// Simulation: the ports of the workflow, played by a World. Every call is a choice point: all is
// well, or one of the faults that the real port can have. After every effect the safety promises
// are checked.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>

#include "sim/chooser.h"
#include "sim/world.h"
#include "workflow/engine.h"
#include "workflow/sweep/sweep.h"

namespace elevator::sim {

// The process dies here. Not a std::exception, so that nothing but the explorer catches it.
struct Crash {};

// A broken promise.
struct Violation {
  std::string promise;  // "I1", "L1", ...
  std::string what;
};

struct Scenario;

// One thing a person or the environment does.
struct Event {
  TimePoint at{};
  std::string name;
  // True: it took effect, or there was nothing to do; false: it is delivered again later.
  std::function<bool(class Simulation&)> act;
  // Not while a worker is between read and commit: what it did then was right when it read.
  bool between_steps_only = false;
};

struct Scenario {
  std::string name;
  World start;
  std::vector<Event> events;
  std::vector<std::string> rules;  // documents; World::rules is an index
  workflow::Settings settings;
  bool long_freeze = true;  // explore a worker that sleeps past the attempt limit
  // Another reconciler may be at work before every call to AWS or the timer, and be faster.
  bool two_reconcilers = false;
  bool adopts = false;  // nothing is created before the old schedules were looked at
  // The sweep runs here; what is listed or looked at may be old when its answer arrives.
  std::optional<workflow::sweep::Options> sweep;
  // Known-bad versions of what is not a function of the workflow (mutants).
  struct Mistakes {
    bool create_ignores_its_limit = false;  // the adapter sends whatever the clock shows
    bool old_rules = false;                 // reviews are judged by the rules of the request
    bool split_commits = false;             // the grant is written after its requests, or later
    bool clicks_are_not_known = false;      // a click delivered again is taken for the next one's
    bool forgets_entries = false;           // access begins, and the audit log is not told
    bool partial_listings = false;          // a listing that breaks off is taken for whole
  } mistakes;
  // Checked when everything has come to rest.
  std::function<void(const Simulation&)> at_rest;
};

struct Statistics {
  std::uint64_t worlds = 0;     // distinct
  std::uint64_t schedules = 0;  // steps executed, each with its own sequence of choices
  std::uint64_t rests = 0;      // distinct worlds at rest
  std::map<std::string, std::uint64_t, std::less<>> checks;  // per promise
};

class Simulation {
 public:
  explicit Simulation(const Scenario& scenario);
  ~Simulation();

  // --- for the explorer ---
  void use(World& world, Chooser& chooser) {
    world_ = &world;
    chooser_ = &chooser;
  }
  World& world() { return *world_; }
  const World& world() const { return *world_; }
  workflow::Engine& engine() { return *engine_; }
  const Scenario& scenario() const { return scenario_; }
  Statistics& statistics() { return statistics_; }
  const std::vector<std::shared_ptr<const policy::Rules>>& rules() const { return rules_; }

  // Rows whose planner has something to do at world().now.
  std::vector<ports::RowRef> due_rows() const { return due_rows(world().now); }
  std::vector<ports::RowRef> due_rows(TimePoint until) const;
  // The next time at which anything happens by itself; none = at rest.
  std::optional<TimePoint> next_time() const;
  // Moves the clock, lands what lands until then, and checks the liveness promises.
  void advance_to(TimePoint time);
  void check_at_rest();
  // Delivers a timer whose row is missing. Requires: there is one.
  void take_fired_timer();
  void take_fired_old_timer();

  // --- for the ports ---
  // 0 = well; otherwise the number of the fault, 1..kinds.
  size_t fault(size_t kinds);
  // `what` answers the sentence of the violation. Asked tens of millions of times.
  template <typename What>
  void promise(const char* id, bool holds, const What& what) {
    const auto known = statistics_.checks.find(std::string_view(id));
    known == statistics_.checks.end() ? statistics_.checks[id] = 1 : known->second += 1;
    if (!holds) throw Violation{id, what()};
  }
  void apply_create(const Assignment& assignment, bool ours);
  void apply_delete(const Assignment& assignment);
  void land_due();
  // Somebody else runs while this worker is between read and commit.
  void others_run_once();
  // The same before an effect, where the scenario has two reconcilers: a step, or all there is.
  void meet_others();
  void freeze(base::Milliseconds duration);
  bool nested() const { return nested_; }
  // AWS asks for fewer calls: most of them in a storm.
  bool throttled();
  void check_commit(const std::vector<ports::Write>& writes);
  void check_rows_of_access();
  void check_sent_in_time(const Assignment& assignment);

  // A worker of ours died: what it kept in memory is lost.
  void restart();

  // False: it is to be tried again.
  bool sweep(workflow::sweep::Purpose purpose);
  bool adopt();

 private:
  void check_liveness();
  void check_lease_ends(bool others_fail);
  void check_overdue_told();
  bool deliver_next_event();
  void check_taken_over(const domain::Request& request);
  void check_grant_write(const domain::Grant& before, const domain::Grant& after,
                         const std::vector<ports::Write>& writes);
  void check_leases(const domain::Grant& grant, const std::vector<ports::Write>& writes);
  const domain::Request* request_after(const domain::RequestId& id,
                                       const std::vector<ports::Write>& writes) const;
  void check_request_write(const domain::Request* before, const domain::Request& after);
  void check_reviewers(const domain::Request& approved);

  const Scenario& scenario_;
  World* world_ = nullptr;
  Chooser* chooser_ = nullptr;
  bool nested_ = false;
  Statistics statistics_;
  std::vector<std::shared_ptr<const policy::Rules>> rules_;
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<workflow::Engine> engine_;
};

}  // namespace elevator::sim
