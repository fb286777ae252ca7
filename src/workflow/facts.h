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

// What the rules need to know, and what of it is not known. Look-ups that fail are entries without
// a value: the rules close on them.
struct Gathered {
  policy::World world;
  std::vector<std::string> failed;   // not known now: asking again may help
  std::vector<std::string> missing;  // there is no such group: asking again cannot help
};

// Who asks for what. Members of groups may be remembered for minutes; whether these people, who ask
// or click, are among them is asked now.
struct Person {
  domain::SlackUserId slack;
  domain::Email email;
};
struct Inquiry {
  policy::Subject subject;
  std::vector<Person> people;
};

// Looks up what `rules` need for this, and nothing else.
Gathered gather(Ports& ports, const Settings& settings, const policy::Rules& rules,
                const Inquiry& inquiry);

// Sentences for people about what is not known. Requires: there is some.
std::string waiting_text(const Gathered& gathered);
std::string missing_text(const Gathered& gathered);

// The people behind one name in the rules, asked now.
base::Result<std::set<domain::Email>> look_up_people(Ports& ports, const policy::Lookup& lookup);

// The whole assessment of a request that was just written down: people, target, decision.
// An error means "again later"; everything else, refusals included, is an answer.
base::Result<domain::Assessed> assess(Ports& ports, const Settings& settings,
                                      const domain::Request& request);

// Whether asking again cannot help: the answer is "no", not "not now".
bool is_definite(const base::Error& error);

}  // namespace elevator::workflow
