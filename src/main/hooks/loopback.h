// The condition under which test hooks are honoured: this process talks to this machine only.
#pragma once

#include <string>

#include "base/result.h"
#include "main/settings/settings.h"

namespace elevator::hooks {

// Refuses unless the listen address, SLACK_API_URL, AWS_ENDPOINT_URL and every
// AWS_ENDPOINT_URL_<SERVICE> that is set are loopback addresses. AWS_ENDPOINT_URL must be set, or
// calls would go to AWS itself.
base::Status require_loopback(const std::string& listen_address, const std::string& slack_api_url,
                              const settings::Environment& environment);

}  // namespace elevator::hooks
