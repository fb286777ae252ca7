// Lower case for comparing attribute names and values: the default, locale-free lower-casing of
// Unicode for the Latin, Greek, Cyrillic and Armenian scripts. No case folding and no
// normalisation, as in the existing product (COMPAT 7.2). Other scripts stay as they are.
#pragma once

#include <string>
#include <string_view>

namespace elevator::workflow::sync {

// Bytes that are not UTF-8 become U+FFFD.
std::string lower(std::string_view text);

}  // namespace elevator::workflow::sync
