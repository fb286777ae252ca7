// The decisions recorded from the existing product (COMPAT section 3), as policy tests.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "policy/suite.h"
#include "tests/support/folders.h"

namespace elevator::policy::vectors_test {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_CASE("recordedDecisions_holdWhole") {
  const auto result =
      run_suites(read_file(tests::source_folder() + "/tests/vectors/policy.json"),
                 [](const std::string&) { return base::not_found("no file is named"); });
  if (!result) FAIL(codec::to_string(result.error()));
  for (const CaseFailure& failure : result->failures) {
    FAIL_CHECK(failure.name << ": " << failure.differences.front() << " (" << failure.why << ")");
  }
  CHECK(result->passed == 4247);
}

}  // namespace
}  // namespace elevator::policy::vectors_test
