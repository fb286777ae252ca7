// Cast: who and what the demo's world is made of, and the rules in force in it. The demo's own
// company, and whatever a rules document under rehearsal names besides. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "policy/rules.h"
#include "sandbox/aws/world.h"
#include "sandbox/slack/state.h"

namespace elevator::demo {

struct Cast {
  sandbox::aws::World organization;
  std::vector<sandbox::slack::Person> people;  // the personas, the first three being the story's
  std::map<std::string, std::vector<std::string>> slack_groups;  // members' ids by group id
};

// The company, with fillers up to `accounts` accounts.
Cast demo_cast(size_t accounts);

// Adds what `rules` name and the cast lacks: accounts, units, tags, permission sets, groups and
// people. Within reason: a document that names hundreds of people gets the first of them.
void add_named_by(const policy::Rules& rules, Cast& cast);

// The demo's own document. Groups are named by their ids, which the organization gives.
std::string demo_rules(const std::map<std::string, std::string>& group_ids);

}  // namespace elevator::demo
