#include "main/serve/crew.h"

#include <doctest/doctest.h>

#include <latch>
#include <stdexcept>

#include "tests/support/recording_logger.h"

namespace elevator::serve::crew_test {
namespace {

ports::RowRef row(const std::string& key) { return {ports::RowKind::kRequest, key}; }

// Rows that are due until they are driven. Moves only when nudged: no test waits for time to pass.
struct Fixture {
  std::vector<ports::RowRef> due_rows() {
    const std::lock_guard lock(mutex);
    return {due.begin(), due.end()};
  }
  bool take(const ports::RowRef& one) {
    const std::lock_guard lock(mutex);
    due.erase(one);
    driven.push_back(one.key);
    return true;
  }
  size_t times() {
    const std::lock_guard lock(mutex);
    return driven.size();
  }
  void add(const std::string& key) {
    const std::lock_guard lock(mutex);
    due.insert(row(key));
  }
  Crew::Work work() {
    return {.due = [this] { return due_rows(); },
            .drive = [this](const auto& one) { return take(one); },
            .next_due = [] { return std::optional<base::TimePoint>(); }};
  }

  base::ManualClock clock{*base::parse_rfc3339("2025-01-02T12:00:00Z")};
  tests::RecordingLogger log;
  std::mutex mutex;
  std::set<ports::RowRef> due;
  std::vector<std::string> driven;
  Crew::Options options{
      .name = "crew", .hands = 3, .at_least_every = base::hours(1), .only_when_nudged = true};
};

TEST_CASE_FIXTURE(Fixture, "runNow_drivesEverythingThatIsDue_once") {
  for (int i = 0; i < 50; ++i) add(std::to_string(i));
  Crew crew(options, clock, log, work());
  crew.start();
  CHECK(crew.run_now());
  CHECK(driven.size() == 50);
  CHECK(std::set<std::string>(driven.begin(), driven.end()).size() == 50);
}

// The dead S3 of one request, the dead Slack of another: a third is driven all the same.
TEST_CASE_FIXTURE(Fixture, "aRowThatWaitsForSomebody_holdsUpNoOther") {
  std::latch hanging(2);
  std::latch go_on(1);
  std::latch third(1);
  Crew::Work hangs = work();
  hangs.drive = [&](const auto& one) {
    if (one.key.starts_with("hangs")) {
      hanging.count_down();
      go_on.wait();
    }
    const bool is_well = take(one);
    if (one.key == "third") third.count_down();
    return is_well;
  };
  add("hangs 1");
  add("hangs 2");
  Crew crew(options, clock, log, std::move(hangs));
  crew.start();
  hanging.wait();
  add("third");
  crew.nudge();
  third.wait();  // while the two still hang
  go_on.count_down();
  crew.run_now();
  CHECK(times() == 3);
}

TEST_CASE_FIXTURE(Fixture, "aRowThatStaysDue_restsUntilTheNextNudge") {
  add("stuck");
  Crew::Work stuck = work();
  stuck.drive = [&](const auto& one) {
    take(one);
    add(one.key);
    return false;
  };
  Crew crew(options, clock, log, std::move(stuck));
  crew.start();
  CHECK_FALSE(crew.run_now());
  const size_t once = times();
  CHECK(once <= 3);  // the look at start, ours, and one of what was at work when we came
  CHECK_FALSE(crew.run_now());
  CHECK(times() == once + 1);
}

TEST_CASE_FIXTURE(Fixture, "aRowThatIsWantedWhileItIsAtWork_isLookedAtAgain") {
  std::latch at_work(1);
  std::latch go_on(1);
  Crew::Work slow = work();
  slow.drive = [&](const auto& one) {
    const bool is_well = take(one);
    if (times() == 1) {
      at_work.count_down();
      go_on.wait();
    }
    return is_well;
  };
  add("row");
  Crew crew(options, clock, log, std::move(slow));
  crew.start();
  at_work.wait();
  add("row");  // a click came
  crew.nudge();
  go_on.count_down();
  crew.run_now();
  CHECK(times() == 2);
}

TEST_CASE_FIXTURE(Fixture, "whenTheWorkThrows_thatIsLogged_andTheCrewLives") {
  Crew::Work throws = work();
  throws.drive = [&](const auto& one) {
    take(one);
    if (one.key == "bad") throw std::runtime_error("a library threw");
    return true;
  };
  add("bad");
  add("good");
  Crew crew(options, clock, log, std::move(throws));
  crew.start();
  crew.run_now();
  CHECK(times() == 2);
  CHECK(log.has("a library threw"));
  crew.stop();
  add("late");
  crew.run_now();  // returns at once
  CHECK(times() == 2);
}

}  // namespace
}  // namespace elevator::serve::crew_test
