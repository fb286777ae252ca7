// Where the functions on AWS Lambda keep what they know: rows in DynamoDB, audit entries and
// listings in S3, timers as schedules of EventBridge Scheduler.
#pragma once

#include "main/serve/keeping.h"

namespace elevator::lambda {

serve::Keep keep_at_aws(settings::Function function, const base::Clock& clock);

}  // namespace elevator::lambda
