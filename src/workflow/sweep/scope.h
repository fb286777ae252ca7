// Scope: what the rules are about, as the catalogue of now expands them. Nobody's business is swept
// (I6): a pair of account and permission set that no rule covers is left alone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "domain/stray.h"
#include "policy/rules.h"
#include "policy/world.h"
#include "workflow/ports.h"

namespace elevator::workflow::sweep {

struct Scope {
  ports::Instance instance;
  std::shared_ptr<const policy::Rules> rules{};
  policy::World world{};
  std::map<domain::AccountId, std::string> accounts{};  // those to be listed, with their names
  std::map<domain::PermissionSetArn, domain::PermissionSetName> permission_sets{};  // likewise
  std::map<domain::GroupId, std::string> groups{};                                  // likewise
  std::set<domain::PrincipalId> allowed{};  // whose access is meant to be permanent
  std::string doubt{};  // why nothing may be removed by this scope; empty = it is certain

  bool covers(const domain::Assignment& assignment) const;
  // Covered, and of nobody whose access is meant to be permanent.
  bool is_watched(const domain::Assignment& assignment) const;
  // None: its account, permission set or group is not in the scope.
  std::optional<domain::Stray> describe(const domain::Assignment& assignment) const;
};

// An error: the rules, the catalogue or the people of the allow-list are not known now.
base::Result<Scope> read_scope(Ports& ports, const std::vector<std::string>& allow_list);

}  // namespace elevator::workflow::sweep
