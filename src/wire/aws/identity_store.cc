#include "wire/aws/identity_store.h"

#include "wire/aws/fields.h"

namespace elevator::wire::aws {

ELEVATOR_AWS_MESSAGE(identity_store::LookupRequest);
ELEVATOR_AWS_MESSAGE(identity_store::GetUserId::Response);
ELEVATOR_AWS_MESSAGE(identity_store::GetGroupId::Response);
ELEVATOR_AWS_OPERATION(identity_store::DescribeUser);
ELEVATOR_AWS_OPERATION(identity_store::DescribeGroup);
ELEVATOR_AWS_MESSAGE(identity_store::ListRequest);
ELEVATOR_AWS_MESSAGE(identity_store::ListUsers::Response);
ELEVATOR_AWS_MESSAGE(identity_store::ListGroups::Response);
ELEVATOR_AWS_MESSAGE(identity_store::ListGroupMemberships::Request);
ELEVATOR_AWS_MESSAGE(identity_store::ListGroupMembershipsForMember::Request);
ELEVATOR_AWS_MESSAGE(identity_store::MembershipPage);
ELEVATOR_AWS_OPERATION(identity_store::IsMemberInGroups);
ELEVATOR_AWS_MESSAGE(identity_store::MembershipKey);
ELEVATOR_AWS_MESSAGE(identity_store::MembershipCreated);
ELEVATOR_AWS_OPERATION(identity_store::DeleteGroupMembership);

}  // namespace elevator::wire::aws
