// Seeded long runs in every test run. A failure names its seed: `./run sim --seed S` plays it
// again and makes it smaller.
#include "sim/seeded.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>
#include <numeric>

#include "base/parallel.h"
#include "base/sanitizer.h"
#include "sim/commit.h"
#include "sim/mutants.h"

namespace elevator::sim::seeded_test {
namespace {

#ifdef ELEVATOR_UNDER_ASAN
constexpr int kSeeds = 8;  // the optimised build runs more
#else
constexpr int kSeeds = 200;
#endif
constexpr size_t kGrants = 50;  // of each seed

TEST_CASE("everySeed_withFaultsStormsAndClockJumps_keepsEveryPromise") {
  std::vector<std::uint64_t> seeds(kSeeds);
  std::iota(seeds.begin(), seeds.end(), 1);
  const auto runs =
      base::parallel_map(seeds, 2, [](std::uint64_t seed) { return play(make_plan(seed)); });
  Statistics sum;
  size_t granted = 0;
  for (size_t i = 0; i < seeds.size(); ++i) {
    if (runs[i].found) {
      const Violation& violation = runs[i].found->violation;
      FAIL_CHECK("seed " << seeds[i] << " at commit " << commit() << ": " << violation.promise
                         << ": " << violation.what);
    }
    CAPTURE(seeds[i]);
    CHECK(runs[i].granted >= kGrants);  // else the plan asks for nothing that is worth a look
    granted += runs[i].granted;
    for (const auto& [promise, count] : runs[i].statistics.checks) sum.checks[promise] += count;
  }
  std::cout << "SUMMARY seeds_run " << seeds.size() << "\n";
  for (const auto& [promise, count] : sum.checks) {
    std::cout << "SUMMARY checks_of_" << promise << " " << count << "\n";
  }
  std::cout << "SUMMARY grants_of_seeds " << granted << "\n";
}

TEST_CASE("sameSeed_playedTwice_isTheSameRun") {
  const auto first = play(make_plan(7));
  const auto second = play(make_plan(7));
  CHECK(first.faults == second.faults);
  CHECK(first.statistics.schedules == second.statistics.schedules);
  // Its faults written down are the same run again.
  Plan exact = make_plan(7);
  exact.exact = true;
  exact.faults = first.faults;
  CHECK(play(exact).statistics.schedules == first.statistics.schedules);
}

TEST_CASE("seedThatFails_isShrunkToWhatTheFailureTakes") {
  const auto all = mutants();
  const auto lenient = std::find_if(all.begin(), all.end(), [](const Mutant& mutant) {
    return mutant.name == "accepted delete taken as absent";
  });
  REQUIRE(lenient != all.end());
  Plan plan = make_plan(3);
  plan.infect = lenient->infect;
  const auto failed = play(plan);
  REQUIRE(failed.found);
  const Plan small = shrink(plan, failed, 200);
  const auto again = play(small);
  REQUIRE(again.found);
  CHECK(again.found->violation.promise == failed.found->violation.promise);
  CHECK(small.happenings.size() * 5 < plan.happenings.size());
  CHECK(small.faults.size() <= 1);
  CHECK(describe(small).find("asks") != std::string::npos);
}

}  // namespace
}  // namespace elevator::sim::seeded_test
