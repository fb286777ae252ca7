// Seeded long runs: a crowd of people and accounts, some days long, with faults, storms, clock
// jumps, new rules and an account that never works. The same seed makes the same run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/explorer.h"

namespace elevator::sim {

// One thing that happens, by numbers only: a plan can be printed and made smaller.
struct Happening {
  enum class Kind { kAsk, kClick, kRules, kStorm, kJump, kBreak, kFaultsStop, kHeal };
  Kind kind = Kind::kAsk;
  int minute = 0;
  int request = 0;    // kAsk, kClick
  int person = 0;     // kAsk: requester; kClick: approver, or 0 = the requester
  int account = 0;    // kAsk, kBreak; 0 = the group
  int minutes = 0;    // kAsk: duration; kStorm; kJump (either way)
  int starts_in = 0;  // kAsk: minutes from then; 0 = at once
  int extends = 0;    // kAsk: another request; 0 = none
  int rules = 0;      // kRules: which document
  domain::Act act{};  // kClick
};

struct Plan {
  std::uint64_t seed = 0;
  std::vector<Happening> happenings;  // in the order of their time
  std::uint32_t faults_per_million = 0;
  // Which choice (in the order in which they come up) is what fault. Not exact: as the seed says.
  bool exact = false;
  std::map<size_t, size_t> faults{};
  std::function<void(Scenario&)> infect{};  // with a mistake that is to be found
};

struct SeededRun {
  Statistics statistics;
  std::optional<Found> found;
  std::map<size_t, size_t> faults;  // those that happened
  size_t granted = 0;               // requests that became active
};

Plan make_plan(std::uint64_t seed);
SeededRun play(const Plan& plan);

// A smaller plan that breaks a promise, too. `runs`: how many are tried at most.
Plan shrink(const Plan& plan, const SeededRun& failed, size_t runs = 1500);

std::string describe(const Plan& plan);

}  // namespace elevator::sim
