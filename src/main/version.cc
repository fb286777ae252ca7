#include "main/version.h"

namespace elevator {

std::string_view version() { return ELEVATOR_VERSION; }

}  // namespace elevator
