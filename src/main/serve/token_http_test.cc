#include "main/serve/token_http.h"

#include <doctest/doctest.h>

#include "adapters/aws/fake_http_test.h"
#include "main/serve/readiness.h"
#include "main/serve/slack_check.h"
#include "tests/support/recording_logger.h"

namespace elevator::serve::token_http_test {
namespace {

namespace aws = adapters::aws;

constexpr const char* kRefused = R"({"ok":false,"error":"invalid_auth"})";

struct Fixture {
  std::string token_at_aws = "xoxb-1";
  aws::World amazon{[this](const net::Request&) -> base::Result<net::Response> {
    return aws::reply(200, R"({"Parameter":{"Value":")" + token_at_aws + R"("}})");
  }};
  aws::ReferencedSecrets secrets{amazon.client};
  std::string token_of_slack = "xoxb-1";
  aws::FakeHttp slack{[this](const net::Request& request) -> base::Result<net::Response> {
    const bool good = request.headers.get("Authorization") == "Bearer " + token_of_slack;
    return aws::reply(200, good ? R"({"ok":true})" : kRefused);
  }};
  settings::Settings settings = [] {
    settings::Settings out;
    out.slack_bot_token_ref = "ssm:/slack/token";
    return out;
  }();
  TokenHttp http{slack, secrets, settings};

  std::string send() { return http.send({.url = "http://slack/x"}, base::Seconds(1))->body; }
};

TEST_CASE_FIXTURE(Fixture, "send_putsTheTokenIntoEachRequest_readOnce") {
  CHECK(send() == R"({"ok":true})");
  CHECK(send() == R"({"ok":true})");
  CHECK(amazon.http.requests.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "send_whenSlackRefusesTheToken_readsItAgainAndTriesOnce") {
  send();
  token_of_slack = token_at_aws = "xoxb-2";
  CHECK(send() == R"({"ok":true})");
  CHECK(slack.requests.size() == 3);
  CHECK(amazon.http.requests.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "send_whenThereIsNoOtherToken_givesTheRefusalBack") {
  token_of_slack = "xoxb-9";
  CHECK(send() == kRefused);
  CHECK(slack.requests.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "send_whenTheTokenIsGiven_leavesRequestsAlone") {
  settings::Settings plain;
  TokenHttp given(slack, secrets, plain);
  CHECK(given
            .send({.url = "http://slack/x", .headers = {{"Authorization", "Bearer xoxb-1"}}},
                  base::Seconds(1))
            ->body == R"({"ok":true})");
  CHECK(amazon.http.requests.empty());
}

// What Slack says of the channel, and what becomes of it.
base::Status channel_when(const std::string& answer) {
  aws::FakeHttp http([&](const net::Request& request) -> base::Result<net::Response> {
    CHECK(request.url.ends_with("/conversations.info"));
    if (answer.empty()) return base::unavailable("Slack is away");
    return aws::reply(200, answer);
  });
  const base::ManualClock clock(base::from_unix_milliseconds(1'735'786'800'000));
  base::NullMetrics metrics;
  tests::RecordingLogger log;
  adapters::slack::Api api({.base_url = "http://slack/api", .bot_token = base::Secret("xoxb")},
                           {http, clock, log, metrics});
  return check_channel(api, domain::ChannelId::literal("C0ACCESS"), log);
}

TEST_CASE("checkChannel_saysWhatIsWrongAndWhatToDo") {
  CHECK(channel_when(R"({"ok":true,"channel":{"id":"C0ACCESS","is_member":true}})").has_value());
  const auto absent = channel_when(R"({"ok":true,"channel":{"is_member":false}})");
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().message.find("invite it") != std::string::npos);
  CHECK_FALSE(channel_when(R"({"ok":true,"channel":{"is_archived":true}})").has_value());
  const auto unknown = channel_when(R"({"ok":false,"error":"channel_not_found"})");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().message.find("SLACK_CHANNEL_ID") != std::string::npos);
}

TEST_CASE("checkChannel_whenItCannotBeSeen_isNotHeldAgainstIt") {
  CHECK(
      channel_when(R"({"ok":false,"error":"missing_scope","needed":"channels:read"})").has_value());
  CHECK(channel_when(R"({"ok":false,"error":"unknown_method"})").has_value());
  const auto away = channel_when("");
  REQUIRE_FALSE(away.has_value());
  CHECK(is_temporary(away.error()));
}

}  // namespace
}  // namespace elevator::serve::token_http_test
