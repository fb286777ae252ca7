// `sso-elevator policy check|explain|test`: what an administrator uses before rules go live.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace elevator::entry {

// `words` are those after "policy". Exit codes: 0 fine, 1 warnings with --strict or failed tests,
// 2 errors (in the document, the files or the words).
int run_policy(std::span<const std::string> words, std::istream& in, std::ostream& out,
               std::ostream& err);

}  // namespace elevator::entry
