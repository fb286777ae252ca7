// Assignment: the fact in AWS that gives access. An account assignment of Identity Center or a
// group membership of the identity store, each for one user. It is also the key of a grant row:
// (principal, target), for ever.
#pragma once

#include <compare>
#include <string>
#include <variant>

#include "domain/ids.h"

namespace elevator::domain {

struct AccountAssignment {
  InstanceArn instance;
  AccountId account;
  PermissionSetArn permission_set;
  PrincipalId principal;
  friend auto operator<=>(const AccountAssignment&, const AccountAssignment&) = default;
  friend bool operator==(const AccountAssignment&, const AccountAssignment&) = default;
};

struct GroupMembership {
  IdentityStoreId store;
  GroupId group;
  PrincipalId principal;
  friend auto operator<=>(const GroupMembership&, const GroupMembership&) = default;
  friend bool operator==(const GroupMembership&, const GroupMembership&) = default;
};

using Assignment = std::variant<AccountAssignment, GroupMembership>;

const PrincipalId& principal_of(const Assignment& assignment);

// One line, unique per assignment: the key of the grant row in every store, and in logs.
// "account|INSTANCE|ACCOUNT|PERMISSION_SET|PRINCIPAL" or "group|STORE|GROUP|PRINCIPAL".
std::string to_key(const Assignment& assignment);
base::Result<Assignment> assignment_from_key(std::string_view key);

}  // namespace elevator::domain
