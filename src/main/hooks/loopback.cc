#include "main/hooks/loopback.h"

#include <arpa/inet.h>

#include "net/url.h"

namespace elevator::hooks {
namespace {

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return false;
  return (ntohl(address.s_addr) >> 24) == 127;
}

base::Status require_loopback_url(const std::string& name, const std::string& text) {
  const auto url = net::parse_url(text);
  if (url && is_loopback(url->host)) return {};
  return base::invalid("test hooks are refused: " + name +
                       " is not an address of this machine (127.0.0.1)");
}

}  // namespace

base::Status require_loopback(const std::string& listen_address, const std::string& slack_api_url,
                              const settings::Environment& environment) {
  if (!is_loopback(listen_address)) {
    return base::invalid("test hooks are refused: the listen address is not 127.0.0.1");
  }
  TRY_VOID(require_loopback_url("SLACK_API_URL", slack_api_url));
  if (!environment.contains("AWS_ENDPOINT_URL")) {
    return base::invalid("test hooks are refused: AWS_ENDPOINT_URL is not set");
  }
  for (const auto& [name, value] : environment) {
    if (name.starts_with("AWS_ENDPOINT_URL")) TRY_VOID(require_loopback_url(name, value));
  }
  return {};
}

}  // namespace elevator::hooks
