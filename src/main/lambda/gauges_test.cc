// The line from which CloudWatch reads what alarms look at.
#include "main/lambda/gauges.h"

#include <doctest/doctest.h>

#include "tests/support/recording_logger.h"

namespace elevator::lambda::gauges_test {
namespace {

TEST_CASE("gauges_areKeysOfOneLine") {
  tests::RecordingLogger log;
  Gauges gauges;
  gauges.gauge("sso_elevator_grants_live", 3, {});
  gauges.gauge("sso_elevator_revocations_overdue", 1, {});
  gauges.gauge("sso_elevator_revocation_oldest_overdue_seconds", 61.5, {});
  gauges.count("sso_elevator_steps_total", {}, 1);
  CHECK(gauges.write(log));
  const std::string line = log.text();
  CAPTURE(line);
  CHECK(line.find("\"sso_elevator_grants_live\":3") != std::string::npos);
  CHECK(line.find("\"sso_elevator_revocations_overdue\":1") != std::string::npos);
  CHECK(line.find("\"sso_elevator_requests_pending\":0") != std::string::npos);
  CHECK(line.find("\"sso_elevator_revocation_oldest_overdue_seconds\":61") != std::string::npos);
}

TEST_CASE("gauges_whenTheGrantsCouldNotBeRead_neverSayThatNothingIsOverdue") {
  base::NullLogger before;
  tests::RecordingLogger log;
  Gauges gauges;
  gauges.gauge("sso_elevator_revocations_overdue", 2, {});
  CHECK(gauges.write(before));
  CHECK_FALSE(gauges.write(log));
  CHECK(log.has("grants_not_counted"));
  CHECK_FALSE(log.has("overdue"));
}

}  // namespace
}  // namespace elevator::lambda::gauges_test
