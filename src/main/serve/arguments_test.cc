#include "main/serve/arguments.h"

#include <doctest/doctest.h>

#include <vector>

namespace elevator::serve {
namespace {

base::Result<Arguments> parse(const std::vector<std::string>& words) {
  return parse_arguments(words);
}

TEST_CASE("listen_takesAddressesInNumbers_andLocalhost") {
  CHECK(parse({"--listen", "0.0.0.0:80"})->listen_address == "0.0.0.0");
  CHECK(parse({"--listen=[::1]:0"})->listen_address == "::1");
  const auto local = parse({"--listen", "localhost:8080"});
  REQUIRE(local.has_value());
  CHECK(local->listen_address == "127.0.0.1");
  CHECK(local->listen_port == 8080);
}

TEST_CASE("listen_whenItIsSomethingElse_saysWhatToWrite") {
  for (const auto* wrong : {"8080", ":8080", "elevator.corp.example:80", "127.0.0.1", "1.2.3:80"}) {
    CAPTURE(wrong);
    const auto refused = parse({"--listen", wrong});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find(wrong) != std::string::npos);
    CHECK(refused.error().message.find("0.0.0.0:8080") != std::string::npos);
  }
  CHECK(parse({"--listen", "127.0.0.1:99999"}).error().message.find("65535") != std::string::npos);
}

}  // namespace
}  // namespace elevator::serve
