#include "net/url.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace elevator::net {
namespace {

namespace urls = boost::urls;

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

}  // namespace

std::string Url::authority() const {
  if (port != default_port(scheme)) return host_and_port();
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string Url::host_and_port() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

base::Result<Url> parse_url(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed) return base::invalid("not a URL");
  Url url;
  url.scheme = in_lower_case(parsed->scheme());
  if (url.scheme != "http" && url.scheme != "https") {
    return base::invalid("a URL must begin with http:// or https://");
  }
  url.userinfo = parsed->userinfo();
  url.host = in_lower_case(std::string(parsed->host_address()));
  if (url.host.empty()) return base::invalid("the URL names no host");
  url.port = default_port(url.scheme);
  const auto port = parsed->port();  // text: Boost's number wraps around
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size() || url.port == 0) {
      return base::invalid("the URL's port is not valid");
    }
  }
  url.target = std::string(parsed->encoded_target());
  if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
  return url;
}

}  // namespace elevator::net
