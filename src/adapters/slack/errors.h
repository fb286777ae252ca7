// Slack's error codes, classified in one place: kind, whether trying again helps, and whether the
// call may have had its effect. https://docs.slack.dev/apis/web-api (errors of each method)
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace elevator::adapters::slack {

// `detail` is what Slack adds: the missing scope, the reasons for refusing an argument.
base::Error classify(std::string_view method, std::string_view code, std::string_view detail);

}  // namespace elevator::adapters::slack
