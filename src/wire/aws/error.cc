#include "wire/aws/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

#include "codec/encode.h"
#include "codec/text.h"
#include "wire/aws/xml.h"

namespace elevator::wire::aws {
namespace {

using base::Effect;
using base::Kind;
using base::Retry;

// After a failure on their side nobody knows whether a write took effect; after a refusal it has
// not.
enum class Side { kRefused, kFailed };

struct Row {
  std::string_view code;
  Kind kind;
  Retry retry;
  Side side = Side::kRefused;
  Remedy remedy = Remedy::kNone;
};

// Sorted by kind. Sources: the "Errors" of each operation in the API references of sso-admin,
// identitystore, organizations, S3, STS, DynamoDB, Scheduler, SSM and Secrets Manager; "Common
// error types"; the retryable codes of botocore's standard retry mode.
constexpr std::array kTable{
    Row{"ThrottlingException", Kind::kThrottled, Retry::kBackoff},
    Row{"Throttling", Kind::kThrottled, Retry::kBackoff},
    Row{"ThrottledException", Kind::kThrottled, Retry::kBackoff},
    Row{"RequestThrottledException", Kind::kThrottled, Retry::kBackoff},
    Row{"RequestThrottled", Kind::kThrottled, Retry::kBackoff},
    Row{"TooManyRequestsException", Kind::kThrottled, Retry::kBackoff},
    Row{"RequestLimitExceeded", Kind::kThrottled, Retry::kBackoff},
    Row{"BandwidthLimitExceeded", Kind::kThrottled, Retry::kBackoff},
    Row{"LimitExceededException", Kind::kThrottled, Retry::kBackoff},
    Row{"ProvisionedThroughputExceededException", Kind::kThrottled, Retry::kBackoff},
    Row{"TransactionInProgressException", Kind::kThrottled, Retry::kBackoff},
    Row{"TransactionConflict", Kind::kThrottled, Retry::kBackoff},
    Row{"ThrottlingError", Kind::kThrottled, Retry::kBackoff},
    Row{"ProvisionedThroughputExceeded", Kind::kThrottled, Retry::kBackoff},
    Row{"PriorRequestNotComplete", Kind::kThrottled, Retry::kBackoff},
    Row{"SlowDown", Kind::kThrottled, Retry::kBackoff},
    Row{"EC2ThrottledException", Kind::kThrottled, Retry::kBackoff},

    Row{"InternalServerException", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"InternalServerError", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"InternalServiceError", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"InternalFailure", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"InternalError", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"ServiceException", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"ServiceUnavailable", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"ServiceUnavailableException", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"RequestTimeout", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"RequestTimeoutException", Kind::kUnavailable, Retry::kBackoff, Side::kFailed},
    Row{"IDPCommunicationError", Kind::kUnavailable, Retry::kBackoff},
    Row{"ServiceQuotaExceededException", Kind::kUnavailable, Retry::kBackoff},
    Row{"ConcurrentModificationException", Kind::kConflict, Retry::kBackoff},

    Row{"ConflictException", Kind::kConflict, Retry::kBackoff},
    Row{"ConditionalRequestConflict", Kind::kConflict, Retry::kBackoff},
    Row{"OperationAborted", Kind::kConflict, Retry::kBackoff},
    Row{"TransactionConflictException", Kind::kConflict, Retry::kBackoff},
    Row{"PreconditionFailed", Kind::kConflict, Retry::kNever},
    Row{"ConditionalCheckFailedException", Kind::kConflict, Retry::kNever},
    Row{"TransactionCanceledException", Kind::kConflict, Retry::kNever},
    Row{"ParameterAlreadyExists", Kind::kConflict, Retry::kNever},
    Row{"ResourceExistsException", Kind::kConflict, Retry::kNever},

    Row{"ResourceNotFoundException", Kind::kNotFound, Retry::kNever},
    Row{"AccountNotFoundException", Kind::kNotFound, Retry::kNever},
    Row{"ChildNotFoundException", Kind::kNotFound, Retry::kNever},
    Row{"ParentNotFoundException", Kind::kNotFound, Retry::kNever},
    Row{"TargetNotFoundException", Kind::kNotFound, Retry::kNever},
    Row{"OrganizationalUnitNotFoundException", Kind::kNotFound, Retry::kNever},
    Row{"NoSuchKey", Kind::kNotFound, Retry::kNever},
    Row{"NoSuchBucket", Kind::kNotFound, Retry::kNever},
    Row{"NoSuchVersion", Kind::kNotFound, Retry::kNever},
    Row{"ParameterNotFound", Kind::kNotFound, Retry::kNever},

    Row{"AccessDeniedException", Kind::kDenied, Retry::kNever},
    Row{"AccessDenied", Kind::kDenied, Retry::kNever},
    Row{"AuthorizationHeaderMalformed", Kind::kDenied, Retry::kNever},
    Row{"AWSOrganizationsNotInUseException", Kind::kDenied, Retry::kNever},
    Row{"IncompleteSignature", Kind::kDenied, Retry::kNever},
    Row{"MissingAuthenticationToken", Kind::kDenied, Retry::kNever},
    Row{"MissingAuthenticationTokenException", Kind::kDenied, Retry::kNever},
    Row{"OptInRequired", Kind::kDenied, Retry::kNever},
    Row{"ExpiredToken", Kind::kDenied, Retry::kNever, Side::kRefused, Remedy::kRefreshCredentials},
    Row{"ExpiredTokenException", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kRefreshCredentials},
    Row{"InvalidAccessKeyId", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kRefreshCredentials},
    Row{"InvalidClientTokenId", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kRefreshCredentials},
    Row{"InvalidToken", Kind::kDenied, Retry::kNever, Side::kRefused, Remedy::kRefreshCredentials},
    Row{"TokenRefreshRequired", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kRefreshCredentials},
    Row{"UnrecognizedClientException", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kRefreshCredentials},
    Row{"InvalidSignatureException", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kCorrectClock},
    Row{"SignatureDoesNotMatch", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kCorrectClock},
    Row{"RequestTimeTooSkewed", Kind::kDenied, Retry::kNever, Side::kRefused,
        Remedy::kCorrectClock},
    Row{"RequestExpired", Kind::kDenied, Retry::kNever, Side::kRefused, Remedy::kCorrectClock},
    Row{"RequestInTheFuture", Kind::kDenied, Retry::kNever, Side::kRefused, Remedy::kCorrectClock},

    Row{"ValidationException", Kind::kInvalid, Retry::kNever},
    Row{"ItemCollectionSizeLimitExceeded", Kind::kInvalid, Retry::kNever},
    Row{"IdempotentParameterMismatchException", Kind::kInternal, Retry::kNever},
    Row{"ValidationError", Kind::kInvalid, Retry::kNever},
    Row{"InvalidInputException", Kind::kInvalid, Retry::kNever},
    Row{"InvalidRequest", Kind::kInvalid, Retry::kNever},
    Row{"InvalidBucketName", Kind::kInvalid, Retry::kNever},
    Row{"SerializationException", Kind::kInternal, Retry::kNever},
    Row{"UnknownOperationException", Kind::kInternal, Retry::kNever},
};

const Row* find_row(std::string_view code) {
  const auto* row = std::find_if(kTable.begin(), kTable.end(),
                                 [&](const Row& candidate) { return candidate.code == code; });
  return row == kTable.end() ? nullptr : row;
}

// What a status says when the code says nothing.
Row row_for_status(int status) {
  if (status == 429) return {"", Kind::kThrottled, Retry::kBackoff};
  if (status >= 500) return {"", Kind::kUnavailable, Retry::kBackoff, Side::kFailed};
  if (status == 408) return {"", Kind::kUnavailable, Retry::kBackoff, Side::kFailed};
  if (status == 401 || status == 403) return {"", Kind::kDenied, Retry::kNever};
  if (status == 404) return {"", Kind::kNotFound, Retry::kNever};
  if (status == 409) return {"", Kind::kConflict, Retry::kBackoff};
  if (status == 412) return {"", Kind::kConflict, Retry::kNever};
  if (status >= 400) return {"", Kind::kInvalid, Retry::kNever};
  // A redirect or an informational answer: not AWS speaking.
  return {"", Kind::kCorrupt, Retry::kNever, Side::kFailed};
}

// "com.amazonaws.x#ThrottlingException:http://..." -> "ThrottlingException"
std::string bare_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const size_t hash = code.rfind('#');
  if (hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return std::string(code);
}

// AWS's words are shown to people and logged: one line, of bounded length.
std::string tidy(std::string_view message) {
  std::string result(message.substr(0, 500));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return result;
}

std::string text_field(const boost::json::object& object,
                       std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto* value = object.if_contains(name);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
  }
  return {};
}

// Why DynamoDB cancelled a transaction: one reason for each of its items, "None" for those that
// are not to blame. What decides is a row that somebody else changed; then what cannot pass either
// way; only when every reason is momentary may the same be sent again. Nothing was written.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
std::string deciding_reason(const boost::json::object& object) {
  std::string momentary;
  std::string lasting;
  const auto* reasons = object.if_contains("CancellationReasons");
  if (reasons == nullptr || !reasons->is_array()) return {};
  for (const boost::json::value& reason : reasons->get_array()) {
    if (!reason.is_object()) return {};
    std::string code = text_field(reason.get_object(), {"Code"});
    if (code.empty() || code == "None") continue;
    if (code == "ConditionalCheckFailed") return {};
    const Row* row = find_row(code);
    const bool passes = row != nullptr && row->retry == Retry::kBackoff;
    (passes ? momentary : lasting) = std::move(code);
  }
  return lasting.empty() ? momentary : lasting;
}

}  // namespace

ApiError parse_error(const Reply& reply) {
  ApiError error{.status = reply.status, .code = {}, .message = {}};
  error.code = bare_code(find_header(reply.headers, "x-amzn-errortype"));
  const size_t start = reply.body.find_first_not_of(" \t\r\n");
  const char first = start == std::string::npos ? '\0' : reply.body[start];
  if (first == '{') {
    const auto parsed = codec::parse_json(reply.body);
    if (!parsed || !parsed->is_object()) return error;
    const boost::json::object& object = parsed->get_object();
    if (error.code.empty()) error.code = bare_code(text_field(object, {"__type", "code"}));
    error.message = tidy(text_field(object, {"message", "Message", "errorMessage"}));
    if (error.code == "TransactionCanceledException") {
      if (std::string reason = deciding_reason(object); !reason.empty()) {
        error.code = std::move(reason);
      }
    }
  } else if (first == '<') {
    if (error.code.empty()) error.code = xml_text(reply.body, "Code").value_or("");
    error.message = tidy(xml_text(reply.body, "Message").value_or(""));
  }
  return error;
}

Reply to_json_reply(const ApiError& error) {
  boost::json::object object;
  codec::put(object, "__type", error.code);
  codec::put(object, "message", error.message);
  return {
      .status = error.status,
      .headers = {{"Content-Type", "application/x-amz-json-1.1"}, {"x-amzn-ErrorType", error.code}},
      .body = codec::to_json_text(object)};
}

Remedy remedy_for(const ApiError& error) {
  const Row* row = find_row(error.code);
  return row == nullptr ? Remedy::kNone : row->remedy;
}

base::Error classify(const ApiError& error, const Operation& operation) {
  const Row* known = find_row(error.code);
  const Row row = known != nullptr ? *known : row_for_status(error.status);
  const bool unknown_effect = row.side == Side::kFailed && operation.safety != Safety::kRead;
  return {.kind = row.kind,
          .message = fmt::format("{} {}: {}", operation.service.endpoint_prefix, operation.name,
                                 error.code.empty() ? fmt::format("HTTP {}", error.status)
                                 : error.message.empty()
                                     ? error.code
                                     : fmt::format("{}: {}", error.code, error.message)),
          .retry = row.retry,
          .effect = unknown_effect ? Effect::kUnknown : Effect::kNone};
}

}  // namespace elevator::wire::aws
