// AssignmentListing: who has which access at AWS, as few calls as AWS allows. Only assignments of
// single users; those of groups are nobody's business here. An incomplete listing is an error.
// Thread-safe.
#pragma once

#include <vector>

#include "base/result.h"
#include "domain/assignment.h"

namespace elevator::ports {

class AssignmentListing {
 public:
  virtual ~AssignmentListing() = default;
  // Accounts in which the permission set is provisioned: elsewhere nobody has it.
  virtual base::Result<std::vector<domain::AccountId>> provisioned_accounts(
      const domain::PermissionSetArn& permission_set) = 0;
  virtual base::Result<std::vector<domain::AccountAssignment>> assignments_in(
      const domain::AccountId& account, const domain::PermissionSetArn& permission_set) = 0;
  // Works in the organization's management account only (else kDenied), and knows no deleted user.
  virtual base::Result<std::vector<domain::AccountAssignment>> assignments_of(
      const domain::PrincipalId& principal) = 0;
};

}  // namespace elevator::ports
