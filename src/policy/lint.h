// What will hurt although it is valid: the warnings of `policy check`.
#pragma once

#include <vector>

#include "policy/rules.h"
#include "policy/world.h"

namespace elevator::policy {

inline constexpr size_t kManyMentions = 20;

// In document order. With an empty world, look-ups are taken to find somebody.
std::vector<Problem> lint(const Rules& rules, const World& world = {});

}  // namespace elevator::policy
