#include "sandbox/aws/signature.h"

#include <fmt/format.h>

#include <array>

#include "wire/aws/sigv4.h"

namespace elevator::sandbox::aws {
namespace {

namespace wire = elevator::wire::aws;

enum class Trouble { kMissing, kIncomplete, kUnknownKey, kMismatch, kWrongScope, kTime, kBody };

struct Words {
  Trouble trouble;
  Protocol protocol;
  std::string_view code;
  int status;
};

// Sources: "Common Errors" of the services' API references, "Error responses" of S3.
constexpr std::array kWords{
    Words{Trouble::kMissing, Protocol::kJson, "MissingAuthenticationTokenException", 400},
    Words{Trouble::kMissing, Protocol::kQuery, "MissingAuthenticationToken", 403},
    Words{Trouble::kMissing, Protocol::kS3, "AccessDenied", 403},
    Words{Trouble::kIncomplete, Protocol::kJson, "IncompleteSignatureException", 400},
    Words{Trouble::kIncomplete, Protocol::kQuery, "IncompleteSignature", 400},
    Words{Trouble::kIncomplete, Protocol::kS3, "AuthorizationHeaderMalformed", 400},
    Words{Trouble::kUnknownKey, Protocol::kJson, "UnrecognizedClientException", 400},
    Words{Trouble::kUnknownKey, Protocol::kQuery, "InvalidClientTokenId", 403},
    Words{Trouble::kUnknownKey, Protocol::kS3, "InvalidAccessKeyId", 403},
    Words{Trouble::kMismatch, Protocol::kJson, "InvalidSignatureException", 400},
    Words{Trouble::kMismatch, Protocol::kQuery, "SignatureDoesNotMatch", 403},
    Words{Trouble::kMismatch, Protocol::kS3, "SignatureDoesNotMatch", 403},
    Words{Trouble::kWrongScope, Protocol::kJson, "InvalidSignatureException", 400},
    Words{Trouble::kWrongScope, Protocol::kQuery, "SignatureDoesNotMatch", 403},
    Words{Trouble::kWrongScope, Protocol::kS3, "AuthorizationHeaderMalformed", 400},
    Words{Trouble::kTime, Protocol::kJson, "InvalidSignatureException", 400},
    Words{Trouble::kTime, Protocol::kQuery, "SignatureDoesNotMatch", 403},
    Words{Trouble::kTime, Protocol::kS3, "RequestTimeTooSkewed", 403},
    Words{Trouble::kBody, Protocol::kJson, "InvalidSignatureException", 400},
    Words{Trouble::kBody, Protocol::kQuery, "SignatureDoesNotMatch", 403},
    Words{Trouble::kBody, Protocol::kS3, "XAmzContentSHA256Mismatch", 400},
};

Refusal refusal(Trouble trouble, Protocol protocol, std::string message) {
  for (const Words& words : kWords) {
    if (words.trouble == trouble && words.protocol == protocol) {
      return {std::string(words.code), std::move(message), words.status};
    }
  }
  return {"InternalFailure", std::move(message), 500};
}

wire::SignableRequest signable(const net::Request& request) {
  wire::SignableRequest result{.method = request.method,
                               .path = std::string(request.path()),
                               .query = std::string(request.query()),
                               .headers = {},
                               .body = request.body};
  for (const auto& [name, value] : request.headers) result.headers.emplace_back(name, value);
  return result;
}

std::optional<std::string> wrong_time(std::string_view amz_date, base::Milliseconds age,
                                      base::TimePoint now) {
  const auto signed_at = wire::parse_amz_date(amz_date);
  if (!signed_at) return "X-Amz-Date must be in the form YYYYMMDD'T'HHMMSS'Z'";
  const auto in_minutes = std::chrono::duration_cast<std::chrono::minutes>(age).count();
  if (*signed_at < now - age) {
    return fmt::format("Signature expired: {} is now earlier than {} ({} - {} min.)", amz_date,
                       wire::to_amz_date(now - age), wire::to_amz_date(now), in_minutes);
  }
  if (*signed_at > now + age) {
    return fmt::format("Signature not yet current: {} is still later than {} ({} + {} min.)",
                       amz_date, wire::to_amz_date(now + age), wire::to_amz_date(now), in_minutes);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_signature(const net::Request& request, Protocol protocol,
                                       std::string_view service, const SignatureRules& rules,
                                       base::TimePoint now) {
  const std::string_view header = request.headers.get("Authorization");
  if (header.empty()) return refusal(Trouble::kMissing, protocol, "Missing Authentication Token");
  const auto authorization = wire::parse_authorization(header);
  if (!authorization) {
    return refusal(Trouble::kIncomplete, protocol,
                   "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature'.");
  }
  const auto key = rules.keys.find(authorization->access_key_id);
  if (key == rules.keys.end()) {
    return refusal(Trouble::kUnknownKey, protocol,
                   "The security token included in the request is invalid.");
  }
  if (authorization->service != service) {
    return refusal(Trouble::kWrongScope, protocol,
                   fmt::format("Credential should be scoped to correct service: '{}'.", service));
  }
  if (authorization->region != rules.region) {
    return refusal(
        Trouble::kWrongScope, protocol,
        fmt::format("Credential should be scoped to a valid region: '{}'.", rules.region));
  }
  const auto time = wrong_time(request.headers.get("X-Amz-Date"), rules.age, now);
  if (time) return refusal(Trouble::kTime, protocol, *time);
  const base::Status verified = wire::verify(signable(request), *authorization, key->second, now);
  if (verified) return std::nullopt;
  const bool body_differs = verified.error().message.starts_with("XAmzContentSHA256Mismatch");
  return refusal(body_differs ? Trouble::kBody : Trouble::kMismatch, protocol,
                 "The request signature we calculated does not match the signature you provided. "
                 "Check your AWS Secret Access Key and signing method.");
}

}  // namespace elevator::sandbox::aws
