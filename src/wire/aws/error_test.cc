#include "wire/aws/error.h"

#include <doctest/doctest.h>

#include "wire/aws/organizations.h"
#include "wire/aws/s3.h"
#include "wire/aws/sso_admin.h"

namespace elevator::wire::aws::error_test {
namespace {

using base::Effect;
using base::Kind;
using base::Retry;

constexpr Operation kRead{kSsoAdmin, "ListInstances"};
constexpr Operation kWriteCall = sso_admin::CreateAccountAssignment::kOperation;

TEST_CASE("parse_error_everyFormatOfAws_givesCodeAndMessage") {
  struct Case {
    std::string what;
    Reply reply;
    std::string code;
    std::string message;
  };
  const std::vector<Case> cases{
      {"plain __type",
       {400, {}, R"({"__type":"ThrottlingException","message":"slow"})"},
       "ThrottlingException",
       "slow"},
      {"namespace",
       {400, {}, R"({"__type":"com.amazonaws.swbup.service#ConflictException","Message":"busy"})"},
       "ConflictException",
       "busy"},
      {"header with url",
       {400,
        {{"x-amzn-ErrorType", "ResourceNotFoundException:http://internal.amazon.com/x/"}},
        R"({"message":"gone"})"},
       "ResourceNotFoundException",
       "gone"},
      {"code key", {403, {}, R"({"code":"AccessDeniedException"})"}, "AccessDeniedException", ""},
      {"S3 XML",
       {404,
        {},
        "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Message>a &amp; b</Message>"
        "<Key>k</Key></Error>"},
       "NoSuchKey",
       "a & b"},
      {"STS XML",
       {403,
        {},
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender"
        "</Type><Code>ExpiredToken</Code><Message>old</Message></Error></ErrorResponse>"},
       "ExpiredToken",
       "old"},
      {"nothing", {503, {}, ""}, "", ""},
      {"not JSON at all", {502, {}, "{oops"}, "", ""},
      {"JSON that is no object", {502, {}, "[1]"}, "", ""},
      {"HTML of a proxy", {502, {}, "<html><body>Bad gateway</body></html>"}, "", ""},
      {"wrong types", {400, {}, R"({"__type":5,"message":{}})"}, "", ""},
      {"control characters", {400, {}, R"({"__type":"X","message":"a\nb\u0000"})"}, "X", "a b "}};
  for (const auto& [what, reply, code, message] : cases) {
    CAPTURE(what);
    const ApiError error = parse_error(reply);
    CHECK(error.code == code);
    CHECK(error.message == message);
    CHECK(error.status == reply.status);
  }
}

TEST_CASE("to_json_reply_isReadBack") {
  const ApiError sent{.status = 400, .code = "ConflictException", .message = "in progress"};
  const ApiError read = parse_error(to_json_reply(sent));
  CHECK(read.status == 400);
  CHECK(read.code == sent.code);
  CHECK(read.message == sent.message);
}

TEST_CASE("classify_codesThatDecideWhatHappensNext") {
  struct Case {
    int status;
    std::string code;
    Kind kind;
    Retry retry;
    Effect effect_of_write;
  };
  const std::vector<Case> cases{
      // Throttling comes as 400, 429 or 503 and never has an effect.
      {400, "ThrottlingException", Kind::kThrottled, Retry::kBackoff, Effect::kNone},
      {429, "TooManyRequestsException", Kind::kThrottled, Retry::kBackoff, Effect::kNone},
      {503, "SlowDown", Kind::kThrottled, Retry::kBackoff, Effect::kNone},
      {429, "", Kind::kThrottled, Retry::kBackoff, Effect::kNone},
      // A failure on their side during a write: nobody knows.
      {500, "InternalServerException", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown},
      {500, "ServiceException", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown},
      {503, "ServiceUnavailable", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown},
      {500, "", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown},
      {502, "NobodyKnowsThis", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown},
      {302, "", Kind::kCorrupt, Retry::kNever, Effect::kUnknown},
      // Refusals.
      {400, "ConflictException", Kind::kConflict, Retry::kBackoff, Effect::kNone},
      {412, "PreconditionFailed", Kind::kConflict, Retry::kNever, Effect::kNone},
      {412, "", Kind::kConflict, Retry::kNever, Effect::kNone},
      {409, "ConditionalRequestConflict", Kind::kConflict, Retry::kBackoff, Effect::kNone},
      {402, "ServiceQuotaExceededException", Kind::kUnavailable, Retry::kBackoff, Effect::kNone},
      {400, "ResourceNotFoundException", Kind::kNotFound, Retry::kNever, Effect::kNone},
      {400, "AccountNotFoundException", Kind::kNotFound, Retry::kNever, Effect::kNone},
      {404, "NoSuchKey", Kind::kNotFound, Retry::kNever, Effect::kNone},
      {400, "AccessDeniedException", Kind::kDenied, Retry::kNever, Effect::kNone},
      {403, "ExpiredTokenException", Kind::kDenied, Retry::kNever, Effect::kNone},
      {403, "", Kind::kDenied, Retry::kNever, Effect::kNone},
      {400, "ValidationException", Kind::kInvalid, Retry::kNever, Effect::kNone},
      {400, "NobodyKnowsThis", Kind::kInvalid, Retry::kNever, Effect::kNone}};
  for (const auto& row : cases) {
    CAPTURE(row.code);
    CAPTURE(row.status);
    const ApiError error{.status = row.status, .code = row.code, .message = "words"};
    const base::Error write = classify(error, kWriteCall);
    CHECK(write.kind == row.kind);
    CHECK(write.retry == row.retry);
    CHECK(write.effect == row.effect_of_write);
    const base::Error read = classify(error, kRead);
    CHECK(read.kind == row.kind);
    CHECK(read.effect == Effect::kNone);
  }
  CHECK(classify({400, "ConflictException", "busy"}, kWriteCall).message ==
        "sso CreateAccountAssignment: ConflictException: busy");
  CHECK(classify({503, "", ""}, kRead).message == "sso ListInstances: HTTP 503");
}

TEST_CASE("remedy_for_credentialAndClockErrors") {
  CHECK(remedy_for({403, "ExpiredTokenException", ""}) == Remedy::kRefreshCredentials);
  CHECK(remedy_for({400, "UnrecognizedClientException", ""}) == Remedy::kRefreshCredentials);
  CHECK(remedy_for({400, "InvalidSignatureException", ""}) == Remedy::kCorrectClock);
  CHECK(remedy_for({403, "RequestTimeTooSkewed", ""}) == Remedy::kCorrectClock);
  CHECK(remedy_for({400, "AccessDeniedException", ""}) == Remedy::kNone);
  CHECK(remedy_for({400, "", ""}) == Remedy::kNone);
}

}  // namespace
}  // namespace elevator::wire::aws::error_test
