// Where the repository and its build lie. One object knows it, so that all others are the same in
// every checkout and come from the compiler's cache.
#pragma once

#include <string>

namespace elevator::tests {

std::string source_folder();
std::string build_folder();

}  // namespace elevator::tests
