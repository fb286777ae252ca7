#include "adapters/aws/client.h"

#include <doctest/doctest.h>

#include "adapters/aws/fake_http_test.h"
#include "adapters/aws/http_date.h"
#include "wire/aws/identity_store.h"
#include "wire/aws/organizations.h"
#include "wire/aws/sso_admin.h"

namespace elevator::adapters::aws::client_test {
namespace {

namespace sso = wire::aws::sso_admin;
using base::Effect;
using base::Kind;

const std::string kNoInstances = R"({"Instances":[]})";
const std::string kStarted =
    R"({"AccountAssignmentCreationStatus":{"Status":"IN_PROGRESS","RequestId":"r-1"}})";

// Answers with the given replies in order, then with the last one for ever.
FakeHttp::Answer in_order(std::vector<base::Result<net::Response>> replies) {
  return [replies, next = size_t{0}](const net::Request&) mutable {
    const size_t at = std::min(next++, replies.size() - 1);
    return replies[at];
  };
}

base::Error lost() { return base::unavailable("the connection broke", Effect::kUnknown); }

TEST_CASE("call_whenAnswered_signsForTheServiceAndCounts") {
  World world(in_order({reply(200, kNoInstances)}));
  const auto answer = world.client.call<sso::ListInstances>({});
  REQUIRE(answer.has_value());
  REQUIRE(world.http.requests.size() == 1);
  const net::Request& request = world.http.requests[0];
  CHECK(request.url == "https://sso.eu-central-1.amazonaws.com/");
  CHECK(request.method == "POST");
  CHECK(request.headers.get("X-Amz-Target") == "SWBExternalService.ListInstances");
  CHECK(request.headers.get("X-Amz-Date") == "20260301T120000Z");
  CHECK(request.headers.get("Authorization")
            .starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/eu-central-1/sso/"));
  CHECK(world.metrics.counts["sso_elevator_aws_calls_total|operation=sso:ListInstances|"
                             "result=ok"] == 1);
}

TEST_CASE("call_globalServiceInEachPartition_usesItsHomeRegion") {
  struct Case {
    std::string region, url, scope;
  };
  for (const auto& [region, url, scope] :
       {Case{"eu-central-1", "https://organizations.us-east-1.amazonaws.com/", "/us-east-1/"},
        Case{"cn-north-1", "https://organizations.cn-northwest-1.amazonaws.com.cn/",
             "/cn-northwest-1/"},
        Case{"us-gov-east-1", "https://organizations.us-gov-west-1.amazonaws.com/",
             "/us-gov-west-1/"}}) {
    World world(in_order({reply(200, R"({"Accounts":[]})")}));
    Client client(Endpoints(region, {}), {world.http, world.credentials, world.clock, world.waiter,
                                          world.metrics, world.log});
    CHECK(client.call<wire::aws::organizations::ListAccounts>({}).has_value());
    CHECK(world.http.requests[0].url == url);
    CHECK(world.http.requests[0].headers.get("Authorization").find(scope) !=
          std::string_view::npos);
  }
}

TEST_CASE("call_endpointOverrides_theServiceWinsOverTheGeneral") {
  Environment environment = World::keys();
  environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:5000/";
  environment["AWS_ENDPOINT_URL_SSO_ADMIN"] = "http://127.0.0.1:6000/aws";
  World world(in_order({reply(200, R"({"Instances":[],"Accounts":[]})")}), environment);
  CHECK(world.client.call<sso::ListInstances>({}).has_value());
  CHECK(world.client.call<wire::aws::organizations::ListAccounts>({}).has_value());
  CHECK(world.http.requests[0].url == "http://127.0.0.1:6000/aws/");
  CHECK(world.http.requests[1].url == "http://127.0.0.1:5000/");
}

TEST_CASE("call_throttledForMinutes_keepsTryingInsideItsBudgetAndNeverLonger") {
  World world(in_order({error_reply(400, "ThrottlingException")}));
  const base::TimePoint start = world.clock.now();
  const auto answer = world.client.call<sso::ListInstances>({}, {.budget = base::minutes(5)});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == Kind::kThrottled);
  CHECK(answer.error().effect == Effect::kNone);
  CHECK(world.http.requests.size() > 10);
  CHECK(world.http.requests.size() < 60);  // the pauses grow
  CHECK(world.clock.now() - start < base::minutes(5));
  CHECK(world.clock.now() - start > base::minutes(4));
}

TEST_CASE("call_throttledThenServed_succeedsEvenForWrites") {
  World world(in_order({error_reply(400, "ThrottlingException"),
                        error_reply(429, "TooManyRequestsException"), reply(200, kStarted)}));
  const auto answer = world.client.call<sso::CreateAccountAssignment>({});
  REQUIRE(answer.has_value());
  CHECK(answer->status.request_id == "r-1");
  CHECK(world.http.requests.size() == 3);
}

TEST_CASE("call_lostAnswer_readsAreRepeatedAndWritesAreNot") {
  World reading(
      in_order({lost(), error_reply(500, "InternalServerException"), reply(200, kNoInstances)}));
  CHECK(reading.client.call<sso::ListInstances>({}).has_value());
  CHECK(reading.http.requests.size() == 3);

  for (const base::Result<net::Response>& failure :
       {base::Result<net::Response>(lost()),
        base::Result<net::Response>(error_reply(500, "InternalServerException")),
        base::Result<net::Response>(reply(200, "{}")),
        base::Result<net::Response>(reply(200, "<html>"))}) {
    World writing(in_order({failure, reply(200, kStarted)}));
    const auto answer = writing.client.call<sso::CreateAccountAssignment>({});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().effect == Effect::kUnknown);
    CHECK(writing.http.requests.size() == 1);
  }
}

TEST_CASE("call_writeThatSurelyWasNotSent_isRepeated") {
  World world(in_order({base::unavailable("connection refused"), reply(200, kStarted)}));
  CHECK(world.client.call<sso::CreateAccountAssignment>({}).has_value());
  CHECK(world.http.requests.size() == 2);
}

TEST_CASE("call_refusals_areNotRepeated") {
  for (const char* code : {"AccessDeniedException", "ValidationException", "ConflictException",
                           "ResourceNotFoundException"}) {
    World world(in_order({error_reply(400, code)}));
    CHECK_FALSE(world.client.call<sso::CreateAccountAssignment>({}).has_value());
    CHECK(world.http.requests.size() == 1);
  }
}

TEST_CASE("call_retryAfter_isHonoured") {
  World world(in_order({reply(429, "", {{"Retry-After", "7"}}), reply(200, kNoInstances)}));
  CHECK(world.client.call<sso::ListInstances>({}).has_value());
  CHECK(world.waiter.waited >= base::Seconds(7));
}

// The deadline is checked immediately before a create is sent (I3), also between attempts.
TEST_CASE("call_notAfter_nothingIsSentOnceItHasPassed") {
  World world(in_order({error_reply(400, "ThrottlingException")}));
  const base::TimePoint start = world.clock.now();
  const auto late = world.client.call<sso::CreateAccountAssignment>({}, {.not_after = start});
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().kind == Kind::kTimeout);
  CHECK(late.error().effect == Effect::kNone);
  CHECK(world.http.requests.empty());

  bool sent_late = false;
  World throttled([&](const net::Request&) -> base::Result<net::Response> {
    sent_late |= throttled.clock.now() >= start + base::Seconds(3);
    return error_reply(400, "ThrottlingException");
  });
  CHECK_FALSE(throttled.client
                  .call<sso::CreateAccountAssignment>(
                      {}, {.budget = base::minutes(5), .not_after = start + base::Seconds(3)})
                  .has_value());
  CHECK(throttled.http.requests.size() > 1);
  CHECK_FALSE(sent_late);
  for (const auto budget : throttled.http.budgets) CHECK(budget <= base::Seconds(3));
}

TEST_CASE("call_clockSkew_isLearntFromTheDateHeaderOnce") {
  World world([&](const net::Request& request) -> base::Result<net::Response> {
    if (request.headers.get("X-Amz-Date") == "20260301T130000Z") return reply(200, kNoInstances);
    net::Response refusal = error_reply(403, "InvalidSignatureException");
    refusal.headers.add("Date", "Sun, 01 Mar 2026 13:00:00 GMT");
    return refusal;
  });
  CHECK(world.client.call<sso::ListInstances>({}).has_value());
  CHECK(world.http.requests.size() == 2);
  CHECK(world.client.call<sso::ListInstances>({}).has_value());
  CHECK(world.http.requests.size() == 3);

  World wrong_key([&](const net::Request&) -> base::Result<net::Response> {
    net::Response refusal = error_reply(403, "InvalidSignatureException");
    refusal.headers.add("Date", "Sun, 01 Mar 2026 12:00:01 GMT");
    return refusal;
  });
  CHECK_FALSE(wrong_key.client.call<sso::ListInstances>({}).has_value());
  CHECK(wrong_key.http.requests.size() == 1);
}

class RotatingCredentials final : public CredentialsProvider {
 public:
  base::Result<ExpiringCredentials> load() override {
    return ExpiringCredentials{{"KEY" + std::to_string(++loads), base::Secret("s"), base::Secret()},
                               std::nullopt};
  }
  int loads = 0;
};

TEST_CASE("call_expiredCredentials_areLoadedAgainAndTheCallRepeated") {
  World world([&](const net::Request& request) -> base::Result<net::Response> {
    const bool fresh = request.headers.get("Authorization").find("KEY2/") != std::string_view::npos;
    return fresh ? reply(200, kStarted) : error_reply(403, "ExpiredTokenException");
  });
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::make_unique<RotatingCredentials>());
  CredentialsChain chain(std::move(providers), world.clock);
  Client client(Endpoints("us-east-1", {}),
                {world.http, chain, world.clock, world.waiter, world.metrics, world.log});
  CHECK(client.call<sso::CreateAccountAssignment>({}).has_value());
  CHECK(world.http.requests.size() == 2);
}

TEST_CASE("call_whenAwsRefusesTheKey_theChainRemembersUntilAwsTakesOne") {
  bool accepts = false;
  World world([&](const net::Request&) -> base::Result<net::Response> {
    return accepts ? reply(200, kStarted) : error_reply(403, "ExpiredTokenException");
  });
  CHECK_FALSE(world.credentials.trouble().has_value());
  CHECK_FALSE(world.client.call<sso::CreateAccountAssignment>({}).has_value());
  const auto trouble = world.credentials.trouble();
  REQUIRE(trouble.has_value());
  CHECK(trouble->find("AKIDEXAMPLE") != std::string::npos);
  CHECK(trouble->find("secret\"") == std::string::npos);
  accepts = true;
  CHECK(world.client.call<sso::CreateAccountAssignment>({}).has_value());
  CHECK_FALSE(world.credentials.trouble().has_value());
}

TEST_CASE("call_afterStop_sendsNothingAndDoesNotWait") {
  World world([](const net::Request&) -> base::Result<net::Response> {
    return base::unavailable("AWS is away");
  });
  world.client.stop();
  const auto result = world.client.call<sso::ListInstances>({});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().effect == base::Effect::kNone);
  CHECK(result.error().retry == base::Retry::kBackoff);
  CHECK(world.http.requests.empty());
  CHECK(world.waiter.waited == base::Milliseconds(0));
}

TEST_CASE("call_stoppedWhileItRuns_isNotRepeated") {
  Client* client = nullptr;
  World world([&](const net::Request&) -> base::Result<net::Response> {
    client->stop();
    return base::unavailable("given up");
  });
  client = &world.client;
  CHECK_FALSE(world.client.call<sso::ListInstances>({}).has_value());
  CHECK(world.http.requests.size() == 1);
}

TEST_CASE("call_withoutRegionOrCredentials_saysWhatToSet") {
  World world(in_order({reply(200, kNoInstances)}), {});
  const auto no_keys = world.client.call<sso::ListInstances>({});
  REQUIRE_FALSE(no_keys.has_value());
  CHECK(no_keys.error().message.find("AWS_ACCESS_KEY_ID") != std::string::npos);
  CHECK(world.credentials.trouble() == no_keys.error().message);
  Client client(Endpoints("", {}), {world.http, world.credentials, world.clock, world.waiter,
                                    world.metrics, world.log});
  const auto no_region = client.call<sso::ListInstances>({});
  REQUIRE_FALSE(no_region.has_value());
  CHECK(no_region.error().message.find("AWS_REGION") != std::string::npos);
  CHECK(world.http.requests.empty());
}

TEST_CASE("call_manyAtOnce_staysUnderTheSharedRateOfIdentityCenter") {
  World world(in_order({reply(200, R"({"Instances":[],"Users":[]})")}));
  std::vector<base::TimePoint> sent;
  for (int i = 0; i < 60; ++i) {
    if (i % 2 == 0) {
      CHECK(world.client.call<sso::ListInstances>({}).has_value());
    } else {
      CHECK(world.client.call<wire::aws::identity_store::ListUsers>({}).has_value());
    }
    sent.push_back(world.clock.now());
  }
  for (size_t i = 0; i + 20 < sent.size(); ++i) {
    CHECK(sent[i + 20] - sent[i] >= base::Milliseconds(1000));
  }
}

TEST_CASE("acquire_whenTheWaitIsLongerThanTheDeadline_refusesAtOnce") {
  base::ManualClock clock(*base::parse_rfc3339("2026-03-01T12:00:00Z"));
  ClockMovingWaiter waiter(clock);
  RateLimiter limiter({.per_second = 0.1, .burst = 1}, clock, waiter);
  CHECK(limiter.acquire(Priority::kList, clock.now()).has_value());
  const auto refused = limiter.acquire(Priority::kRevoke, clock.now());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == Kind::kThrottled);
  CHECK(limiter.acquire(Priority::kRevoke, clock.now() + base::Seconds(20)).has_value());
}

// While a revocation waits, the next token is its own: a listing that comes by gets none.
TEST_CASE("acquire_whileARevocationWaits_listingsStandBack") {
  base::ManualClock clock(*base::parse_rfc3339("2026-03-01T12:00:00Z"));
  struct Interrupting final : Waiter {
    base::ManualClock& clock;
    RateLimiter* limiter = nullptr;
    bool inside = false;
    int listings_served = 0;
    explicit Interrupting(base::ManualClock& c) : clock(c) {}
    void wait(base::Milliseconds time) override {
      clock.advance(time);
      if (inside) return;
      inside = true;
      if (limiter->acquire(Priority::kList, clock.now())) ++listings_served;
      inside = false;
    }
  } waiter(clock);
  RateLimiter limiter({.per_second = 1, .burst = 1}, clock, waiter);
  waiter.limiter = &limiter;
  CHECK(limiter.acquire(Priority::kGrant, clock.now()).has_value());
  CHECK(limiter.acquire(Priority::kRevoke, clock.now() + base::Seconds(10)).has_value());
  CHECK(waiter.listings_served == 0);
}

TEST_CASE("parse_http_date_knowsTheOneForm") {
  CHECK(*parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") ==
        *base::parse_rfc3339("1994-11-06T08:49:37Z"));
  for (const char* bad : {"", "Sun, 06 Nov 1994 08:49:37 CET", "Sunday, 06-Nov-94 08:49:37 GMT",
                          "Sun, 06 ovD 1994 08:49:37 GMT", "Sun, xx Nov 1994 08:49:37 GMT"}) {
    CHECK_FALSE(parse_http_date(bad).has_value());
  }
}

// Whoever reads the log finds AWS's own words, and the id that AWS's support asks for.
TEST_CASE("call_whenAwsRefuses_isLoggedOnceAMinuteWithAwsOwnId") {
  auto refusal = error_reply(400, "AccessDeniedException");
  refusal.headers.add("x-amzn-RequestId", "aws-1");
  World world(in_order({refusal}));
  CHECK_FALSE(world.client.call<sso::ListInstances>({}).has_value());
  for (const char* part : {R"("event":"aws_call_failed")", R"("operation":"sso:ListInstances")",
                           R"("code":"AccessDeniedException")", R"("aws_request_id":"aws-1")",
                           R"("kind":"denied")", "words"}) {
    CHECK_MESSAGE(world.log.has(part), world.log.text());
  }
  CHECK_FALSE(world.log.has("secret"));
  const std::string told = world.log.text();
  CHECK_FALSE(world.client.call<sso::ListInstances>({}).has_value());
  CHECK(world.log.text() == told);
  world.clock.advance(base::minutes(1));
  CHECK_FALSE(world.client.call<sso::ListInstances>({}).has_value());
  CHECK(world.log.has(R"("repeated":1)"));
}

TEST_CASE("call_whenAwsHasNoSuchThing_isNotLogged") {
  World world(in_order({error_reply(400, "ResourceNotFoundException")}));
  const auto answer = world.client.call<wire::aws::identity_store::GetUserId>({});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == Kind::kNotFound);
  CHECK(world.log.text().empty());
}

}  // namespace
}  // namespace elevator::adapters::aws::client_test
