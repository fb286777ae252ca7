#include "base/parallel.h"

#include <doctest/doctest.h>

#include <latch>
#include <memory>
#include <numeric>

namespace elevator::base::parallel_test {
namespace {

TEST_CASE("parallel_map_whenManyItems_keepsOrder") {
  std::vector<int> items(1000);
  std::iota(items.begin(), items.end(), 0);
  const auto doubled = parallel_map(items, 8, [](int i) { return 2 * i; });
  REQUIRE(doubled.size() == items.size());
  for (size_t i = 0; i < items.size(); ++i) CHECK(doubled[i] == 2 * items[i]);
}

TEST_CASE("parallel_map_whenWidthIsThree_runsThreeAtOnceAndNeverMore") {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::latch three(3);  // would hang for ever if fewer than three ran together
  parallel_map(std::vector<int>(3), 3, [&](int) {
    three.arrive_and_wait();
    return 0;
  });
  parallel_map(std::vector<int>(100), 3, [&](int) {
    const int now = ++running;
    int seen = most;
    while (seen < now && !most.compare_exchange_weak(seen, now)) {
    }
    --running;
    return 0;
  });
  CHECK(most <= 3);
}

TEST_CASE("parallel_map_whenEmptyOrMoveOnly_works") {
  CHECK(parallel_map(std::vector<int>{}, 4, [](int i) { return i; }).empty());
  const auto values =
      parallel_map(std::vector<int>{7}, 0, [](int i) { return std::make_unique<int>(i); });
  CHECK(*values[0] == 7);
}

}  // namespace
}  // namespace elevator::base::parallel_test
