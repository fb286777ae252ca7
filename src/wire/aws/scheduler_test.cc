#include "wire/aws/scheduler.h"

#include <doctest/doctest.h>

#include "wire/aws/error.h"

namespace elevator::wire::aws::scheduler::scheduler_test {
namespace {

using base::Kind;

constexpr std::string_view kHost = "scheduler.eu-central-1.amazonaws.com";

// The request syntax of each page of the API reference.
TEST_CASE("createRequest_hasTheNameInThePathAndTheRestInTheBody") {
  CreateSchedule schedule;
  schedule.group = "group";
  schedule.expression = "at(2025-01-02T03:04:05)";
  schedule.client_token = "token";
  schedule.target = {.arn = "arn:f",
                     .role_arn = "arn:r",
                     .input = "{}",
                     .dead_letters = DeadLetterConfig{"arn:q"},
                     .retry = RetryPolicy{86400, 185}};
  const SignableRequest request = create_request(kHost, "name", schedule);
  CHECK(request.method == "POST");
  CHECK(request.path == "/schedules/name");
  CHECK(request.query.empty());
  CHECK(find_header(request.headers, "Host") == kHost);
  CHECK(find_header(request.headers, "Content-Type") == "application/json");
  CHECK(request.body ==
        R"j({"GroupName":"group","ScheduleExpression":"at(2025-01-02T03:04:05)",)j"
        R"("ScheduleExpressionTimezone":"UTC","FlexibleTimeWindow":{"Mode":"OFF"},)"
        R"("Target":{"Arn":"arn:f","RoleArn":"arn:r","Input":"{}",)"
        R"("DeadLetterConfig":{"Arn":"arn:q"},)"
        R"("RetryPolicy":{"MaximumEventAgeInSeconds":86400,"MaximumRetryAttempts":185}},)"
        R"("ActionAfterCompletion":"DELETE","State":"ENABLED","ClientToken":"token"})");
}

TEST_CASE("otherRequests_haveEverythingInTheQuery") {
  const SignableRequest get = get_request(kHost, "a group", "name");
  CHECK(get.method == "GET");
  CHECK(get.path == "/schedules/name");
  CHECK(get.query == "groupName=a%20group");
  const SignableRequest remove = delete_request(kHost, "group", "name", "token");
  CHECK(remove.method == "DELETE");
  CHECK(remove.path == "/schedules/name");
  CHECK(remove.query == "clientToken=token&groupName=group");
  CHECK(remove.body.empty());
  const SignableRequest first = list_request(kHost, "group", "");
  CHECK(first.path == "/schedules");
  CHECK(first.query == "MaxResults=100&ScheduleGroup=group");
  CHECK(list_request(kHost, "group", "a+b").query ==
        "MaxResults=100&NextToken=a%2Bb&ScheduleGroup=group");
}

TEST_CASE("atExpression_isNeverBeforeTheMoment") {
  CHECK(at_expression(*base::parse_rfc3339("2025-01-02T03:04:05Z")) == "at(2025-01-02T03:04:05)");
  CHECK(at_expression(*base::parse_rfc3339("2025-01-02T03:04:05.001Z")) ==
        "at(2025-01-02T03:04:06)");
}

TEST_CASE("momentOf_whatIsNotAMomentInUtc_isRefused") {
  const auto schedule = [](const std::string& expression, std::optional<std::string> zone) {
    return Schedule{.name = "x",
                    .expression = expression,
                    .time_zone = std::move(zone),
                    .state = {},
                    .target = {}};
  };
  const auto expected = *base::parse_rfc3339("2025-01-02T03:04:05Z");
  CHECK(*moment_of(schedule("at(2025-01-02T03:04:05)", {})) == expected);
  CHECK(*moment_of(schedule("at(2025-01-02T03:04:05)", "UTC")) == expected);
  CHECK(*moment_of(schedule(at_expression(expected), "Etc/UTC")) == expected);
  for (const char* text :
       {"rate(1 hour)", "at()", "at(2025-01-02)", "at(2025-01-02T03:04:05", "", "at(soon)"}) {
    CAPTURE(text);
    CHECK(moment_of(schedule(text, {})).error().kind == Kind::kCorrupt);
  }
  CHECK_FALSE(moment_of(schedule("at(2025-01-02T03:04:05)", "Europe/Berlin")));
}

TEST_CASE("answers_areReadAsFarAsTheyMatter") {
  const auto schedule = decode<Schedule>(
      R"j({"Arn":"x","CreationDate":1.7e9,"Name":"n","ScheduleExpression":"at(x)","State":"ENABLED",)j"
      R"("Target":{"Arn":"f","RoleArn":"r","Input":"{}","RetryPolicy":{)"
      R"("MaximumEventAgeInSeconds":60,"MaximumRetryAttempts":0}}})");
  REQUIRE(schedule);
  CHECK(schedule->target.input == "{}");
  CHECK(schedule->target.retry->maximum_attempts == 0);
  CHECK_FALSE(schedule->time_zone);
  const auto page = decode<SchedulePage>(R"({"Schedules":[{"Name":"n","State":"ENABLED"}]})");
  REQUIRE(page);
  CHECK(page->schedules.at(0).name == "n");
  CHECK_FALSE(page->next_token);
  // An absent list is not an empty one.
  CHECK_FALSE(decode<SchedulePage>("{}"));
}

}  // namespace
}  // namespace elevator::wire::aws::scheduler::scheduler_test
