// What the rules name and AWS does not have: nobody can ask for it, and nothing else says so.
#pragma once

#include <string>
#include <vector>

#include "policy/rules.h"
#include "ports/organization.h"

namespace elevator::workflow {

// A sentence each: `statements[1] "Production": there is no permission set Admin`. Only of what the
// listing was read for: units, tags and groups are read when a rule is about them.
std::vector<std::string> missing_targets(const policy::Rules& rules,
                                         const ports::Catalogue& catalogue);

}  // namespace elevator::workflow
