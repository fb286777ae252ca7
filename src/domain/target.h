// Target: what a person asks for. An account with a permission set, or a group.
#pragma once

#include <compare>
#include <string>
#include <variant>

#include "domain/ids.h"

namespace elevator::domain {

struct AccountTarget {
  AccountId account;
  PermissionSetName permission_set;
  friend auto operator<=>(const AccountTarget&, const AccountTarget&) = default;
  friend bool operator==(const AccountTarget&, const AccountTarget&) = default;
};

struct GroupTarget {
  GroupId group;
  friend auto operator<=>(const GroupTarget&, const GroupTarget&) = default;
  friend bool operator==(const GroupTarget&, const GroupTarget&) = default;
};

using Target = std::variant<AccountTarget, GroupTarget>;

// "111111111111/AdministratorAccess" or "group/<id>": for logs and messages of errors.
std::string to_string(const Target& target);

}  // namespace elevator::domain
