#include "net/url.h"

#include <doctest/doctest.h>

namespace elevator::net {
namespace {

TEST_CASE("parse_url_whenWellFormed_keepsTargetAsWritten") {
  const auto url = parse_url("HTTPS://Sso.EU-west-1.amazonaws.com/a%20b/c?x=1&y=%2F");
  REQUIRE(url);
  CHECK(url->scheme == "https");
  CHECK(url->tls());
  CHECK(url->host == "sso.eu-west-1.amazonaws.com");
  CHECK(url->port == 443);
  CHECK(url->target == "/a%20b/c?x=1&y=%2F");
  CHECK(url->authority() == "sso.eu-west-1.amazonaws.com");
}

TEST_CASE("parse_url_whenPortUserinfoOrIpv6_splitsThem") {
  const auto proxy = parse_url("http://user:pa%40ss@proxy.example:3128");
  REQUIRE(proxy);
  CHECK(proxy->userinfo == "user:pa@ss");
  CHECK(proxy->host_and_port() == "proxy.example:3128");
  CHECK(proxy->target == "/");

  const auto six = parse_url("http://[::1]:8080?q");
  REQUIRE(six);
  CHECK(six->host == "::1");
  CHECK(six->authority() == "[::1]:8080");
  CHECK(six->target == "/?q");
}

TEST_CASE("parse_url_whenNotHttp_isAnError") {
  for (const std::string text :
       {"", "host", "/path", "ftp://host/", "http://", "http://host:99999/", "http://host:0/",
        "http://host/a b", "http://host/\r\nX: y", "http:///"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_url(text));
  }
}

}  // namespace
}  // namespace elevator::net
