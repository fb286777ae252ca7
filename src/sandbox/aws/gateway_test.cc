#include "sandbox/aws/gateway.h"

#include "base/crypto.h"
#include "sandbox/aws/ask_test.h"
#include "wire/aws/error.h"
#include "wire/aws/operation.h"
#include "wire/aws/s3.h"

namespace elevator::sandbox::aws::gateway_test {
namespace {

namespace wire = elevator::wire::aws;
using base::Seconds;

constexpr char kKey[] = "AKIDSANDBOX";

struct Front : Small {
  explicit Front(Settings settings = {.requests_per_second = {}}, std::string prefix = {})
      : Small(std::move(settings)),
        gateway(organization, {.keys = {{kKey, base::Secret("secret")}},
                               .path_prefix = prefix,
                               .wait = [this](base::Milliseconds time) { waited += time; }}),
        path_prefix(std::move(prefix)) {}

  struct Signing {
    std::string key = kKey;
    std::string secret = "secret";
    std::string region = "us-east-1";
    std::string service = {};  // empty: the right one
    base::Milliseconds late{0};
  };

  net::Request signed_request(wire::SignableRequest request, std::string service,
                              const Signing& signing) const {
    const bool is_s3 = service == "s3";
    request.path.insert(0, path_prefix);
    const wire::Signature signature = wire::sign(
        request, {signing.key, base::Secret(signing.secret), {}},
        {.region = signing.region,
         .service = signing.service.empty() ? service : signing.service,
         .time = clock.now() - signing.late,
         .path_rule = is_s3 ? wire::PathRule::kAsSent : wire::PathRule::kEncodeAgain,
         .payload_header = is_s3 ? wire::PayloadHeader::kSend : wire::PayloadHeader::kOmit});
    net::Request http{.method = request.method,
                      .url = request.path + (request.query.empty() ? "" : "?" + request.query),
                      .headers = {},
                      .body = request.body};
    for (const auto& [name, value] : request.headers) http.headers.add(name, value);
    for (const auto& [name, value] : signature.added) http.headers.add(name, value);
    return http;
  }
  net::Request json_request(const wire::Service& service, std::string_view operation,
                            const std::string& body, const Signing& signing) const {
    return signed_request(wire::json_call({service, operation}, "127.0.0.1:1", body),
                          std::string(service.signing_name), signing);
  }
  net::Request json_request(const wire::Service& service, std::string_view operation,
                            const std::string& body = "{}") const {
    return json_request(service, operation, body, Signing());
  }
  // "200", or the status and the code.
  std::string send(const net::Request& request) {
    const net::Reply reply = gateway.handle(request);
    if (reply.cut) return "cut";
    wire::Reply answer{reply.response.status, {}, reply.response.body};
    const std::string status = std::to_string(answer.status);
    if (answer.status < 400) return status;
    return status + " " + wire::parse_error(answer).code;
  }
  std::string instances(const Signing& signing) {
    return send(json_request(wire::kSsoAdmin, "ListInstances", "{}", signing));
  }
  std::string instances() { return instances(Signing()); }
  std::string list_keys(const Signing& signing) {
    return send(
        signed_request(wire::s3::list_request({"127.0.0.1:1", "/audit"}, {}), "s3", signing));
  }
  std::string who_am_i(const Signing& signing) {
    wire::SignableRequest request{
        .method = "POST",
        .headers = {{"Host", "127.0.0.1:1"}, {"Content-Type", "application/x-www-form-urlencoded"}},
        .body = "Action=GetCallerIdentity&Version=2011-06-15"};
    return send(signed_request(std::move(request), "sts", signing));
  }

  Gateway gateway;
  std::string path_prefix;
  base::Milliseconds waited{0};
};

TEST_CASE("signature_thatIsRight_opensEveryService") {
  for (const char* prefix : {"", "/aws"}) {
    Front front({.requests_per_second = {}}, prefix);
    CHECK(front.instances() == "200");
    CHECK(front.send(front.json_request(wire::kOrganizations, "ListAccounts")) == "200");
    CHECK(front.list_keys({}) == "200");
    CHECK(front.who_am_i({}) == "200");
  }
}

TEST_CASE("signature_thatIsWrong_getsTheWordsOfEachProtocol") {
  struct Case {
    Front::Signing signing;
    std::string json, s3, query;
  };
  const std::string mismatch = "403 SignatureDoesNotMatch";
  const std::string invalid = "400 InvalidSignatureException";
  Front front;
  for (const auto& [signing, json, s3, query] :
       {Case{{.key = "AKIDOTHER"},
             "400 UnrecognizedClientException",
             "403 InvalidAccessKeyId",
             "403 InvalidClientTokenId"},
        Case{{.secret = "other"}, invalid, mismatch, mismatch},
        Case{{.region = "eu-west-1"}, invalid, "400 AuthorizationHeaderMalformed", mismatch},
        Case{{.service = "iam"}, invalid, "400 AuthorizationHeaderMalformed", mismatch},
        Case{{.late = Seconds(16 * 60)}, invalid, "403 RequestTimeTooSkewed", mismatch},
        Case{{.late = Seconds(-16 * 60)}, invalid, "403 RequestTimeTooSkewed", mismatch},
        Case{{.late = Seconds(301)}, invalid, "200", mismatch},
        Case{{.late = Seconds(300)}, "200", "200", "200"},
        Case{{.late = Seconds(-300)}, "200", "200", "200"}}) {
    CAPTURE(signing.late.count());
    CHECK(front.instances(signing) == json);
    CHECK(front.list_keys(signing) == s3);
    CHECK(front.who_am_i(signing) == query);
  }
}

TEST_CASE("signature_missingOrOverOtherBytes_isRefused") {
  Front front;
  auto request = front.json_request(wire::kSsoAdmin, "ListInstances");
  request.body = R"({"MaxResults":1})";
  CHECK(front.send(request) == "400 InvalidSignatureException");
  request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=x");
  CHECK(front.send(request) == "400 IncompleteSignatureException");
  request.headers.remove("Authorization");
  CHECK(front.send(request) == "400 MissingAuthenticationTokenException");
  CHECK(front.send({.method = "GET", .url = "/audit?list-type=2"}) == "403 AccessDenied");
}

TEST_CASE("refusal_carriesTheTimeByWhichTheClientMayCorrectItsClock") {
  Front front;
  const auto request =
      front.json_request(wire::kSsoAdmin, "ListInstances", "{}", {.late = base::hours(2)});
  CHECK(front.gateway.handle(request).response.headers.get("Date") ==
        "Sun, 01 Mar 2026 12:00:00 GMT");
}

TEST_CASE("requests_aboveTheRate_areThrottledForTheWholeInstance") {
  Front front({.requests_per_second = 20});
  for (int i = 0; i < 10; ++i) {
    CHECK(front.instances() == "200");
    CHECK(front.send(front.json_request(
              wire::kIdentityStore, "ListUsers",
              R"({"IdentityStoreId":")" + front.ids.identity_store_id + R"("})")) == "200");
  }
  CHECK(front.instances() == "400 ThrottlingException");
  CHECK(front.send(front.json_request(wire::kOrganizations, "ListRoots")) == "200");
  CHECK(front.gateway.calls().at("throttled") == 1);
  front.clock.advance(base::Milliseconds(999));
  CHECK(front.instances() == "400 ThrottlingException");
  front.clock.advance(base::Milliseconds(1));
  CHECK(front.instances() == "200");
}

TEST_CASE("organizations_aboveItsRate_saysTooManyRequests") {
  Front front({.organizations_requests_per_second = 1});
  CHECK(front.send(front.json_request(wire::kOrganizations, "ListRoots")) == "200");
  CHECK(front.send(front.json_request(wire::kOrganizations, "ListRoots")) ==
        "400 TooManyRequestsException");
}

TEST_CASE("switches_throttleEverythingSlowDownAndGoDown") {
  Front front;
  front.gateway.faults().set({.throttle_everything = true});
  CHECK(front.instances() == "400 ThrottlingException");
  CHECK(front.list_keys({}) == "503 SlowDown");
  front.gateway.faults().set({.down = true});
  CHECK(front.instances() == "503 ServiceUnavailable");
  front.gateway.faults().set({.latency = Seconds(2)});
  CHECK(front.instances() == "200");
  CHECK(front.waited == Seconds(2));
}

TEST_CASE("fault_onOnePage_strikesThatPageOnly") {
  Front front;
  World more;
  for (int i = 0; i < 60; ++i) more.accounts.push_back({.name = "account" + std::to_string(i)});
  front.organization.add(more);
  front.gateway.faults().inject(
      {.operation = "ListAccounts", .code = "ServiceException", .status = 500, .page = 3});
  std::string token;
  std::vector<std::string> seen;
  for (int page = 0; page < 4; ++page) {
    const auto request =
        front.json_request(wire::kOrganizations, "ListAccounts",
                           token.empty() ? "{}" : R"({"NextToken":")" + token + R"("})");
    const auto reply = front.gateway.handle(request);
    seen.push_back(std::to_string(reply.response.status));
    const auto body = boost::json::parse(reply.response.body).as_object();
    if (const auto* next = body.if_contains("NextToken")) token = std::string(next->as_string());
  }
  CHECK(seen == std::vector<std::string>{"200", "200", "500", "200"});
}

TEST_CASE("fault_beforeAndAfter_cutsWithAndWithoutTheEffect") {
  Front front({.creation_takes = base::Milliseconds(0), .requests_per_second = {}});
  auto facts = front.facts();
  facts["InstanceArn"] = front.ids.instance_arn;
  const auto request =
      front.json_request(wire::kSsoAdmin, "CreateAccountAssignment", boost::json::serialize(facts));
  front.gateway.faults().inject({.kind = FaultKind::kCloseBefore});
  CHECK(front.send(request) == "cut");
  CHECK(front.listed() == 0);
  front.gateway.faults().inject({.kind = FaultKind::kGarbage});
  CHECK(front.send(request) == "200");
  CHECK(front.listed() == 0);
  front.gateway.faults().inject(
      {.operation = "CreateAccountAssignment", .kind = FaultKind::kCloseAfter});
  CHECK(front.instances() == "200");
  CHECK(front.send(request) == "cut");
  CHECK(front.listed() == 1);
  CHECK(front.send(request) == "200");
}

TEST_CASE("requests_thatNoServiceKnows_areRefused") {
  Front front;
  CHECK(front.send(front.json_request(wire::kSsoAdmin, "Nonsense")) ==
        "400 UnknownOperationException");
  CHECK(front.send(front.json_request(wire::kSsoAdmin, "ListInstances", "not json")) ==
        "400 SerializationException");
  const wire::Service other{.signing_name = "dynamodb",
                            .endpoint_prefix = "dynamodb",
                            .environment_name = "DYNAMODB",
                            .target_prefix = "DynamoDB_20120810"};
  CHECK(front.send(front.json_request(other, "ListTables")) == "400 UnknownOperationException");
}

struct Store : Front {
  std::string put(const wire::s3::PutObject& put, const std::string& bucket = "/audit") {
    return send(signed_request(wire::s3::put_request({"127.0.0.1:1", bucket}, put), "s3", {}));
  }
  wire::Reply get(const wire::s3::GetObject& get) {
    const auto reply = gateway.handle(
        signed_request(wire::s3::get_request({"127.0.0.1:1", "/audit"}, get), "s3", {}));
    return {reply.response.status,
            {{"ETag", std::string(reply.response.headers.get("ETag"))}},
            reply.response.body};
  }
};

TEST_CASE("objects_areWrittenOnceUnderACondition_andReadUnlessUnchanged") {
  Store store;
  CHECK(store.put({.key = "a b/é+&.json", .body = "1", .only_if_absent = true}) == "200");
  CHECK(store.put({.key = "a b/é+&.json", .body = "2", .only_if_absent = true}) ==
        "412 PreconditionFailed");
  const auto object = wire::s3::parse_object(store.get({"a b/é+&.json", {}}));
  CHECK(object.body == "1");
  CHECK(store.get({"a b/é+&.json", object.etag}).status == 304);
  CHECK(store.put({.key = "a b/é+&.json", .body = "3", .if_match = "\"other\""}) ==
        "412 PreconditionFailed");
  CHECK(store.put({.key = "a b/é+&.json", .body = "3", .if_match = object.etag}) == "200");
  CHECK(store.get({"a b/é+&.json", object.etag}).body == "3");
  CHECK(store.get({"none", {}}).status == 404);
  CHECK(store.put({.key = "x"}, "/missing") == "404 NoSuchBucket");
}

TEST_CASE("keys_areListedInPages_withAnyCharacters") {
  Store store;
  for (const char* key : {"a/1 +&.json", "a/2", "a/é", "b/3"})
    CHECK(store.put({.key = key}) == "200");
  std::vector<std::string> keys;
  wire::s3::ListObjects list{.prefix = "a/", .max_keys = 2};
  do {
    const auto reply = store.gateway.handle(
        store.signed_request(wire::s3::list_request({"127.0.0.1:1", "/audit"}, list), "s3", {}));
    const auto page = wire::s3::parse_page({reply.response.status, {}, reply.response.body});
    REQUIRE(page.has_value());
    keys.insert(keys.end(), page->keys.begin(), page->keys.end());
    list.continuation_token = page->continuation_token;
  } while (!list.continuation_token.empty());
  CHECK(keys == std::vector<std::string>{"a/1 +&.json", "a/2", "a/é"});
}

}  // namespace
}  // namespace elevator::sandbox::aws::gateway_test
