#include "net/proxy.h"

#include <doctest/doctest.h>

namespace elevator::net::proxy_test {
namespace {

Url url(std::string_view text) { return *parse_url(text); }

TEST_CASE("bypasses_proxy_whenListed_matchesHostsAndWhatIsBelow") {
  const std::string list = "localhost, 169.254.169.254,.internal,example.com:8443";
  CHECK(bypasses_proxy(list, url("http://LOCALHOST/")));
  CHECK(bypasses_proxy(list, url("http://169.254.169.254/")));
  CHECK(bypasses_proxy(list, url("https://a.b.internal/")));
  CHECK(bypasses_proxy(list, url("https://internal/")));
  CHECK(bypasses_proxy(list, url("https://sub.example.com:8443/")));
  CHECK(bypasses_proxy("*", url("https://anything/")));

  CHECK_FALSE(bypasses_proxy(list, url("https://example.com/")));
  CHECK_FALSE(bypasses_proxy(list, url("https://notinternal/")));
  CHECK_FALSE(bypasses_proxy(list, url("https://internal.evil.example/")));
  CHECK_FALSE(bypasses_proxy("", url("https://a/")));
  CHECK_FALSE(bypasses_proxy(",,", url("https://a/")));
}

TEST_CASE("choose_proxy_whenSet_isForHttpsOnly") {
  const Proxy proxy{.url = "proxy.example:3128", .no_proxy = "direct.example"};
  const auto chosen = choose_proxy(proxy, url("https://aws.example/"));
  REQUIRE(chosen);
  REQUIRE(*chosen);
  CHECK((*chosen)->host_and_port() == "proxy.example:3128");
  CHECK_FALSE(choose_proxy(proxy, url("http://aws.example/"))->has_value());
  CHECK_FALSE(choose_proxy(proxy, url("https://direct.example/"))->has_value());
  CHECK_FALSE(choose_proxy({}, url("https://aws.example/"))->has_value());
}

TEST_CASE("choose_proxy_whenMalformed_doesNotRepeatThePassword") {
  for (const char* text : {"socks5://me:secret@p:1", "https://me:secret@p", "me:secret@:"}) {
    const auto chosen = choose_proxy({.url = text}, url("https://aws.example/"));
    REQUIRE_FALSE(chosen);
    CHECK(chosen.error().message.find("secret") == std::string::npos);
  }
}

}  // namespace
}  // namespace elevator::net::proxy_test
