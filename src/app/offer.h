// Offer: what one person may ask for, by the rules in force and the cached catalogue. Quick with
// ten thousand accounts: no look-ups, no decisions; those follow when something was chosen.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/rules.h"
#include "policy/world.h"
#include "ports/chat.h"
#include "ports/organization.h"

namespace elevator::app {

class Offer {
 public:
  // `members`: of the groups that rules name as requesters; a rule whose groups are not known
  // offers nothing.
  Offer(std::shared_ptr<const policy::Rules> rules,
        std::shared_ptr<const ports::Catalogue> catalogue, const domain::Email& person,
        const policy::World& members);

  // By name or id; every word of `query` must occur. Sorted by name.
  std::vector<ports::Choice> accounts(const std::string& query, size_t limit) const;
  std::vector<ports::Choice> groups(const std::string& query, size_t limit) const;
  std::vector<ports::Choice> permission_sets(const domain::AccountId& account) const;

  // Whether a rule lets this person ask for an account (a group) at all, be it there or not, and
  // the ids that such rules name.
  bool has_rules_about(ports::Form::Kind kind) const { return !rules_about(kind).empty(); }
  std::vector<std::string> named_ids(ports::Form::Kind kind) const;

 private:
  std::vector<const policy::Statement*> statements_about(const ports::Account& account) const;
  const std::vector<const policy::Statement*>& rules_about(ports::Form::Kind kind) const {
    return kind == ports::Form::Kind::kGroup ? group_rules_ : account_rules_;
  }

  std::shared_ptr<const policy::Rules> rules_;
  std::shared_ptr<const ports::Catalogue> catalogue_;
  std::vector<const policy::Statement*> account_rules_;  // those that this person may use
  std::vector<const policy::Statement*> group_rules_;
};

// "111111111111 - prod"
ports::Choice choice_of(const ports::Account& account);

}  // namespace elevator::app
