#include "wire/slack/signature.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace elevator::wire::slack::signature_test {
namespace {

using base::Secret;

const base::TimePoint kNow = base::from_unix_milliseconds(1'531'420'618'000);

// The worked example of Slack's page on verifying requests.
constexpr std::string_view kExampleBody =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
    "channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
    "response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%"
    "2F96rGlfmibIGl"
    "gcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
constexpr std::string_view kExampleSignature =
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

Secret example_secret() { return Secret("8f742231b10e8888abcd99yyyzzz85a5"); }

base::Status verify_at(std::int64_t seconds_from_now) {
  const std::string timestamp = std::to_string(1'531'420'618 + seconds_from_now);
  const std::string signature = sign(example_secret(), timestamp, "body");
  return verify({example_secret()}, {timestamp, signature, "body"}, kNow);
}

TEST_CASE("sign_ofSlacksExample_matchesTheirPage") {
  CHECK(sign(example_secret(), "1531420618", kExampleBody) == kExampleSignature);
  CHECK(verify({example_secret()}, {"1531420618", kExampleSignature, kExampleBody}, kNow));
}

TEST_CASE("verify_atTheEdgesOfTheWindow") {
  for (const int seconds : {0, 299, 300}) {
    CHECK(verify_at(seconds));
    CHECK(verify_at(-seconds));
  }
  CHECK_FALSE(verify_at(301));
  CHECK_FALSE(verify_at(-301));
}

TEST_CASE("verify_countsMillisecondsOfOurClock") {
  const std::string signature = sign(example_secret(), "1531420318", "body");
  const SignedRequest request{"1531420318", signature, "body"};
  CHECK(verify({example_secret()}, request, kNow));
  CHECK_FALSE(verify({example_secret()}, request, kNow + base::Milliseconds(1)));
}

TEST_CASE("verify_whenTimestampIsNotPlainDigits_isDenied") {
  for (const char* timestamp : {"", " 1531420618", "+1531420618", "-1", "1531420618 ", "1e9",
                                "1531420618.5", "99999999999999999999", "9999999999999"}) {
    const std::string signature = sign(example_secret(), timestamp, "body");
    const auto status = verify({example_secret()}, {timestamp, signature, "body"}, kNow);
    REQUIRE_FALSE(status);
    CHECK(status.error().kind == base::Kind::kDenied);
  }
}

TEST_CASE("verify_duringRotation_acceptsEitherSecret") {
  const Secret old_secret("old");
  const Secret new_secret("new");
  const std::string signature = sign(old_secret, "1531420618", "body");
  const SignedRequest request{"1531420618", signature, "body"};
  CHECK(verify({new_secret, old_secret}, request, kNow));
  CHECK(verify({old_secret, new_secret}, request, kNow));
  CHECK_FALSE(verify({new_secret}, request, kNow));
}

TEST_CASE("verify_withoutUsableSecret_isDenied") {
  const std::string signature = sign(Secret(""), "1531420618", "body");
  CHECK_FALSE(verify({}, {"1531420618", signature, "body"}, kNow));
  CHECK_FALSE(verify({Secret("")}, {"1531420618", signature, "body"}, kNow));
}

TEST_CASE("verify_whenAnyByteIsChanged_isDenied") {
  rc::check([] {
    std::string body = *rc::gen::nonEmpty<std::string>();
    const std::string signature = sign(example_secret(), "1531420618", body);
    RC_ASSERT(verify({example_secret()}, {"1531420618", signature, body}, kNow).has_value());
    std::string tampered = signature;
    tampered[*rc::gen::inRange<size_t>(0, tampered.size())] ^= 1;
    RC_ASSERT_FALSE(verify({example_secret()}, {"1531420618", tampered, body}, kNow).has_value());
    body[*rc::gen::inRange<size_t>(0, body.size())] ^= 1;
    RC_ASSERT_FALSE(verify({example_secret()}, {"1531420618", signature, body}, kNow).has_value());
  });
}

TEST_CASE("verify_whenSignatureIsMissingOrOfAnotherVersion_isDenied") {
  const std::string signature = sign(example_secret(), "1531420618", "body");
  CHECK_FALSE(verify({example_secret()}, {"1531420618", "", "body"}, kNow));
  CHECK_FALSE(
      verify({example_secret()}, {"1531420618", "v1=" + signature.substr(3), "body"}, kNow));
  CHECK_FALSE(verify({example_secret()}, {"1531420618", signature.substr(3), "body"}, kNow));
  CHECK_FALSE(verify({example_secret()}, {"1531420618", signature + "0", "body"}, kNow));
}

}  // namespace
}  // namespace elevator::wire::slack::signature_test
