#include <algorithm>

#include "main/lambda/function.h"

namespace elevator::lambda {
namespace {

constexpr base::Milliseconds kShortWait = base::Seconds(5);
// The index of what is due lags: the next look is never at once.
constexpr base::Milliseconds kShortestPause{200};
constexpr int kMostLooks = 40;

}  // namespace

std::optional<base::TimePoint> settle(const World& world) {
  auto& engine = world.graph.engine();
  std::optional<base::TimePoint> due;
  for (int looks = 0; looks < kMostLooks; ++looks) {
    const auto next = engine.next_due();
    due = next ? *next : std::nullopt;
    if (!due || engine.settings().out_of_time()) return due;
    const base::TimePoint now = world.clock.now();
    const base::Milliseconds pause = std::max<base::Milliseconds>(*due - now, kShortestPause);
    const auto until = world.time.until();
    if (pause > kShortWait || (until && now + pause >= *until)) return due;
    world.waiter.wait(pause);
    engine.reconcile();
  }
  return due;
}

}  // namespace elevator::lambda
