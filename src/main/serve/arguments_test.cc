#include "main/serve/arguments.h"

#include <doctest/doctest.h>

#include <vector>

namespace elevator::serve::arguments_test {
namespace {

Arguments parse(const std::vector<std::string>& words) {
  const auto parsed = parse_arguments(words);
  REQUIRE(std::holds_alternative<Arguments>(parsed));
  return std::get<Arguments>(parsed);
}

entry::Stop refused(const std::vector<std::string>& words) {
  const auto parsed = parse_arguments(words);
  REQUIRE(std::holds_alternative<entry::Stop>(parsed));
  return std::get<entry::Stop>(parsed);
}

TEST_CASE("arguments_areTakenInBothForms") {
  const auto all = parse({"--config", "c.yaml", "--state=/var/s", "--test-hooks-fd", "3"});
  CHECK(all.config_file == "c.yaml");
  CHECK(all.state_folder == "/var/s");
  CHECK(all.hooks_descriptor == 3);
  CHECK_FALSE(parse({}).hooks_descriptor.has_value());
}

TEST_CASE("listen_takesAddressesInNumbers_andLocalhost") {
  CHECK(parse({"--listen", "0.0.0.0:80"}).listen_address == "0.0.0.0");
  CHECK(parse({"--listen=[::1]:0"}).listen_address == "::1");
  const auto local = parse({"--listen", "localhost:8080"});
  CHECK(local.listen_address == "127.0.0.1");
  CHECK(local.listen_port == 8080);
}

TEST_CASE("listen_whenItIsSomethingElse_saysWhatToWrite") {
  for (const auto* wrong : {"8080", ":8080", "elevator.corp.example:80", "127.0.0.1", "1.2.3:80"}) {
    CAPTURE(wrong);
    const auto stop = refused({"--listen", wrong});
    CHECK(stop.exit_code == 2);
    CHECK(stop.text.find(std::string("--listen: \"") + wrong) != std::string::npos);
    CHECK(stop.text.find("0.0.0.0:8080") != std::string::npos);
  }
  CHECK(refused({"--listen", "127.0.0.1:99999"}).text.find("65535") != std::string::npos);
}

TEST_CASE("arguments_help_doesNotTellOfTestHooks") {
  const auto help = refused({"--help"});
  CHECK(help.exit_code == 0);
  CHECK(help.text.find("--listen ADDR:PORT") != std::string::npos);
  CHECK(help.text.find("hooks") == std::string::npos);
}

}  // namespace
}  // namespace elevator::serve::arguments_test
