// The Date header: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7; the one form that is sent).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace elevator::adapters::aws {

base::Result<base::TimePoint> parse_http_date(std::string_view text);

}  // namespace elevator::adapters::aws
