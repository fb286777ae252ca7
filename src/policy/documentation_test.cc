// Every example of docs/rules.md and docs/examples is parsed, every suite there is run.
#include <filesystem>

#include "policy/lint.h"
#include "policy/suite.h"
#include "tests/support/folders.h"
#include "tests/support/policy.h"

namespace elevator::policy::documentation_test {
namespace {

using namespace elevator::testing;

const std::filesystem::path kDocuments = tests::source_folder() + "/docs";

// The fenced ```json and ```yaml blocks.
std::vector<std::string> examples_in(const std::string& page) {
  std::vector<std::string> blocks;
  size_t at = 0;
  while ((at = page.find("\n```", at)) != page.npos) {
    const size_t begin = page.find('\n', at + 1) + 1;
    const std::string language = page.substr(at + 4, begin - at - 5);
    const size_t end = page.find("\n```", begin - 1);
    REQUIRE(end != page.npos);
    if (language == "json" || language == "yaml") {
      blocks.push_back(page.substr(begin, end + 1 - begin));
    }
    at = end + 4;
  }
  return blocks;
}

size_t run_suite_text(const std::string& text) {
  const auto result = run_suites(text, [](const std::string& path) {
    return base::Result<std::string>(read_file(kDocuments / "examples" / path));
  });
  if (!result) FAIL(codec::to_string(result.error()));
  for (const CaseFailure& failure : result->failures) {
    FAIL_CHECK(failure.name << ": " << failure.differences.front() << " (" << failure.why << ")");
  }
  CHECK(result->notes.empty());
  return result->passed;
}

void check_rules_text(const std::string& text) {
  const auto parsed = parse_rules(text);
  if (!parsed) FAIL(codec::to_string(parsed.error()));
  CHECK(codec::to_string(parsed->warnings).empty());
  CHECK(codec::to_string(lint(parsed->rules)).empty());
}

TEST_CASE("rulesPage_itsExamplesHold") {
  const std::vector<std::string> examples = examples_in(read_file(kDocuments / "rules.md"));
  size_t passed = 0;
  for (const std::string& example : examples) {
    CAPTURE(example);
    if (example.find("cases:") != example.npos) {
      passed += run_suite_text(example);
    } else {
      check_rules_text(example);
    }
  }
  CHECK(examples.size() >= 4);
  CHECK(passed >= 9);
}

TEST_CASE("exampleDocuments_areCleanAndTheirTestsPass") {
  size_t suites = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kDocuments / "examples")) {
    CAPTURE(entry.path());
    const std::string text = read_file(entry.path());
    if (entry.path().string().find(".test.") != std::string::npos) {
      CHECK(run_suite_text(text) >= 4);
      ++suites;
    } else {
      check_rules_text(text);
    }
  }
  CHECK(suites >= 2);
}

}  // namespace
}  // namespace elevator::policy::documentation_test
