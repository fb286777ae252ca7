// A decision as an administrator at a terminal likes to read it.
#pragma once

#include <optional>
#include <string>

#include "policy/decide.h"

namespace elevator::entry {

struct ReviewQuestion {
  domain::Email reviewer;
  policy::ReviewAnswer answer;
};

std::string to_text(const policy::Subject& subject, const policy::Decision& decision,
                    const std::optional<ReviewQuestion>& review);

}  // namespace elevator::entry
