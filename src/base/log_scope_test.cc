#include "base/log_scope.h"

#include <doctest/doctest.h>

#include "base/log.h"

namespace elevator::base::log_scope_test {
namespace {

std::string line(LogFields fields = {}) {
  return format_log_line("", LogLevel::kInfo, "e", fields);
}

TEST_CASE("logScope_isInEveryLineOfItsThread_asLongAsItLives") {
  CHECK(line().find("request_id") == std::string::npos);
  {
    const LogScope scope("request_id", "r1");
    CHECK(line().find(R"("request_id":"r1")") != std::string::npos);
    const LogScope nothing("grant", "");
    CHECK(line().find("grant") == std::string::npos);
    {
      const LogScope inner("request_id", "r2");
      CHECK(line().find(R"("request_id":"r2")") != std::string::npos);
      CHECK(line().find("r1") == std::string::npos);
    }
    CHECK(line({{"request_id", "own"}}).find("r1") == std::string::npos);
  }
  CHECK(line().find("request_id") == std::string::npos);
}

}  // namespace
}  // namespace elevator::base::log_scope_test
