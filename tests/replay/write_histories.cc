// write_histories FOLDER: plays stories with the workflow of now and writes down each moment at
// which a request or a grant is somewhere new. Run it for a release; what it wrote is never
// changed.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "replay/history.h"
#include "sim/scenarios.h"

namespace elevator::replay {
namespace {

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

std::string write(const std::string& name) {
  const sim::Scenario scenario = sim::story(name);
  sim::Simulation simulation(scenario);
  sim::World world = scenario.start;
  sim::Odometer no_faults;
  simulation.use(world, no_faults);
  std::set<std::string> seen;
  std::string lines;
  while (true) {
    const std::string where = place(world);
    if (!where.empty() && seen.insert(where).second) {
      lines += to_line({where, scenario.rules[world.rules], world}) + "\n";
    }
    const auto due = simulation.due_rows();
    const auto& events = scenario.events;
    if (world.next_event < events.size() && events[world.next_event].at <= world.now) {
      events[world.next_event].act(simulation);
      world.next_event += 1;
    } else if (!due.empty()) {
      std::set<ports::RowRef> touched;
      simulation.engine().step(due.front(), touched);
    } else if (const auto next = simulation.next_time()) {
      simulation.advance_to(*next);
    } else {
      return lines;
    }
  }
}

}  // namespace

int run(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const char* name : {"grant and revoke", "group grant", "overlapping leases, one ended early",
                           "a lease for tomorrow beside one for today"}) {
    std::string file = name;
    for (char& letter : file) letter = letter == ' ' ? '-' : letter;
    std::erase(file, ',');
    std::ofstream(folder / (file + ".jsonl")) << write(name);
    std::cout << (folder / (file + ".jsonl")).string() << "\n";
  }
  return 0;
}

}  // namespace elevator::replay

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "usage: write_histories FOLDER\n";
    return 2;
  }
  return elevator::replay::run(words[1]);
}
