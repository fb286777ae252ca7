#include "wire/aws/secrets.h"

#include "wire/aws/fields.h"

namespace elevator::wire::aws {

ELEVATOR_AWS_OPERATION(ssm::GetParameter);
ELEVATOR_AWS_OPERATION(secretsmanager::GetSecretValue);

}  // namespace elevator::wire::aws
