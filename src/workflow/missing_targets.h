// What the rules name and AWS does not have: nobody can ask for it, and nothing else says so.
#pragma once

#include <string>
#include <vector>

#include "policy/rules.h"
#include "ports/organization.h"
#include "workflow/ports.h"

namespace elevator::workflow {

// A sentence each: `statements[1] "Production": there is no permission set Admin`. Only of what the
// listing was read for: units, tags and groups are read when a rule is about them.
std::vector<std::string> missing_targets(const policy::Rules& rules,
                                         const ports::Catalogue& catalogue);

// The same of the people: groups, user groups and schedules that the rules name and nobody knows.
// Asks AWS and Slack; what they cannot say just now is left out.
std::vector<std::string> missing_people(Ports& ports, const policy::Rules& rules);

}  // namespace elevator::workflow
