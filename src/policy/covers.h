// Which targets the rules are about at all, whoever asks: the scope of the sweep. Organizational
// units and tags are expanded with what the world knows; an account whose facts are not known is
// covered only by the rules that do not ask for them, so the sweep never acts on a guess (I6).
#pragma once

#include <set>
#include <span>

#include "policy/rules.h"
#include "policy/world.h"

namespace elevator::policy {

bool covers(const Rules& rules, const domain::Target& target, const World& world);

// What has to be listed in AWS to see every assignment that the rules cover. A superset: ask
// covers() for each pair that is found.
struct Scope {
  std::set<domain::AccountId> accounts{};
  std::set<domain::PermissionSetName> permission_sets{};
  std::set<domain::GroupId> groups{};
};
Scope scope_of(const Rules& rules, std::span<const domain::AccountId> accounts,
               std::span<const domain::PermissionSetName> permission_sets, const World& world);

}  // namespace elevator::policy
