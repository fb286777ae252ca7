#include "main/serve/token_http.h"

#include <algorithm>
#include <array>

namespace elevator::serve {
namespace {

// Slack answers 200 with an error code; the answer to a call that was accepted may quote anything,
// so only a short one that says "not ok" counts.
bool refuses_token(const net::Response& response) {
  constexpr std::array kCodes = {"invalid_auth", "not_authed", "token_revoked", "token_expired",
                                 "account_inactive"};
  constexpr size_t kLongestRefusal = 1000;
  if (response.body.size() > kLongestRefusal) return false;
  if (response.body.find("\"ok\":true") != std::string::npos) return false;
  return std::ranges::any_of(kCodes, [&](const char* code) {
    return response.body.find("\"" + std::string(code) + "\"") != std::string::npos;
  });
}

net::Request with_token(net::Request request, const base::Secret& token) {
  request.headers.set("Authorization", "Bearer " + std::string(token.reveal()));
  return request;
}

}  // namespace

base::Result<net::Response> TokenHttp::send(const net::Request& request,
                                            std::chrono::milliseconds budget) {
  if (reference_.empty()) return http_.send(request, budget);
  TRY(const auto token, secrets_.read(reference_));
  auto response = http_.send(with_token(request, token), budget);
  if (!response || !refuses_token(*response)) return response;
  secrets_.forget(reference_);
  const auto newer = secrets_.read(reference_);
  if (!newer || newer->reveal() == token.reveal()) return response;
  return http_.send(with_token(request, *newer), budget);
}

base::Status TokenHttp::check() {
  if (reference_.empty()) return {};
  TRY(const auto token, secrets_.read(reference_));
  static_cast<void>(token);
  return {};
}

}  // namespace elevator::serve
