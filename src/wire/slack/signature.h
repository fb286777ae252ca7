// Slack's request signature, version 0: HMAC-SHA256 over "v0:<timestamp>:<raw body>".
// https://docs.slack.dev/authentication/verifying-requests-from-slack
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace elevator::wire::slack {

// How far the timestamp may be from our clock, in both directions.
inline constexpr base::Seconds kSignatureWindow{300};

struct SignedRequest {
  std::string_view timestamp;  // header X-Slack-Request-Timestamp
  std::string_view signature;  // header X-Slack-Signature
  std::string_view body;       // the raw bytes, before any decoding
};

// "v0=<hex>". Slack signs requests like this; the tests and the sandbox do, too.
std::string sign(const base::Secret& secret, std::string_view timestamp, std::string_view body);

// Accepts a request that one of `secrets` signed within the window (several: a secret that is
// being rotated). The answer takes the same time wherever the signature differs. An empty secret
// never matches.
base::Status verify(const std::vector<base::Secret>& secrets, const SignedRequest& request,
                    base::TimePoint now);

}  // namespace elevator::wire::slack
