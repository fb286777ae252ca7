// The commit of the working tree: a failure that is found by chance is told with it.
#pragma once

#include <string>

namespace elevator::sim {

std::string commit();

}  // namespace elevator::sim
