#include "main/serve/readiness.h"

#include <doctest/doctest.h>

#include "main/serve/start_checks.h"
#include "tests/support/recording_logger.h"

namespace elevator::serve::readiness_test {
namespace {

using Weight = Readiness::Weight;

const base::Error kTemporary = base::unavailable("the network is away");
const base::Error kWrong = base::invalid("the channel is archived: give another");

struct Fixture {
  base::ManualClock clock{*base::parse_rfc3339("2025-01-02T12:00:00Z")};
  Readiness readiness{clock};
  tests::RecordingLogger log;
};

TEST_CASE_FIXTURE(Fixture, "readiness_whenNothingIsWrong_isReady") {
  CHECK(to_json(readiness.troubles()) == R"({"ready":true,"problems":[],"warnings":[]})");
}

TEST_CASE_FIXTURE(Fixture, "readiness_whenSomethingBlocks_saysWhatAndSinceWhen") {
  readiness.note("slack", kWrong);
  clock.advance(base::minutes(3));
  readiness.note("slack", kWrong);  // still: the time of the first sight stays
  CHECK(to_json(readiness.troubles()) ==
        R"({"ready":false,"problems":[{"check":"slack","says":)"
        R"("the channel is archived: give another","since":"2025-01-02T12:00:00Z"}],)"
        R"("warnings":[]})");
  readiness.note("slack", {});
  CHECK(is_ready(readiness.troubles()));
}

TEST_CASE_FIXTURE(Fixture, "readiness_whenTroubleIsTemporary_warnsAndStaysReady") {
  readiness.note("slack", kTemporary);
  CHECK(is_ready(readiness.troubles()));
  CHECK(to_json(readiness.troubles()).find("the network is away") != std::string::npos);
}

TEST_CASE("isTemporary_isWhatMayBeOverInAMinute") {
  for (const auto kind : {base::Kind::kThrottled, base::Kind::kUnavailable, base::Kind::kTimeout}) {
    CHECK(is_temporary(base::Error{kind, ""}));
  }
  for (const auto kind : {base::Kind::kInvalid, base::Kind::kNotFound, base::Kind::kDenied,
                          base::Kind::kCorrupt, base::Kind::kInternal, base::Kind::kConflict}) {
    CHECK_FALSE(is_temporary(base::Error{kind, ""}));
  }
}

TEST_CASE_FIXTURE(Fixture, "startChecks_runAllInOrder_andReportEverythingAtOnce") {
  std::string order;
  const auto check = [&](const char* name, base::Status status, const char* needs = "") {
    return StartCheck{name,
                      [&order, name, status] {
                        order += name;
                        return status;
                      },
                      needs};
  };
  const auto troubles = run_start_checks(
      {check("a", kWrong), check("b", {}), check("c", kTemporary), check("d", kWrong)}, readiness);
  CHECK(order == "abcd");
  CHECK(reasons_not_to_start(troubles, false) ==
        "  a: the channel is archived: give another\n  d: the channel is archived: give another\n");
  CHECK(readiness.troubles().size() == 3);
  CHECK(log.text().empty());  // whoever does not start prints the reasons, once
  log_start_troubles(troubles, log);
  CHECK(log.has("start_check_failed"));
}

TEST_CASE_FIXTURE(Fixture, "startChecks_whenAnotherCheckFailed_doNotRepeatItsNews") {
  bool ran = false;
  const auto second = [&]() -> base::Status {
    ran = true;
    return kWrong;
  };
  const auto troubles = run_start_checks(
      {{"slack", [] { return base::Status(kWrong); }}, {"slack channel", second, "slack"}},
      readiness);
  CHECK_FALSE(ran);
  CHECK(troubles.size() == 1);
}

// A check that was not tried is no ground for the next one either.
TEST_CASE_FIXTURE(Fixture, "startChecks_whenACheckFailed_skipAlsoWhatNeedsWhatWasSkipped") {
  std::string ran;
  const auto check = [&](const char* name, base::Status status, const char* needs) {
    return StartCheck{name,
                      [&ran, name, status] {
                        ran += name;
                        return status;
                      },
                      needs};
  };
  const auto troubles = run_start_checks({check("a", kWrong, ""), check("b", kWrong, "a"),
                                          check("c", kWrong, "b"), check("d", {}, "")},
                                         readiness);
  CHECK(ran == "ad");
  CHECK(troubles.size() == 1);
  CHECK(readiness.troubles().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "startChecks_whenSomebodyHasAccess_nothingIsAReasonNotToStart") {
  const std::vector<StartTrouble> troubles = {{"rules", kWrong}, {"slack", kTemporary}};
  CHECK(reasons_not_to_start(troubles, false) ==
        "  rules: the channel is archived: give another\n");
  CHECK(reasons_not_to_start(troubles, true).empty());
}

}  // namespace
}  // namespace elevator::serve::readiness_test
