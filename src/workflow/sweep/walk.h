// Walk: lists what is in scope at AWS, unit by unit, and compares each unit with the rows right
// after it was listed. A unit is a group, a pair of account and permission set, or a person; one
// that cannot be listed whole says nothing, and stops no other.
#pragma once

#include <functional>
#include <utility>

#include "ports/assignments.h"
#include "ports/roster.h"
#include "workflow/sweep/scope.h"
#include "workflow/sweep/state.h"

namespace elevator::workflow::sweep {

struct Listings {
  ports::AssignmentListing& assignments;
  ports::Roster& roster;
};

class Walk {
 public:
  struct Limits {
    size_t width = 4;   // listings at once
    size_t batch = 40;  // units between two looks at the rows, and two saves
    // The program ends: listings fail for that reason only, and say nothing.
    std::function<bool()> stopping{};
  };
  // `save` is asked after each batch: false ends the walk there (it can be resumed).
  using Save = std::function<base::Result<bool>(State&)>;

  Walk(Listings listings, ports::Store& store, const Scope& scope, Limits limits, Save save)
      : listings_(listings),
        store_(store),
        scope_(scope),
        limits_(std::move(limits)),
        save_(std::move(save)) {}

  // Goes on from the state's run. True: everything in scope was looked at.
  base::Result<bool> go(State& state);

 private:
  struct Unit {
    std::string key;  // units are done in the order of their keys
    std::function<base::Result<std::vector<domain::Assignment>>()> list;
    std::function<bool(const domain::Assignment&)> about;  // of what a complete listing speaks
  };
  base::Result<bool> walk_groups(State& state);
  base::Result<bool> walk_people(State& state);
  base::Result<bool> walk_sets(State& state);
  base::Result<bool> walk_set(State& state, const domain::PermissionSetArn& set);
  base::Result<bool> walk_units(State& state, const std::vector<Unit>& units);
  void compare(State& state, const Unit& unit, const std::vector<domain::Assignment>& present);
  void found(State& state, const domain::Assignment& assignment);

  Listings listings_;
  ports::Store& store_;
  const Scope& scope_;
  Limits limits_;
  Save save_;
  std::map<domain::Assignment, domain::Grant> live_;  // as of the last look
};

void add_trouble(Run& run, const std::string& text);
// What could not be listed says nothing. What does not exist has nothing to say: the rest is known.
void not_read(Run& run, const std::string& what, const base::Error& error);

}  // namespace elevator::workflow::sweep
