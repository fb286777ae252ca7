#include "net/url.h"

#include <algorithm>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <charconv>

#include "base/lower_case.h"
#include "base/url.h"

namespace elevator::net {
namespace {

namespace urls = boost::urls;

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool consists_of(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

base::Result<std::string_view> without_scheme(std::string_view text, Url& url) {
  const size_t end = text.find("://");
  if (end == std::string_view::npos) return base::invalid("not a URL");
  url.scheme = base::lower_ascii(text.substr(0, end));
  if (url.scheme != "http" && url.scheme != "https") {
    return base::invalid("a URL must begin with http:// or https://");
  }
  return text.substr(end + 3);
}

base::Status read_port(std::string_view port, Url& url) {
  url.port = default_port(url.scheme);
  if (port.empty()) return {};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (error == std::errc() && end == port.data() + port.size() && url.port != 0) return {};
  return base::invalid("the URL's port is not valid");
}

// Read here and not by Boost.URL: 1.81 takes "127.0.0.1.example.com" for the address 127.0.0.1,
// later ones refuse it (boostorg/url issue 755). What is compared with loopback or with the names
// in no_proxy must be what is connected to.
base::Status read_authority(std::string_view authority, Url& url) {
  if (const size_t at = authority.find('@'); at != std::string_view::npos) {
    const std::string_view userinfo = authority.substr(0, at);
    if (!consists_of(userinfo, "-._~!$&'()*+,;=:%")) return base::invalid("not a URL");
    TRY(url.userinfo, base::percent_decode(userinfo));
    authority.remove_prefix(at + 1);
  }
  const bool is_ipv6 = authority.starts_with('[');
  const size_t end = is_ipv6 ? authority.find(']') : authority.find(':');
  std::string_view host = authority.substr(0, end);
  std::string_view rest = authority.substr(host.size());
  if (is_ipv6) {
    host.remove_prefix(1);
    if (!rest.starts_with(']') || !urls::parse_ipv6_address(host)) {
      return base::invalid("the URL's IPv6 address is not valid");
    }
    rest.remove_prefix(1);
  } else if (!consists_of(host, "-._")) {
    return base::invalid("the URL's host is not valid");
  }
  if (host.empty()) return base::invalid("the URL names no host");
  url.host = base::lower_ascii(host);
  if (!rest.empty() && !rest.starts_with(':')) return base::invalid("not a URL");
  return read_port(rest.substr(rest.empty() ? 0 : 1), url);
}

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
  Url url;
  TRY(std::string_view rest, without_scheme(text, url));
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(authority.size());
  TRY_VOID(read_authority(authority, url));
  url.target = std::string(rest.substr(0, rest.find('#')));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (!urls::parse_origin_form(url.target)) return base::invalid("not a URL");
  return url;
}

}  // namespace elevator::net
