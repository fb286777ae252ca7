// write_histories FOLDER SCHEDULES_FOLDER: plays stories with the workflow of now and writes down
// each moment at which a request or a grant is somewhere new, and the schedules of two of them. Run
// it for a release; what it wrote is never changed.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "replay/history.h"
#include "sim/scenarios.h"
#include "wire/aws/scheduled_event.h"

namespace elevator::replay {
namespace {

namespace fs = std::filesystem;

// A story that is played without faults.
class Playing {
 public:
  explicit Playing(const std::string& name) : scenario_(sim::story(name)), simulation_(scenario_) {
    world_ = scenario_.start;
    simulation_.use(world_, no_faults_);
  }
  const sim::World& world() const { return world_; }
  const std::string& rules() const { return scenario_.rules[world_.rules]; }

  // One step. False: everything rests.
  bool advance() {
    const auto& events = scenario_.events;
    const auto due = simulation_.due_rows();
    if (world_.next_event < events.size() && events[world_.next_event].at <= world_.now) {
      events[world_.next_event].act(simulation_);
      world_.next_event += 1;
    } else if (!due.empty()) {
      std::set<ports::RowRef> touched;
      simulation_.engine().step(due.front(), touched);
    } else if (const auto next = simulation_.next_time()) {
      simulation_.advance_to(*next);
    } else {
      return false;
    }
    return true;
  }

 private:
  sim::Scenario scenario_;
  sim::Simulation simulation_;
  sim::World world_;
  sim::Odometer no_faults_;
};

// Where everything is, in words.
std::string place(const sim::World& world) {
  std::string text;
  for (const auto& [id, row] : world.requests) {
    text += "request " + id.str().substr(28) + " " +
            std::string(domain::to_string(row->value.state)) + ", ";
  }
  for (const auto& [assignment, row] : world.grants) {
    text += "grant " + std::string(domain::to_string(row->value.phase)) +
            (row->value.operation ? " at work" : "") + ", ";
  }
  return text.empty() ? text : text.substr(0, text.size() - 2);
}

std::string moments_of(const std::string& name) {
  Playing playing(name);
  std::set<std::string> seen;
  std::string lines;
  do {
    const std::string where = place(playing.world());
    if (!where.empty() && seen.insert(where).second) {
      lines += to_line({where, playing.rules(), playing.world()}) + "\n";
    }
  } while (playing.advance());
  return lines;
}

// The schedule that stands while the access is there.
std::string schedule_of(const std::string& name) {
  Playing playing(name);
  while (playing.world().present.empty()) playing.advance();
  const auto& [assignment, timer] = *playing.world().timers.begin();
  const wire::aws::ScheduledRevocation schedule{
      .schedule_name = "sso-elevator-00000000000000000000000000000000",
      .assignment = assignment,
      .timer = domain::ArmedTimer{timer.first, timer.second},
      .request = *playing.world().payloads.at(assignment)};
  return wire::aws::to_schedule_input(schedule);
}

std::string file_name(std::string story) {
  for (char& letter : story) letter = letter == ' ' ? '-' : letter;
  std::erase(story, ',');
  return story;
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
  std::cout << path.string() << "\n";
}

}  // namespace

void write_all(const fs::path& histories, const fs::path& schedules) {
  for (const char* name : {"grant and revoke", "group grant", "overlapping leases, one ended early",
                           "a lease for tomorrow beside one for today"}) {
    write(histories / (file_name(name) + ".jsonl"), moments_of(name));
  }
  for (const char* name : {"grant and revoke", "group grant"}) {
    write(schedules / (file_name(name) + ".json"), schedule_of(name));
  }
}

}  // namespace elevator::replay

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: write_histories FOLDER SCHEDULES_FOLDER\n";
    return 2;
  }
  elevator::replay::write_all(words[1], words[2]);
  return 0;
}
