// Sentences that forms tell people: who approves, and why there is nothing to ask for. Pure.
#pragma once

#include <string>

#include "app/offer.h"
#include "policy/decide.h"

namespace elevator::app {

// "Needs the approval of one of: ...".
std::string who_approves(const policy::Decision& decision);
// The same, when the person may turn out to be known to AWS by an address of another domain only:
// `strict` is the decision about such a person.
std::string who_approves(const policy::Decision& decision, const policy::Decision& strict);

// Why there is nothing of this kind, and what to do about it.
std::string why_nothing(const Offer& offer, ports::Form::Kind kind);
// What is wrong with the listings. Details are for the log: they name roles and addresses.
std::string why_not_listed(base::Kind kind);

// Whether nothing was written that can be read.
bool is_blank(const std::string& text);

// What a search found, when that has to be said; empty otherwise.
std::string about_matches(const std::string& query, const Found& found);

}  // namespace elevator::app
