// What the suites of the SQLite store share: a folder that goes with the test, SQL behind the
// store's back, and processes that may die.
#pragma once

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/time.h"

namespace elevator::conformance {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "elevator-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file() const { return (path_ / "elevator.db").string(); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline base::ManualClock noon() {
  return base::ManualClock(*base::parse_rfc3339("2025-01-02T12:00:00Z"));
}

inline void run_sql(const std::string& file, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  char* message = nullptr;
  const int code = sqlite3_exec(database, sql, nullptr, nullptr, &message);
  CAPTURE(message);
  REQUIRE(code == SQLITE_OK);
  sqlite3_close(database);
}

// Runs `work` in a child process and returns how it ended.
template <typename Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace elevator::conformance
