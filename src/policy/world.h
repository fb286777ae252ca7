// World: what the rules need to know from outside, looked up beforehand. Deciding is pure.
//
// An entry without a value says "the look-up failed"; a missing entry counts the same. needs()
// tells which entries a decision will ask for, so that nothing else is fetched.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/target.h"
#include "policy/people.h"

namespace elevator::policy {

// Where an account stands in the organization.
struct AccountFacts {
  std::vector<std::string> ou_ids{};    // "r-ab12", "ou-ab12-...", root first
  std::vector<std::string> ou_names{};  // "Root", "Prod", "Payments", root first
  std::map<std::string, std::string, std::less<>> tags{};

  friend bool operator==(const AccountFacts&, const AccountFacts&) = default;
};

struct World {
  std::map<domain::AccountId, std::optional<AccountFacts>> accounts{};
  std::map<Lookup, std::optional<std::set<domain::Email>>> people{};

  const AccountFacts* facts_of(const domain::AccountId& account) const;   // null: unknown
  const std::set<domain::Email>* members_of(const Lookup& lookup) const;  // null: unknown
};

// What is still to be looked up before a decision is as good as it can be.
struct Needs {
  bool account_facts = false;  // of the account that is asked for
  std::set<Lookup> people{};

  bool empty() const { return !account_facts && people.empty(); }
};

}  // namespace elevator::policy
