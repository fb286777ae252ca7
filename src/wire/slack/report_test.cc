#include "wire/slack/report.h"

#include <doctest/doctest.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "tests/support/slack_limits.h"

namespace elevator::wire::slack::report_test {
namespace {

namespace json = boost::json;

TEST_CASE("reportMessage_escapesAndShowsTimesInTheReadersZone") {
  const json::object message =
      report_message("Sweep: <!channel>", {{"ann & bob", base::from_unix_milliseconds(0)}},
                     ButtonSpec{.action_id = "sweep_allow", .label = "Remove", .value = "7"});
  const std::string text = json::serialize(message);
  CHECK(text.find("<!channel>") == std::string::npos);
  CHECK(text.find("ann &amp; bob <!date^0^") != std::string::npos);
  CHECK(text.find("\"action_id\":\"sweep_allow\"") != std::string::npos);
}

TEST_CASE("reportMessage_howeverLong_staysWithinSlacksLimits") {
  const std::vector<ReportText> lines(5000, {std::string(900, '&'), std::nullopt});
  const json::object message = report_message(std::string(9000, 'x'), lines, std::nullopt);
  CHECK(testing::SlackLimits::broken_by_message(message) == std::vector<std::string>());
  // Slack refuses more than some 12,000 characters in all blocks together.
  CHECK(json::serialize(message.at("blocks")).size() < 12'000);
}

}  // namespace
}  // namespace elevator::wire::slack::report_test
