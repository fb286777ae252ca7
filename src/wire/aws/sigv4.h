// Signature Version 4: signing of a request's headers, and verification of what was received.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
// Pure functions over bytes; the time is an argument. Every intermediate value is returned, so that
// vectors can assert each and a refused signature can be explained.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace elevator::wire::aws {

using Headers = std::vector<std::pair<std::string, std::string>>;

// First value of the header, compared without case; empty when absent.
std::string_view find_header(const Headers& headers, std::string_view name);

struct Credentials {
  std::string access_key_id;
  base::Secret secret_access_key;
  base::Secret session_token;  // empty for long-lived keys
};

// A request exactly as it goes over the wire.
struct SignableRequest {
  std::string method;
  std::string path = "/";  // percent-encoded once
  std::string query;       // without '?', percent-encoded once
  Headers headers;         // with Host; every header here is signed
  std::string body;
};

// S3 keys are signed as they stand on the wire; every other service encodes the path once more.
enum class PathRule { kEncodeAgain, kAsSent };

// Whether the payload's hash is also sent as x-amz-content-sha256. S3 demands it.
enum class PayloadHeader { kOmit, kSend };

struct SigningScope {
  std::string region;
  std::string service;
  base::TimePoint time;
  PathRule path_rule = PathRule::kEncodeAgain;
  PayloadHeader payload_header = PayloadHeader::kOmit;
};

struct Signature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signed_headers;  // "host;x-amz-date"
  std::string signature;       // hex
  Headers added;               // what must be added to the request, Authorization last
};

Signature sign(const SignableRequest& request, const Credentials& credentials,
               const SigningScope& scope);

// The Authorization header of a received request, taken apart.
struct Authorization {
  std::string access_key_id;
  std::string date;  // "20150830"
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;
  std::string signature;
};

base::Result<Authorization> parse_authorization(std::string_view header);

// How far the x-amz-date of a request may be from the verifier's clock.
inline constexpr base::Seconds kSignatureTolerance{15 * 60};

// Checks a received request against the key that it names: the signature, the age, that Host and
// every x-amz-* header is signed, and that the body is the one that was signed. `kDenied` with the
// AWS error code in front of the message when anything differs.
base::Status verify(const SignableRequest& request, const Authorization& authorization,
                    const base::Secret& secret_access_key, base::TimePoint now);

// Percent-encodes the parts of a path; the slashes between them stay.
std::string encode_path(std::string_view path);

// "20150830T123600Z" and back.
std::string to_amz_date(base::TimePoint time);
base::Result<base::TimePoint> parse_amz_date(std::string_view text);

}  // namespace elevator::wire::aws
