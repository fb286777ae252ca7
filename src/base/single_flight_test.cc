#include "base/single_flight.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace elevator::base::single_flight_test {
namespace {

TEST_CASE("run_whileOneRuns_waitsForItAndSharesItsResult") {
  constexpr int kOthers = 3;
  SingleFlight flight;
  std::atomic<int> runs = 0;
  std::atomic<int> failed = 0;
  std::latch others_are_here(kOthers);
  std::vector<std::jthread> others;
  const auto work = [&]() -> Status {
    if (++runs > 1) return {};  // somebody came after the first run: no joining any more
    for (int i = 0; i < kOthers; ++i) {
      others.emplace_back([&] {
        others_are_here.count_down();
        if (!flight.run([&]() -> Status { return ++runs, Status(); })) ++failed;
      });
    }
    others_are_here.wait();
    return unavailable("AWS does not answer");
  };
  CHECK_FALSE(flight.run(work).has_value());
  others.clear();
  // Whoever joined got the first run's error; whoever came too late ran by itself.
  CHECK(runs + failed == kOthers + 1);
  CHECK(flight.run([]() -> Status { return {}; }).has_value());
}

TEST_CASE("run_whenTheWorkThrows_letsThoseWhoWaitGo_andRunsAgain") {
  SingleFlight flight;
  std::latch other_is_here(1);
  std::jthread other;
  Status seen;
  const auto work = [&]() -> Status {
    other = std::jthread([&] {
      other_is_here.count_down();
      seen = flight.run([]() -> Status { return unavailable("came too late to join"); });
    });
    other_is_here.wait();
    throw std::runtime_error("a library threw");
  };
  CHECK_THROWS_AS(static_cast<void>(flight.run(work)), std::runtime_error);
  other.join();
  CHECK_FALSE(seen.has_value());
  CHECK(flight.run([]() -> Status { return {}; }).has_value());
}

}  // namespace
}  // namespace elevator::base::single_flight_test
