// Percent-encoding (RFC 3986) and application/x-www-form-urlencoded, as text. No I/O.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace elevator::base {

using FormField = std::pair<std::string, std::string>;

// Everything except A-Z a-z 0-9 - . _ ~ becomes %XX with upper-case digits.
std::string percent_encode(std::string_view text);

// Refuses a '%' that is not followed by two hex digits. '+' stays '+'.
Result<std::string> percent_decode(std::string_view text);

// "a=1&b=two+words" -> pairs in order, names and values decoded. A part without '=' has an empty
// value, empty parts are skipped. Refuses what percent_decode refuses.
Result<std::vector<FormField>> decode_form(std::string_view body);

std::string encode_form(const std::vector<FormField>& fields);

}  // namespace elevator::base
