// Facts: what the rules need to know from outside, looked up when they are needed, and the rules'
// answers about a request row.
#pragma once

#include "domain/request.h"
#include "policy/decide.h"
#include "workflow/ports.h"
#include "workflow/settings.h"

namespace elevator::workflow {

// The facts of the row as the rules see them. Requires: the requester's e-mail is resolved.
policy::Subject subject_of(const domain::Request& request);

// What the rules see of a listed account.
policy::AccountFacts facts_of(const ports::Account& account);

// Looks up what `rules` need for this subject, and nothing else. Look-ups that fail are entries
// without a value: the rules close on them.
policy::World gather_world(Ports& ports, const Settings& settings, const policy::Rules& rules,
                           const policy::Subject& subject);

// The people behind one name in the rules, asked now.
base::Result<std::set<domain::Email>> look_up_people(Ports& ports, const policy::Lookup& lookup);

// The whole assessment of a request that was just written down: people, target, decision.
// An error means "again later"; everything else, refusals included, is an answer.
base::Result<domain::Assessed> assess(Ports& ports, const Settings& settings,
                                      const domain::Request& request);

// Whether asking again cannot help: the answer is "no", not "not now".
bool is_definite(const base::Error& error);

}  // namespace elevator::workflow
