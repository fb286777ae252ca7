// The engine behind decide(), may_review() and the menus: which rules apply, and what they add up
// to. Internal to the library.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "policy/decide.h"

namespace elevator::policy {

struct Selection {
  std::vector<const Statement*> applied{};
  std::vector<const Statement*> left_out{};           // `Requesters` does not name the person
  std::vector<const Statement*> account_unknown{};    // perhaps applies: OU or tags not known
  std::vector<const Statement*> requester_unknown{};  // perhaps applies: a group not known

  bool certain() const { return account_unknown.empty() && requester_unknown.empty(); }
};

// By the address of the request or another of the same person.
bool is_requester(const Subject& subject, const domain::Email& email);

Answer may_ask(const Statement& statement, const domain::Email& requester, const World& world);

Selection select(const Rules& rules, const domain::Email& requester, const domain::Target& target,
                 const World& world);

// The people of each rule, resolved once.
struct Contribution {
  const Statement* statement = nullptr;
  ResolvedPeople approvers{};
  std::set<domain::Email> mentioned{};  // already limited to approvers of the request
};

// What the rules that apply add up to (COMPAT 3.2, DESIGN section 6).
struct Sum {
  std::vector<Contribution> contributions{};
  std::set<domain::Email> others{};  // who may approve, the requester left out
  int required_approvals = 1;
  bool automatic = false;      // some rule allows it, none denies it
  bool self_approval = false;  // likewise, for the requester as an approver
  bool self_denied = false;    // a rule denies it by name, or may do so
};

Sum add_up(std::span<const Statement* const> applied, const Subject& subject, const World& world);

// The answer before duration and reason are looked at.
std::pair<Outcome, Reason> verdict(const Sum& sum);

}  // namespace elevator::policy
