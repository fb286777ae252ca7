#include "entry/cli/dry_run.h"

#include <doctest/doctest.h>

#include <sstream>
#include <vector>

namespace elevator::entry::dry_run_test {
namespace {

struct Result {
  int code;
  std::string out, err;
};

Result run(const std::vector<std::string>& words,
           const std::function<base::Result<std::string>(const DryRun&)>& look) {
  std::ostringstream out, err;
  const int code = run_dry({"sweep", "Shows strays.", look}, words, out, err);
  return {code, out.str(), err.str()};
}

TEST_CASE("runDry_printsWhatWasSeen") {
  const auto seen = run({"--dry-run", "--state", "/s", "--format", "json", "--config", "c.yaml"},
                        [](const DryRun& options) -> base::Result<std::string> {
                          CHECK(options.state_folder == "/s");
                          CHECK(options.config_file == "c.yaml");
                          return std::string(options.json ? "json" : "table");
                        });
  CHECK(seen.code == 0);
  CHECK(seen.out == "json");
}

TEST_CASE("runDry_withoutSayingSo_orWithWrongWords_looksAtNothing") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"--state", "/s"},
                                                {"--dry-run", "--format", "xml"},
                                                {"--dry-run", "--state"},
                                                {"--dry-run", "now"}}) {
    const auto refused = run(words, [](const DryRun&) -> base::Result<std::string> {
      FAIL("must not look");
      return std::string();
    });
    CHECK(refused.code == 2);
    CHECK(refused.err.find("Usage") != std::string::npos);
  }
}

TEST_CASE("runDry_whenItCannotLook_saysWhy") {
  const auto failed = run({"--dry-run"}, [](const DryRun&) -> base::Result<std::string> {
    return base::unavailable("AWS is down");
  });
  CHECK(failed.code == 1);
  CHECK(failed.err.find("AWS is down") != std::string::npos);
}

}  // namespace
}  // namespace elevator::entry::dry_run_test
