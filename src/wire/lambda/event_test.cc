// Events that AWS and the existing product send, and others.
#include "wire/lambda/event.h"

#include <doctest/doctest.h>

#include "base/crypto.h"

namespace elevator::wire::lambda::event_test {
namespace {

template <typename Kind>
Kind parsed(std::string_view payload) {
  const auto event = parse_event(payload);
  REQUIRE_MESSAGE(event.has_value(), payload);
  const auto* one = std::get_if<Kind>(&*event);
  REQUIRE_MESSAGE(one != nullptr, payload);
  return *one;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("parseEvent_ofPayload1_isTheRequest") {
  const auto event = parsed<HttpEvent>(R"({"version":"1.0","httpMethod":"POST",
    "path":"/access-requester","headers":{"X-Slack-Signature":"v0=ab","Content-Type":"a/b"},
    "multiValueHeaders":{"X-Slack-Signature":["v0=ab"]},"queryStringParameters":null,
    "requestContext":{"httpMethod":"POST","identity":{}},"body":"payload=%7B%7D",
    "isBase64Encoded":false})");
  CHECK(event.method == "POST");
  CHECK(event.path == "/access-requester");
  CHECK(event.headers == Headers{{"x-slack-signature", "v0=ab"}, {"content-type", "a/b"}});
  CHECK(event.body == "payload=%7B%7D");
}

TEST_CASE("parseEvent_ofPayload2_isTheRequestWithItsBodyDecoded") {
  const auto event = parsed<HttpEvent>(
      R"({"version":"2.0","rawPath":"/","headers":{"x-slack-signature":"v0=ab"},
    "cookies":["a=b"],"requestContext":{"http":{"method":"POST","path":"/default/x"}},
    "body":")" +
      base::to_base64("payload=\xff") + R"(","isBase64Encoded":true})");
  CHECK(event.method == "POST");
  CHECK(event.path == "/default/x");
  CHECK(event.body == "payload=\xff");
}

TEST_CASE("parseEvent_whenPartsOfTheRequestAreMissing_isARequestWithoutThem") {
  const auto event = parsed<HttpEvent>(R"({"requestContext":{}})");
  CHECK(event.method.empty());
  CHECK(event.body.empty());
  CHECK(parsed<HttpEvent>(R"({"requestContext":{"http":{"method":1}},"headers":[],"body":{}})")
            .headers.empty());
  CHECK_FALSE(parse_event(R"({"requestContext":{},"body":"*","isBase64Encoded":true})"));
}

TEST_CASE("parseEvent_ofASelfInvocationOfTheExistingProduct_isNoRequest") {
  const auto event = parsed<SelfInvocation>(R"({"version":"1.0","method":"NONE",
    "headers":{"X-Slack-Bolt-Lazy-Only":"1","x-slack-bolt-lazy-function-name":"handle_button_click",
    "cookie":[]},"requestContext":{"httpMethod":"POST"},"body":"payload=%7B%7D",
    "isBase64Encoded":false})");
  CHECK(event.function == "handle_button_click");
}

TEST_CASE("parseEvent_ofASchedule_isItsAction") {
  CHECK(parsed<ScheduledCall>(R"({"action":"reconcile"})").action == "reconcile");
  CHECK(parsed<ScheduledCall>(R"({"action":"event_bridge_revoke","revoke_event":"{}"})").action ==
        "event_bridge_revoke");
  CHECK(parsed<ScheduledCall>(R"({"action":1})").action.empty());
}

std::string trail(const std::string& name, const std::string& parameters,
                  const std::string& more = "") {
  return R"({"detail-type":"AWS API Call via CloudTrail","source":"aws.sso","detail":{)"
         R"("eventName":")" +
         name + R"(","requestParameters":)" + parameters + more + "}}";
}

constexpr const char* kAccountParameters =
    R"({"instanceArn":"arn:aws:sso:::instance/ssoins-1234567890abcdef",
    "targetId":"111111111111","targetType":"AWS_ACCOUNT","principalType":"USER",
    "permissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef",
    "principalId":"1234567890-11111111-2222-3333-4444-555555555555"})";

TEST_CASE("parseEvent_ofCloudTrail_isTheAccessThatChanged") {
  const auto event = parsed<AccessChanged>(trail("CreateAccountAssignment", kAccountParameters));
  REQUIRE(event.assignment);
  const auto* account = std::get_if<domain::AccountAssignment>(&*event.assignment);
  REQUIRE(account != nullptr);
  CHECK(account->account.str() == "111111111111");

  CHECK(parsed<AccessChanged>(trail("DeleteAccountAssignment", kAccountParameters)).assignment ==
        event.assignment);

  const auto joined = parsed<AccessChanged>(trail("CreateGroupMembership", R"({
    "identityStoreId":"d-1234567890","groupId":"11111111-2222-3333-4444-555555555555",
    "memberId":{"userId":"1234567890-11111111-2222-3333-4444-555555555555"}})"));
  REQUIRE(joined.assignment);
  CHECK(std::holds_alternative<domain::GroupMembership>(*joined.assignment));
}

TEST_CASE("parseEvent_ofCloudTrail_whenFactsAreHiddenOrItFailed_namesNoAccess") {
  CHECK_FALSE(
      parsed<AccessChanged>(trail("AddMemberToGroup", R"({"groupId":"HIDDEN"})")).assignment);
  CHECK_FALSE(parsed<AccessChanged>(trail("CreateAccountAssignment", "null")).assignment);
  CHECK_FALSE(parsed<AccessChanged>(trail("DeleteGroupMembership", R"({"membershipId":"HIDDEN"})"))
                  .assignment);
  const std::string of_a_group = R"({"principalType":"GROUP"})";
  CHECK_FALSE(parsed<AccessChanged>(trail("CreateAccountAssignment", of_a_group)).assignment);
  CHECK(parsed<OtherTrail>(
            trail("CreateAccountAssignment", kAccountParameters, R"(,"errorCode":"Denied")"))
            .event == "CreateAccountAssignment");
  CHECK(parsed<OtherTrail>(trail("DeletePermissionSet", kAccountParameters)).event ==
        "DeletePermissionSet");
}

TEST_CASE("parseEvent_ofAnythingElse_isRefused") {
  for (const std::string_view payload :
       {"", "null", "[]", "{}", "{\"action\":null}", "{\"Records\":[]}", "{\"requestContext\":1}",
        "{\"detail-type\":\"AWS API Call via CloudTrail\"}"}) {
    CHECK_FALSE(parse_event(payload));
  }
}

}  // namespace
}  // namespace elevator::wire::lambda::event_test
