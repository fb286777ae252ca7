#include "tests/support/folders.h"

namespace elevator::tests {

std::string source_folder() { return ELEVATOR_SOURCE_DIR; }
std::string build_folder() { return ELEVATOR_BINARY_DIR; }

}  // namespace elevator::tests
