#include "wire/aws/organizations.h"

#include "wire/aws/fields.h"

namespace elevator::wire::aws {

ELEVATOR_AWS_MESSAGE(organizations::PageRequest);
ELEVATOR_AWS_MESSAGE(organizations::ParentRequest);
ELEVATOR_AWS_MESSAGE(organizations::AccountPage);
ELEVATOR_AWS_OPERATION(organizations::DescribeAccount);
ELEVATOR_AWS_MESSAGE(organizations::ListRoots::Response);
ELEVATOR_AWS_MESSAGE(organizations::ListOrganizationalUnitsForParent::Response);
ELEVATOR_AWS_OPERATION(organizations::ListParents);
ELEVATOR_AWS_OPERATION(organizations::ListTagsForResource);

}  // namespace elevator::wire::aws
