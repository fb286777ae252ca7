// Seeded long runs in every test run. A failure names its seed: `./run sim --seed S` plays it
// again and makes it smaller.
#include "sim/seeded.h"

#include <doctest/doctest.h>

#include <iostream>
#include <numeric>

#include "base/parallel.h"

namespace elevator::sim {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kSeeds = 8;  // the optimised build runs more
#else
constexpr int kSeeds = 200;
#endif

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
      FAIL_CHECK("seed " << seeds[i] << ": " << violation.promise << ": " << violation.what);
    }
    granted += runs[i].granted;
    for (const auto& [promise, count] : runs[i].statistics.checks) sum.checks[promise] += count;
  }
  std::cout << "SUMMARY seeds_run " << seeds.size() << "\n";
  for (const auto& [promise, count] : sum.checks) {
    std::cout << "SUMMARY checks_of_" << promise << " " << count << "\n";
  }
  std::cout << "SUMMARY grants_of_seeds " << granted << "\n";
  CHECK(granted > seeds.size() * 30);  // else the plans ask for nothing that is worth a look
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

}  // namespace
}  // namespace elevator::sim
