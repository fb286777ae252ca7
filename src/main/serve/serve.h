// `sso-elevator serve`: the whole program on one machine.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace elevator::serve {

// Runs until SIGTERM or SIGINT. Exit codes: 0 stopped as asked, 1 trouble at start, 2 wrong words
// or settings.
int run_serve(std::span<const std::string> words, std::ostream& out, std::ostream& err);

}  // namespace elevator::serve
