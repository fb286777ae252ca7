// The program as a function on AWS Lambda (provided.al2023): which one it is, its handler says.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace elevator::lambda {

// Whether Lambda started this process: its Runtime API is named, or the program is `bootstrap`.
bool is_lambda(const std::string& program);

// Until the Runtime API ends. `words`: none, except for tests.
int run_lambda(std::span<const std::string> words, std::ostream& err);

}  // namespace elevator::lambda
