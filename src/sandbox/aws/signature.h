// What AWS makes of the signature of a request, in the words of each protocol.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/time.h"
#include "net/http.h"
#include "sandbox/aws/answer.h"

namespace elevator::sandbox::aws {

enum class Protocol { kJson, kQuery, kS3 };

struct SignatureRules {
  const std::map<std::string, base::Secret>& keys;  // by access key id
  std::string_view region;
  base::Milliseconds age;
};

// Nothing when the request is signed for `service` with a known key, now.
std::optional<Refusal> check_signature(const net::Request& request, Protocol protocol,
                                       std::string_view service, const SignatureRules& rules,
                                       base::TimePoint now);

}  // namespace elevator::sandbox::aws
