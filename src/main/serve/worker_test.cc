#include "main/serve/worker.h"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>

#include "main/serve/in_flight.h"
#include "tests/support/recording_logger.h"

namespace elevator::serve::worker_test {
namespace {

struct Fixture {
  base::ManualClock clock{*base::parse_rfc3339("2025-01-02T12:00:00Z")};
  tests::RecordingLogger log;
  std::atomic<int> rounds = 0;
  // Moves only when nudged: no test waits for time to pass.
  Worker::Options options{
      .name = "worker", .at_least_every = base::hours(1), .only_when_nudged = true};
};

TEST_CASE_FIXTURE(Fixture, "runNow_waitsForARoundThatBeganAfterTheCall_andGivesItsAnswer") {
  Worker worker(options, clock, log, [&]() -> std::optional<base::TimePoint> {
    ++rounds;
    return clock.now() + base::Seconds(rounds);
  });
  worker.start();
  const auto next = worker.run_now();
  REQUIRE(next.has_value());
  CHECK(rounds >= 1);
  const int before = rounds;
  CHECK(*worker.run_now() > clock.now());
  CHECK(rounds > before);
}

TEST_CASE_FIXTURE(Fixture, "runNow_whenTheWorkThrows_isLoggedAndTheWorkerLives") {
  Worker worker(options, clock, log, [&]() -> std::optional<base::TimePoint> {
    if (++rounds == 1) throw std::runtime_error("a library threw");
    return std::nullopt;
  });
  worker.start();
  worker.run_now();
  worker.run_now();
  CHECK(rounds >= 2);
  CHECK(log.has("worker_failed"));
  CHECK(log.has("a library threw"));
}

TEST_CASE_FIXTURE(Fixture, "runNow_whenTheWorkerIsStopped_returnsAtOnce") {
  Worker worker(options, clock, log, [&]() -> std::optional<base::TimePoint> {
    ++rounds;
    return std::nullopt;
  });
  worker.start();
  worker.run_now();
  worker.stop();
  const int before = rounds;
  worker.run_now();
  worker.nudge();
  CHECK(rounds == before);
}

TEST_CASE("inFlight_countsWorkThatWasDropped_asEnded") {
  InFlight flight;
  bool ran = false;
  {
    const auto work = flight.counted([&] { ran = true; });
    const auto dropped = flight.counted([] {});
    work();
  }
  flight.wait_until_none();
  CHECK(ran);
}

}  // namespace
}  // namespace elevator::serve::worker_test
