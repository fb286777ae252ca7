#include "main/serve/housekeeping.h"

#include <doctest/doctest.h>

#include "tests/support/recording_logger.h"

namespace elevator::serve::housekeeping_test {
namespace {

struct Fixture {
  base::ManualClock clock{*base::parse_rfc3339("2025-01-02T12:00:00Z")};
  tests::RecordingLogger log;
  base::NullMetrics metrics;
  Housekeeping keeping{clock, log, metrics};
  int runs = 0;
  base::Status answer;
  Housekeeping::Job job() {
    return {"job", base::minutes(5), base::Seconds(30), [this] {
              ++runs;
              return answer;
            }};
  }
};

TEST_CASE_FIXTURE(Fixture, "run_doesWhatIsDue_andSaysWhenMoreIs") {
  keeping.add(job());
  CHECK(*keeping.run() == clock.now() + base::minutes(5));
  keeping.run();
  CHECK(runs == 1);
  clock.advance(base::minutes(5));
  keeping.run();
  CHECK(runs == 2);
}

TEST_CASE_FIXTURE(Fixture, "run_afterAFailure_triesAgainSooner_andLogsIt") {
  answer = base::unavailable("AWS is away");
  keeping.add(job());
  CHECK(*keeping.run() == clock.now() + base::Seconds(30));
  CHECK(log.has("AWS is away"));
  clock.advance(base::Seconds(30));
  keeping.run();
  CHECK(runs == 2);
}

TEST_CASE_FIXTURE(Fixture, "add_whenItWasJustDone_waitsForTheFirstInterval") {
  keeping.add(job(), true);
  CHECK(*keeping.run() == clock.now() + base::minutes(5));
  CHECK(runs == 0);
}

TEST_CASE_FIXTURE(Fixture, "run_whenTheClockWasSetBack_runsRatherThanWaitsForLong") {
  keeping.add(job());
  keeping.run();
  clock.set(clock.now() - base::hours(24));
  keeping.run();
  CHECK(runs == 2);
}

}  // namespace
}  // namespace elevator::serve::housekeeping_test
