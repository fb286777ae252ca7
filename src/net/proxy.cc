#include "net/proxy.h"

#include <cstdlib>
#include <string_view>

#include "base/crypto.h"

namespace elevator::net {
namespace {

std::string first_of(const char* name, const char* other) {
  for (const char* key : {name, other}) {
    const char* value = std::getenv(key);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool matches(std::string_view entry, const Url& url) {
  if (entry == "*") return true;
  if (equal_ignoring_case(entry, url.host)) return true;
  const auto port = ":" + std::to_string(url.port);
  if (entry.size() > port.size() && entry.ends_with(port)) entry.remove_suffix(port.size());
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  if (equal_ignoring_case(entry, url.host)) return true;
  const std::string_view host = url.host;
  return host.size() > entry.size() && host[host.size() - entry.size() - 1] == '.' &&
         equal_ignoring_case(host.substr(host.size() - entry.size()), entry);
}

}  // namespace

Proxy proxy_from_environment() {
  return {.url = first_of("https_proxy", "HTTPS_PROXY"),
          .no_proxy = first_of("no_proxy", "NO_PROXY")};
}

bool bypasses_proxy(const std::string& no_proxy, const Url& url) {
  std::string_view rest = no_proxy;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto entry = trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    if (!entry.empty() && matches(entry, url)) return true;
  }
  return false;
}

base::Result<std::optional<Url>> choose_proxy(const Proxy& proxy, const Url& url) {
  if (proxy.url.empty() || !url.tls() || bypasses_proxy(proxy.no_proxy, url)) {
    return std::optional<Url>();
  }
  // "proxy:3128" without a scheme is common.
  const bool has_scheme = proxy.url.find("://") != std::string::npos;
  auto parsed = parse_url(has_scheme ? proxy.url : "http://" + proxy.url);
  // The text is not repeated: it may hold a password (I9).
  if (!parsed || parsed->tls()) return base::invalid("https_proxy must be an http:// URL");
  return std::optional<Url>(std::move(*parsed));
}

std::string connect_request(const Url& proxy, const Url& url) {
  std::string text = "CONNECT " + url.host_and_port() + " HTTP/1.1\r\n";
  text += "Host: " + url.host_and_port() + "\r\n";
  if (!proxy.userinfo.empty()) {
    text += "Proxy-Authorization: Basic " + base::to_base64(proxy.userinfo) + "\r\n";
  }
  return text + "\r\n";
}

}  // namespace elevator::net
