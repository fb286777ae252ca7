// The time as HTTP headers write it: "Sun, 06 Nov 1994 08:49:37 GMT". RFC 9110, section 5.6.7.
#pragma once

#include <string>

#include "base/time.h"

namespace elevator::sandbox::aws {

std::string to_http_time(base::TimePoint time);

}  // namespace elevator::sandbox::aws
