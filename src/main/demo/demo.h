// `sso-elevator demo`: the whole product in simulated surroundings.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace elevator::demo {

// Runs until SIGTERM or SIGINT. Exit codes: 0 stopped as asked, 1 trouble at start, 2 wrong words
// or a rules document with mistakes.
int run_demo(std::span<const std::string> words, std::ostream& out, std::ostream& err);

}  // namespace elevator::demo
