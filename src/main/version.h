// Which release this is.
#pragma once

#include <string_view>

namespace elevator {

std::string_view version();

}  // namespace elevator
