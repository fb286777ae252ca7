// Lower case, without regard to the locale of the machine.
#pragma once

#include <string>
#include <string_view>

namespace elevator::base {

// For names of protocols, words of settings and the like: A to Z become a to z, every other byte
// stays as it is.
std::string lower_ascii(std::string_view text);

// For what people write: the default lower-casing of Unicode for the Latin, Greek, Cyrillic and
// Armenian scripts, as the existing product compares attributes (COMPAT 7.2). No case folding and
// no normalisation; other scripts stay as they are, bytes that are not UTF-8 become U+FFFD.
std::string lower(std::string_view text);

}  // namespace elevator::base
