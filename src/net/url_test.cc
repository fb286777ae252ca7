#include "net/url.h"

#include <doctest/doctest.h>

namespace elevator::net::url_test {
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

// Whoever compares the host with loopback or a list of proxies must see what is connected to.
TEST_CASE("parse_url_whenANameBeginsLikeAnAddress_keepsTheWholeName") {
  for (const std::string host :
       {"127.0.0.1.example.com", "127.0.0.1.nip.io", "127.0.0.1a", "127.0.0.1-x.example",
        "10.0.0.1.2", "127.0.0.1.", "1.2.3.4.5.6", "127.0.0.256", "0127.0.0.1", "127.0.0.1_",
        "localhost.example.com", "127.1", "127.0.0.1"}) {
    CAPTURE(host);
    const auto url = parse_url("http://user:x@" + host + ":81/x?y");
    REQUIRE(url);
    CHECK(url->host_and_port() == host + ":81");
    CHECK(url->userinfo == "user:x");
    CHECK(url->target == "/x?y");
    const auto bare = parse_url("http://" + host);
    REQUIRE(bare);
    CHECK(bare->host_and_port() == host + ":80");
    CHECK(bare->target == "/");
  }
}

TEST_CASE("parse_url_whenTheAuthorityIsAmbiguous_isAnError") {
  for (const std::string authority :
       {"127.0.0.1%2eexample.com", "127.0.0.1\\@example.com", "a@127.0.0.1@example.com",
        "127.0.0.1\\.example.com", "[::1].example.com", "[::1", "[127.0.0.1]", "::1", "[]", "a@",
        "host:80:81", "host:80@", "host:+80", "[::1]:x", "ho st", "h\tost", "h\xc3\xb6st",
        "[fe80::1%25eth0]", "u%zz@host"}) {
    CAPTURE(authority);
    CHECK_FALSE(parse_url("http://" + authority + "/"));
  }
  CHECK(parse_url("http://host:/")->port == 80);  // RFC 3986 allows it
  CHECK(parse_url("http://127.0.0.1#@example.com/")->host == "127.0.0.1");
  CHECK(parse_url("http://host/path#fragment")->target == "/path");
}

}  // namespace
}  // namespace elevator::net::url_test
