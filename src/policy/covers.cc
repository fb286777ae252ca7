#include "policy/covers.h"

#include <algorithm>

namespace elevator::policy {

bool covers(const Rules& rules, const domain::Target& target, const World& world) {
  const auto* wanted = std::get_if<domain::AccountTarget>(&target);
  const AccountFacts* facts = wanted != nullptr ? world.facts_of(wanted->account) : nullptr;
  return std::any_of(rules.statements().begin(), rules.statements().end(),
                     [&](const Statement& statement) {
                       return is_about(statement, target, facts) == Answer::kYes;
                     });
}

Scope scope_of(const Rules& rules, std::span<const domain::AccountId> accounts,
               std::span<const domain::PermissionSetName> permission_sets, const World& world) {
  Scope scope;
  for (const Statement& statement : rules.statements()) {
    if (const Groups* groups = std::get_if<Groups>(&statement.resource)) {
      scope.groups.insert(groups->ids.begin(), groups->ids.end());
      continue;
    }
    for (const domain::PermissionSetName& name : permission_sets) {
      if (statement.permission_sets.contains(name)) scope.permission_sets.insert(name);
    }
    for (const domain::AccountId& account : accounts) {
      if (is_about(statement, account, world.facts_of(account)) == Answer::kYes) {
        scope.accounts.insert(account);
      }
    }
  }
  return scope;
}

}  // namespace elevator::policy
