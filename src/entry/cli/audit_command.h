// `sso-elevator audit verify`: what an auditor runs.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "base/time.h"

namespace elevator::entry {

// `words` are those after "audit". Exit codes: 0 the trail holds, 1 it does not, 2 it could not be
// read or the words are wrong.
int run_audit(std::span<const std::string> words, const base::Clock& clock, std::ostream& out,
              std::ostream& err);

}  // namespace elevator::entry
