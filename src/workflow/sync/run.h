// The attribute sync: one run makes the members of the managed groups agree with the rules.
//
// Users are listed once, however many groups there are. What was not read whole is not acted upon:
// no users, no run; no members of a group, nothing for that group. One bad item never stops the
// rest. Each change is written down before it is made, in the group's row, so that a run that died
// in between is completed in the audit log by the next (I7). Two runs at once: the second refuses.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "workflow/ports.h"
#include "workflow/sync/plan.h"

namespace elevator::workflow::sync {

struct Summary {
  size_t users_evaluated = 0;
  size_t groups_processed = 0;
  std::vector<Action> added, removed, detected;
  std::vector<std::string> errors;   // for people; a brake is one of them
  std::vector<std::string> remarks;  // worth knowing, and no error
  size_t postponed = 0;              // changes that there was no time for: the next run makes them
  bool success() const { return errors.empty(); }
};

// How fast changes are made, and how long: people's own requests need the same calls to AWS.
struct Pace {
  base::Milliseconds between_changes{0};
  std::function<void(base::Milliseconds)> wait = [](base::Milliseconds) {};
  // Asked before each change: no further one is made then.
  std::function<bool()> out_of_time = [] { return false; };
};

class AttributeSync {
 public:
  struct Dependencies {
    ports::Roster& roster;
    ports::IdentityCenter& identity_center;
    ports::Store& store;
    ports::AuditLog& audit;
    ports::Chat& chat;
    RulesInForce& rules;
    const base::Clock& clock;
    base::Logger& log;
  };
  AttributeSync(Dependencies dependencies, Config config, Limits limits, Pace pace = {})
      : d_(dependencies), config_(std::move(config)), limits_(limits), pace_(std::move(pace)) {}

  // Whether it may run at all: groups that people may ask for are not its own. For the start of the
  // program; every run asks again, because rules change.
  base::Status check();
  // What a run would do now. Changes nothing.
  base::Result<Summary> preview();
  // An error: nothing was done. Trouble with single items is in the summary.
  base::Result<Summary> run();

 private:
  struct Planned {
    ports::Instance instance;
    std::vector<ports::Group> groups;
    Members members;
    std::vector<Action> actions;
  };
  base::Result<Planned> plan_run(Summary& summary);
  base::Status refuse_overlap(const std::vector<ports::Group>& groups);
  void read_members(Planned& planned, Summary& summary);
  base::Status begin();
  void finish(const Summary& summary);
  base::Status work_on(const Planned& planned, const ports::Group& group, Summary& summary);
  base::Status complete_earlier_run(const ports::Group& group,
                                    const std::set<domain::PrincipalId>& members);
  base::Status change(const Planned& planned, const std::vector<Action>& actions, Summary& summary);
  base::Status detect(const ports::Group& group, const std::vector<Action>& actions);
  base::Status perform(const Planned& planned, const Action& action);
  bool is_time_for_another();

  Dependencies d_;
  Config config_;
  Limits limits_;
  Pace pace_;
  bool is_first_change_ = true;
};

// What people are told of a run, and what a dry run prints.
ports::Report report_of(const Summary& summary);
std::string to_text(const Summary& summary);
std::string to_json(const Summary& summary);

}  // namespace elevator::workflow::sync
