// The terms of access: how long, which reasons, where requests are posted. Internal.
#pragma once

#include <optional>
#include <span>

#include "policy/decide.h"

namespace elevator::policy {

// Fills the fields of `decision` that rules combine into one (DESIGN section 6, last column).
void set_terms(std::span<const Statement* const> applied, const Limits& limits, Decision& decision);

// The first thing about the request that the terms refuse; the hint then becomes that of the rule
// whose pattern does not match. Requires: set_terms() was called.
std::optional<Reason> refused_by_terms(std::span<const Statement* const> applied,
                                       const Subject& subject, Decision& decision);

}  // namespace elevator::policy
