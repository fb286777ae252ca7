#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "adapters/files/audit_log.h"
#include "adapters/files/disk.h"
#include "adapters/files/rules_file.h"

namespace elevator::adapters::files::files_test {
namespace {

namespace fs = std::filesystem;
using base::Kind;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "elevator-files-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const char* name) const { return (path_ / name).string(); }
  std::string str() const { return path_.string(); }

 private:
  fs::path path_;
};

std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) found.push_back(fs::relative(entry.path(), folder).string());
  }
  return found;
}

const domain::SealedEntry kEntry{"2025/01/02/request-1-000001.json", "{\"a\":1}"};

TEST_CASE("append_whenNew_writesOneFileInItsPlace") {
  for (const char* prefix : {"logs", "/logs/", "logs///"}) {
    const Folder folder;
    FolderAuditLog log(folder.str(), prefix);
    REQUIRE(log.append(kEntry));
    CHECK(files_below(folder.str()) ==
          std::vector<std::string>{"logs/2025/01/02/request-1-000001.json"});
    CHECK(*read_file(folder / "logs/2025/01/02/request-1-000001.json", 100) == "{\"a\":1}");
  }
}

TEST_CASE("append_whenDeliveredAgain_isASuccess") {
  // I8
  const Folder folder;
  FolderAuditLog log(folder.str(), "");
  REQUIRE(log.append(kEntry));
  CHECK(log.append(kEntry));
  CHECK(files_below(folder.str()).size() == 1);
}

TEST_CASE("append_whenAnotherContentHasTheName_isLoudAndChangesNothing") {
  const Folder folder;
  FolderAuditLog log(folder.str(), "");
  REQUIRE(log.append(kEntry));
  const auto refused = log.append({kEntry.key, "{\"a\":2}"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Kind::kCorrupt);
  CHECK(*read_file(folder / "2025/01/02/request-1-000001.json", 100) == "{\"a\":1}");
  CHECK(files_below(folder.str()).size() == 1);
}

TEST_CASE("append_whenTheNameLeadsElsewhere_isRefused") {
  const Folder folder;
  FolderAuditLog log(folder.str(), "");
  for (const char* key : {"../x.json", "/x.json", "a/../x.json", "a//x.json", "x", "", ".x.json",
                          "a/.x.json", "a b.json", "a\nb.json"}) {
    CAPTURE(key);
    CHECK_FALSE(log.append({key, "{}"}));
  }
  CHECK(files_below(folder.str()).empty());
}

TEST_CASE("append_whenTheFolderCannotBeMade_saysWhy") {
  const Folder folder;
  std::ofstream(folder / "file") << "x";
  FolderAuditLog log(folder / "file", "");
  const auto status = log.append(kEntry);
  REQUIRE_FALSE(status);
  CHECK(status.error().retry == base::Retry::kBackoff);
}

TEST_CASE("append_whenManyDeliverTheSameEntry_oneFileResults") {
  const Folder folder;
  FolderAuditLog log(folder.str(), "audit");
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        const std::string key = "2025/01/02/e-" + std::to_string(n) + ".json";
        if (!log.append({key, "{}"})) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  CHECK(files_below(folder.str()).size() == 20);  // and no temporary file is left
}

TEST_CASE("rulesFile_whenUnchanged_isEmpty_whenChanged_isTheWholeDocument") {
  const Folder folder;
  const std::string path = folder / "rules.yaml";
  RulesFile source(path);
  CHECK(source.fetch("").error().kind == Kind::kNotFound);

  std::ofstream(path) << "statements: []\n";
  const auto first = source.fetch("");
  REQUIRE(first);
  CHECK((*first)->bytes == "statements: []\n");
  CHECK_FALSE(*source.fetch((*first)->version));

  // The same size and the same time stamp: still seen.
  struct stat before{};
  REQUIRE(::stat(path.c_str(), &before) == 0);
  std::ofstream(path) << "statements: {}\n";
  const timespec times[2] = {before.st_atim, before.st_mtim};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  const auto second = source.fetch((*first)->version);
  REQUIRE(*second);
  CHECK((*second)->bytes == "statements: {}\n");
  CHECK((*second)->version != (*first)->version);
}

TEST_CASE("rulesFile_whenTooLargeOrNoFile_isRefused") {
  const Folder folder;
  std::ofstream(folder / "large") << std::string((1 << 20) + 1, 'x');
  CHECK(RulesFile(folder / "large").fetch("").error().kind == Kind::kInvalid);
  CHECK(RulesFile(folder.str()).fetch("").error().kind == Kind::kInvalid);
}

}  // namespace
}  // namespace elevator::adapters::files::files_test
