#include "wire/aws/sso_admin.h"

#include "wire/aws/fields.h"

namespace elevator::wire::aws {

ELEVATOR_AWS_OPERATION(sso_admin::ListInstances);
ELEVATOR_AWS_MESSAGE(sso_admin::AssignmentRequest);
ELEVATOR_AWS_MESSAGE(sso_admin::CreationStatus);
ELEVATOR_AWS_MESSAGE(sso_admin::DeletionStatus);
ELEVATOR_AWS_MESSAGE(sso_admin::DescribeAccountAssignmentCreationStatus::Request);
ELEVATOR_AWS_MESSAGE(sso_admin::DescribeAccountAssignmentDeletionStatus::Request);
ELEVATOR_AWS_OPERATION(sso_admin::ListAccountAssignmentCreationStatus);
ELEVATOR_AWS_MESSAGE(sso_admin::AssignmentPage);
ELEVATOR_AWS_MESSAGE(sso_admin::ListAccountAssignments::Request);
ELEVATOR_AWS_MESSAGE(sso_admin::ListAccountAssignmentsForPrincipal::Request);
ELEVATOR_AWS_OPERATION(sso_admin::ListAccountsForProvisionedPermissionSet);
ELEVATOR_AWS_OPERATION(sso_admin::ListPermissionSets);
ELEVATOR_AWS_OPERATION(sso_admin::DescribePermissionSet);

}  // namespace elevator::wire::aws
