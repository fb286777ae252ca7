// UTF-8 repair: what is written is valid UTF-8, whatever bytes a person or AWS sent.
#pragma once

#include <string>
#include <string_view>

namespace elevator::base {

// `text` with every byte that is not part of well-formed UTF-8 (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF) replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace elevator::base
