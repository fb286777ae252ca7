// Offer: what one person may ask for, by the rules in force and what is cached: nothing that the
// rules would refuse whatever was written into the form. Made once per person, then quick with ten
// thousand accounts. What is not known hides nothing but what it alone would allow. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "app/types.h"
#include "policy/requestable.h"
#include "ports/chat.h"
#include "ports/organization.h"

namespace elevator::app {

// What offers are made from, the same for everybody.
struct OfferFacts {
  std::shared_ptr<const policy::Rules> rules;
  std::shared_ptr<const ports::Catalogue> catalogue;
  // Accounts, where rules ask for units or tags, and everybody who was looked up.
  policy::World world;
  policy::Limits limits;
};

class Offer {
 public:
  using Kind = ports::Form::Kind;

  Offer(std::shared_ptr<const OfferFacts> facts, const domain::Email& person);

  // By name or id; every word of `query` must occur. Sorted by name, at most `limit`.
  Found accounts(const std::string& query, size_t limit) const;
  Found groups(const std::string& query, size_t limit) const;
  Found permission_sets(const domain::AccountId& account, const std::string& query,
                        size_t limit) const;

  // Why nothing of this kind is offered.
  enum class Nothing {
    kNothing,          // something is offered
    kNoRule,           // no rule is for this person
    kGroupsUnread,     // who is in the groups that rules name could not be read
    kNotThere,         // AWS has no account (group) that the rules name
    kNoPermissionSet,  // nor a permission set
    kNobodyApproves,   // nobody could say yes, or no duration is left
  };
  Nothing nothing(Kind kind) const;
  // A rule may be for this person: who is in a group that it names could not be read.
  bool groups_unread(Kind kind) const;
  // The ids that rules for this person name.
  std::vector<std::string> named_ids(Kind kind) const;
  // Rules name this account for this person, and AWS has none of their permission sets.
  bool lacks_permission_sets(const domain::AccountId& account) const;

 private:
  using Statements = std::vector<const policy::Statement*>;

  void list_accounts();
  void list_groups();
  const Statements& rules_about(Kind kind) const {
    return kind == Kind::kGroup ? group_rules_ : account_rules_;
  }
  Statements statements_about(const domain::AccountId& account) const;
  bool is_named(const domain::GroupId& group) const;

  std::shared_ptr<const OfferFacts> facts_;
  Statements account_rules_;  // those that are for this person
  Statements group_rules_;
  bool account_groups_unread_ = false;
  bool group_groups_unread_ = false;
  mutable std::mutex mutex_;
  mutable policy::Requestable requestable_;  // fills its memo
  std::vector<size_t> accounts_;             // offered ones, by their place in the catalogue
  std::vector<size_t> groups_;
};

// "111111111111 - prod"
ports::Choice choice_of(const ports::Account& account);

}  // namespace elevator::app
