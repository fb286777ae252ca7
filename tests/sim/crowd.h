// Crowd: what happens in a seeded run, as events of a scenario.
#pragma once

#include "sim/seeded.h"

namespace elevator::sim {

inline constexpr int kAccounts = 20;
inline constexpr int kRequesters = 6;
inline constexpr int kApprovers = 5;
inline constexpr int kDocuments = 3;

// The whole scenario of a plan: rules, people, events.
Scenario crowd(const Plan& plan);

std::string describe(const Happening& happening);

}  // namespace elevator::sim
