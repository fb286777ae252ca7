#include "sim/explorer.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <unordered_set>

namespace elevator::sim {
namespace {

struct PrintHash {
  size_t operator()(const Fingerprint& print) const { return print.low; }
};

// A world to go on from, and how it was reached.
struct Node {
  World world;
  size_t parent;  // index into trail
};

struct TrailEntry {
  size_t parent;
  std::string what;
};

double cpu_seconds_of_this_thread() {
  rusage used{};
  getrusage(RUSAGE_THREAD, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class Search {
 public:
  Search(const Scenario& scenario, int faults, const Limits& limits)
      : scenario_(scenario), limits_(limits), simulation_(scenario) {
    World start = scenario.start;
    start.faults_left = faults;
    trail_.push_back({0, "start"});
    visit(std::move(start), 0, {});
  }

  Exploration run() {
    const auto started = std::chrono::steady_clock::now();
    Exploration result;
    while (!open_.empty() && !found_) {
      Node node = std::move(open_.back());
      open_.pop_back();
      expand(node);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
      if (seen_.size() > limits_.worlds || took.count() > limits_.seconds) {
        result.complete = open_.empty();
        break;
      }
    }
    simulation_.statistics().worlds = seen_.size();
    result.statistics = simulation_.statistics();
    result.found = found_;
    return result;
  }

 private:
  void visit(World world, size_t parent, const std::string& what) {
    if (!seen_.insert(fingerprint(world)).second) return;
    size_t place = parent;
    if (!what.empty()) {
      place = trail_.size();
      trail_.push_back({parent, what});
    }
    open_.push_back({std::move(world), place});
  }

  // Everything that can happen next in this world.
  void expand(const Node& node) {
    World probe = node.world;
    Odometer none;
    simulation_.use(probe, none);
    bool busy = false;
    const auto due = simulation_.due_rows();
    for (const auto& row : due) {
      busy = true;
      try_all(node, "step " + row.key, [&] {
        std::set<ports::RowRef> touched;
        const bool moved = simulation_.engine().step(row, touched);
        const auto still_due = simulation_.due_rows();
        const bool stuck = !moved && simulation_.world().faults_left == node.world.faults_left &&
                           std::find(still_due.begin(), still_due.end(), row) != still_due.end();
        simulation_.promise("L1", !stuck, [&] { return "due, but nothing to do: " + row.key; });
      });
    }
    const size_t event = node.world.next_event;
    if (event < scenario_.events.size() && scenario_.events[event].at <= node.world.now) {
      busy = true;
      try_all(node, scenario_.events[event].name, [&] {
        const bool done = scenario_.events[event].act(simulation_);
        size_t& next = simulation_.world().next_event;  // later ones may have come in between
        if (done) next = std::max(next, event + 1);
      });
    }
    if (!node.world.fired.empty()) {
      busy = true;
      try_all(node, "a timer fires whose row is lost", [&] { simulation_.take_fired_timer(); });
    }
    if (!node.world.old_fired.empty()) {
      busy = true;
      try_all(node, "an old schedule fires", [&] { simulation_.take_fired_old_timer(); });
    }
    if (busy || found_) return;
    rest_or_wait(node);
  }

  void rest_or_wait(const Node& node) {
    World probe = node.world;
    Odometer none;
    simulation_.use(probe, none);
    const auto next = simulation_.next_time();
    guard(node.parent, "time passes", [&] {
      if (next) {
        simulation_.advance_to(*next);
      } else {
        simulation_.statistics().rests += 1;
        simulation_.check_at_rest();
      }
    });
    if (next && !found_) visit(std::move(probe), node.parent, "time " + base::to_rfc3339(*next));
  }

  void try_all(const Node& node, const std::string& what, const std::function<void()>& act) {
    Odometer odometer;
    do {
      World world = node.world;
      odometer.begin();
      simulation_.use(world, odometer);
      simulation_.statistics().schedules += 1;
      std::string label = what;
      guard(node.parent, what, [&] {
        try {
          act();
        } catch (const Crash&) {
          label += " (dies)";
        }
      });
      if (found_) return;
      if (world.faults_left != node.world.faults_left) label += " (fault)";
      visit(std::move(world), node.parent, label);
    } while (odometer.next());
  }

  void guard(size_t parent, const std::string& what, const std::function<void()>& act) {
    try {
      act();
    } catch (const Violation& violation) {
      Found found{violation, {what}};
      for (size_t at = parent; at != 0; at = trail_[at].parent) {
        found.trail.push_back(trail_[at].what);
      }
      std::reverse(found.trail.begin(), found.trail.end());
      found_ = std::move(found);
    }
  }

  const Scenario& scenario_;
  const Limits& limits_;
  Simulation simulation_;
  std::vector<Node> open_;
  std::vector<TrailEntry> trail_;
  std::unordered_set<Fingerprint, PrintHash> seen_;
  std::optional<Found> found_;
};

}  // namespace

Exploration explore(const Scenario& scenario, int faults, const Limits& limits) {
  const double before = cpu_seconds_of_this_thread();
  Exploration exploration = Search(scenario, faults, limits).run();
  exploration.cpu_seconds = cpu_seconds_of_this_thread() - before;
  return exploration;
}

}  // namespace elevator::sim
