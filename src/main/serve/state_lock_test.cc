#include "main/serve/state_lock.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

namespace elevator::serve::state_lock_test {
namespace {

struct Folder {
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "elevator-lock-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
  base::NullLogger log;
};

TEST_CASE_FIXTURE(Folder, "stateLock_whileOneHoldsIt_refusesTheSecond_andNamesTheFirst") {
  auto first = StateLock::take(path, log);
  REQUIRE(first.has_value());
  const auto second = StateLock::take(path, log);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == base::Kind::kConflict);
  CHECK(second.error().message.find("process " + std::to_string(getpid())) != std::string::npos);
  CHECK(second.error().message.find("--state") != std::string::npos);
  first->reset();
  CHECK(StateLock::take(path, log).has_value());
}

TEST_CASE_FIXTURE(Folder, "stateLock_makesTheFolder") {
  CHECK(StateLock::take(path + "/new/state", log).has_value());
}

}  // namespace
}  // namespace elevator::serve::state_lock_test
