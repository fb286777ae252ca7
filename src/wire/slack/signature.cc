#include "wire/slack/signature.h"

#include <charconv>

#include "base/crypto.h"

namespace elevator::wire::slack {
namespace {

using base::Error;
using base::Kind;

Error denied(std::string message) { return {Kind::kDenied, std::move(message)}; }

// Digits only: signs, blanks and more than twelve digits are refused.
base::Result<std::int64_t> parse_timestamp(std::string_view text) {
  if (text.empty()) return denied("the header X-Slack-Request-Timestamp is missing");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool digits = text.front() >= '0' && text.front() <= '9' && text.size() <= 12;
  if (!digits || error != std::errc() || end != text.data() + text.size()) {
    return denied("the header X-Slack-Request-Timestamp is not a number of seconds");
  }
  return seconds;
}

}  // namespace

std::string sign(const base::Secret& secret, std::string_view timestamp, std::string_view body) {
  std::string message = "v0:";
  message.reserve(message.size() + timestamp.size() + 1 + body.size());
  message += timestamp;
  message += ':';
  message += body;
  return "v0=" + base::to_hex(base::hmac_sha256(secret.reveal(), message));
}

base::Status verify(const std::vector<base::Secret>& secrets, const SignedRequest& request,
                    base::TimePoint now) {
  TRY(const std::int64_t seconds, parse_timestamp(request.timestamp));
  const auto signed_at = base::TimePoint(base::Seconds(seconds));
  const auto distance = signed_at > now ? signed_at - now : now - signed_at;
  if (distance > kSignatureWindow) {
    return denied("the request was signed more than five minutes away from this machine's clock");
  }
  if (request.signature.empty()) return denied("the header X-Slack-Signature is missing");
  bool matches = false;
  for (const auto& secret : secrets) {
    if (secret.empty()) continue;
    const std::string expected = sign(secret, request.timestamp, request.body);
    matches = base::equal_in_constant_time(expected, request.signature) || matches;
  }
  if (!matches) {
    return denied("the Slack signature does not match: check SLACK_SIGNING_SECRET");
  }
  return {};
}

}  // namespace elevator::wire::slack
