// What a person may ask for: the menus. Compiled once for a person, then cheap for ten thousand
// accounts, because accounts with the same rules get the same answer from a memo.
//
// Says yes exactly where decide() would not refuse before duration and reason are known, with one
// difference: approvers that are not known yet count as somebody, so that a menu needs no look-up
// of approvers.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/decide.h"

namespace elevator::policy {

class Requestable {
 public:
  struct Menu {
    std::vector<domain::PermissionSetName> permission_sets{};  // those of the instance
    // Rules of which it is not known whether they are for this person, or about an account, count
    // for nothing: what they may forbid is offered, what they alone may allow is not.
    bool despite_unknown = false;
  };
  // `rules` and `world` must outlive this object.
  // The world should know the accounts (where rules ask for OUs or tags) and the groups of
  // requester_groups(). Not thread-safe: it fills its memo.
  Requestable(const Rules& rules, const domain::Email& requester, const World& world,
              const Limits& limits, Menu menu);

  bool account(const domain::AccountId& account);  // with at least one permission set
  std::vector<domain::AccountId> accounts(std::span<const domain::AccountId> accounts);
  std::vector<domain::PermissionSetName> permission_sets(const domain::AccountId& account);

  bool group(const domain::GroupId& group);
  std::vector<domain::GroupId> groups(std::span<const domain::GroupId> groups);

 private:
  struct Candidate {
    const Statement* statement;
    bool certain;  // false: not known whether the rule is for this person
  };
  struct Verdict {
    std::vector<bool> permission_sets{};  // parallel to permission_sets_
    bool any = false;
  };
  // Which candidates concern an account; the sign bit of an entry says "not known".
  using Key = std::vector<std::uint32_t>;

  Key key_of(const domain::AccountId& account) const;
  const Verdict& verdict_of(const domain::AccountId& account);
  bool possible(const std::vector<const Statement*>& applied) const;

  const World& world_;
  Subject subject_;
  Limits limits_;
  std::vector<domain::PermissionSetName> permission_sets_;
  bool despite_unknown_;
  std::vector<Candidate> candidates_{};
  std::vector<std::uint32_t> general_{};  // rules that are not a list of account ids
  std::unordered_map<domain::AccountId, std::vector<std::uint32_t>> by_account_{};
  std::map<Key, Verdict> verdicts_{};
};

// One target, the same answer.
bool may_request(const Rules& rules, const domain::Email& requester, const domain::Target& target,
                 const World& world, const Limits& limits);

// The Identity Center groups that `Requesters` name anywhere: what menus have to know.
std::set<Lookup> requester_groups(const Rules& rules);

// Whether any rule asks for an account's organizational unit or tags.
bool asks_for_account_facts(const Rules& rules);

}  // namespace elevator::policy
