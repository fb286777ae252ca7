// The SQLite store against the contract of every store, and against trouble of its own: other
// files, full disks, death in the middle of a commit.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "adapters/sqlite/store.h"
#include "tests/conformance/faulty_disk.h"
#include "tests/conformance/sqlite_folder.h"
#include "tests/conformance/store_contract.h"

namespace elevator::conformance::sqlite_store_test {
namespace {

namespace fs = std::filesystem;
using adapters::sqlite::open_store;
using base::Kind;

class SqliteUnderTest final : public StoreUnderTest {
 public:
  SqliteUnderTest() { reopen(); }
  ports::Store& store() override { return *store_; }
  base::ManualClock& clock() override { return clock_; }
  void reopen() override {
    store_.reset();
    store_ = *open_store({folder_.file()}, clock_);
  }

 private:
  Folder folder_;
  base::ManualClock clock_ = noon();
  std::unique_ptr<ports::Store> store_;
};

TEST_CASE("sqliteStore_keepsTheContractOfEveryStore") {
  check_store_contract([] { return std::make_unique<SqliteUnderTest>(); });
}

TEST_CASE("open_whenTheFileIsNew_itIsForItsOwnerAlone") {
  const Folder folder;
  base::ManualClock clock = noon();
  const auto store = open_store({folder.file()}, clock);
  REQUIRE(store);
  REQUIRE((*store)->commit({{any_named("x", "y"), 0, {}}}));
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    struct stat info{};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    CAPTURE(entry.path().string());
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE("open_whenASecondProcessHasIt_bothWork") {
  const Folder folder;
  base::ManualClock clock = noon();
  const auto one = *open_store({folder.file()}, clock);
  const auto two = *open_store({folder.file()}, clock);
  REQUIRE(one->commit({{any_named("x", "1"), 0, {}}}));
  CHECK((*two->named("x"))->value.body == "1");
  CHECK(two->commit({{any_named("x", "2"), 0, {}}}).error().kind == Kind::kConflict);
  CHECK(*one->id_key() == *two->id_key());
}

TEST_CASE("open_whenANewerReleaseWroteIt_isRefusedAndSaysWhatToDo") {
  // I10
  const Folder folder;
  base::ManualClock clock = noon();
  REQUIRE(open_store({folder.file()}, clock));
  run_sql(folder.file(), "PRAGMA user_version = 99");
  const auto refused = open_store({folder.file()}, clock);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Kind::kCorrupt);
  CHECK(refused.error().message.find("run the newer release") != std::string::npos);
}

TEST_CASE("open_whenTheFileIsSomethingElse_isRefused") {
  base::ManualClock clock = noon();
  {
    const Folder folder;
    std::ofstream(folder.file()) << std::string(5000, 'x');
    const auto refused = open_store({folder.file()}, clock);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::kCorrupt);
  }
  const Folder folder;
  run_sql(folder.file(), "CREATE TABLE recipes (name TEXT)");
  const auto refused = open_store({folder.file()}, clock);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("belongs to another program") != std::string::npos);
}

TEST_CASE("open_whenTheFolderDoesNotExist_isRefused") {
  base::ManualClock clock = noon();
  const auto refused = open_store({"/nonexistent/folder/elevator.db"}, clock);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Kind::kDenied);
}

TEST_CASE("open_whenTheDatabaseIsDamaged_isRefused") {
  const Folder folder;
  base::ManualClock clock = noon();
  {
    const auto store = *open_store({folder.file()}, clock);
    for (int i = 0; i < 50; ++i) {
      REQUIRE(
          store->commit({{any_named("row" + std::to_string(i), std::string(3000, 'x')), 0, {}}}));
    }
  }
  std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
  for (int page = 2; page < 30; ++page) {
    file.seekp(page * 4096);
    file << std::string(64, '\xFF');
  }
  file.close();
  const auto refused = open_store({folder.file()}, clock);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Kind::kCorrupt);
  CHECK(refused.error().message.find("restore a backup") != std::string::npos);
}

TEST_CASE("read_whenARowIsNewer_refusesThatRowAlone") {
  // I10, L4
  const Folder folder;
  base::ManualClock clock = noon();
  const auto store = *open_store({folder.file()}, clock);
  REQUIRE(store->commit({{any_named("new", "x"), 0, clock.now()}, {any_named("old", "x"), 0, {}}}));
  run_sql(folder.file(),
          "UPDATE rows SET body = replace(body, '\"v\":1', '\"v\":7') "
          "WHERE key = 'new'");
  const auto refused = store->named("new");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Kind::kCorrupt);
  CHECK(refused.error().message.find("the row new") != std::string::npos);
  CHECK(*store->named("old"));
  CHECK(store->due(clock.now(), 10)->size() == 1);
}

TEST_CASE("commit_whenAnotherProcessHoldsTheLock_isUnavailableAndWritesNothing") {
  const Folder folder;
  base::ManualClock clock = noon();
  const auto store = *open_store({folder.file(), base::Milliseconds(1)}, clock);
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(folder.file().c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto status = store->commit({{any_named("x", "y"), 0, {}}});
  REQUIRE_FALSE(status);
  CHECK(status.error().kind == Kind::kUnavailable);
  CHECK(status.error().retry == base::Retry::kBackoff);
  CHECK(status.error().effect == base::Effect::kNone);
  CHECK_FALSE(store->check_writable());
  CHECK_FALSE(*store->named("x"));  // readers are not kept waiting
  sqlite3_close(other);
  CHECK(store->commit({{any_named("x", "y"), 0, {}}}));
}

TEST_CASE("commit_whenTheDiskIsFull_saysSoAndRecovers") {
  const Folder folder;
  base::ManualClock clock = noon();
  REQUIRE(open_store({folder.file()}, clock));
  const int status = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto store = *open_store({folder.file()}, clock);
    const rlimit small{200'000, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &small);
    base::Status full;
    int written = 0;
    for (; written < 100 && full; ++written) {
      full = store->commit(
          {{any_named("row" + std::to_string(written), std::string(20'000, 'x')), 0, {}}});
    }
    if (full || full.error().kind != Kind::kUnavailable) ::_exit(1);
    if (store->check_writable()) ::_exit(2);
    const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &large);
    if (!store->check_writable()) ::_exit(3);
    if (!store->commit({{any_named("after", "x"), 0, {}}})) ::_exit(4);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  const auto store = *open_store({folder.file()}, clock);
  CHECK(*store->named("after"));
  CHECK(*store->named("row0"));
}

// What a writer does after an error: read again, and commit what is not there (ports/store.h).
bool commit_whatever_it_takes(ports::Store& store, FaultyDisk& disk, const char* body) {
  const std::vector<ports::Write> writes{{any_named("a", body), 1, {}},
                                         {any_named("b", body), 1, {}}};
  const auto first = store.commit(writes);
  if (first) return true;
  CHECK(first.error().kind == Kind::kUnavailable);
  CHECK(first.error().retry == base::Retry::kBackoff);
  disk.heal();
  const auto read = store.named("a");
  REQUIRE(read);
  const bool is_there = (*read)->version == 2;
  CHECK((*read)->value.body == (is_there ? body : "old"));
  // Nothing may be there after an error that says that nothing happened.
  if (!first.error().may_have_happened()) CHECK_FALSE(is_there);
  return is_there || store.commit(writes).has_value();
}

// The failure point walks forward until no fault fires: full and broken disks, once and for good,
// in writes and in flushes.
TEST_CASE("commit_whenTheDiskFailsAtAnyPoint_isUnknownAndReadingAgainResolvesIt") {
  base::ManualClock clock = noon();
  int failures = 0;
  for (const DiskFault fault :
       {DiskFault::kFull, DiskFault::kBrokenWrite, DiskFault::kBrokenFlush}) {
    for (const bool persistent : {false, true}) {
      bool fired = true;
      for (int nth = 1; fired && nth < 100; ++nth) {
        CAPTURE(nth);
        const Folder folder;
        FaultyDisk disk;
        {
          const auto store = *open_store({folder.file()}, clock);
          REQUIRE(store->commit({{any_named("a", "old"), 0, {}}, {any_named("b", "old"), 0, {}}}));
          disk.fail(fault, nth, persistent);
          CHECK(commit_whatever_it_takes(*store, disk, "new"));
          fired = disk.has_failed();
          failures += fired ? 1 : 0;
        }
        disk.heal();
        const auto store = *open_store({folder.file()}, clock);
        for (const char* name : {"a", "b"}) {
          const auto read = *store->named(name);
          CHECK(read->value.body == "new");
          CHECK(read->version == 2);
        }
      }
      CHECK_FALSE(fired);
    }
  }
  CHECK(failures >= 6);
}

// The process dies after the error: all rows or none are there, and the next one can tell.
TEST_CASE("commit_whenAFlushFailsAndTheProcessDies_leavesAllRowsOrNone") {
  base::ManualClock clock = noon();
  const Folder folder;
  REQUIRE((*open_store({folder.file()}, clock))
              ->commit({{any_named("a", "old"), 0, {}}, {any_named("b", "old"), 0, {}}}));
  const int status = in_child([&] {
    FaultyDisk disk;
    const auto store = *open_store({folder.file()}, clock);
    disk.fail(DiskFault::kBrokenFlush, 1, true);
    const auto failed =
        store->commit({{any_named("a", "new"), 1, {}}, {any_named("b", "new"), 1, {}}});
    ::_exit(!failed && failed.error().effect == base::Effect::kUnknown ? 0 : 1);
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  const auto store = *open_store({folder.file()}, clock);
  const auto read = *store->named("a");
  CHECK((*store->named("b"))->value.body == read->value.body);
  CHECK(read->version == (read->value.body == "new" ? 2U : 1U));
}

// --- death in the middle of a commit ---

int steps_left = 0;

void step() {
  if (--steps_left == 0) ::raise(SIGKILL);
}

// Every row that is written and every commit is a step; the n-th kills the process.
int count_steps(sqlite3* database, char**, const sqlite3_api_routines*) {
  sqlite3_update_hook(
      database, [](void*, int, const char*, const char*, sqlite3_int64) { step(); }, nullptr);
  sqlite3_commit_hook(
      database,
      [](void*) {
        step();
        return 0;
      },
      nullptr);
  return SQLITE_OK;
}

TEST_CASE("commit_whenTheProcessDiesAtAnyStep_leavesAllRowsOrNone") {
  base::ManualClock clock = noon();
  bool completed = false;
  int deaths = 0;
  for (int n = 1; !completed && n < 100; ++n) {
    const Folder folder;
    REQUIRE((*open_store({folder.file()}, clock))
                ->commit({{any_named("a", "0"), 0, {}},
                          {any_named("b", "0"), 0, {}},
                          {any_named("c", "0"), 0, {}}}));
    const int status = in_child([&] {
      sqlite3_auto_extension(reinterpret_cast<void (*)()>(count_steps));
      const auto store = *open_store({folder.file()}, clock);
      steps_left = n;
      for (ports::Version round = 1; round <= 3; ++round) {
        const std::string body = std::to_string(round);
        if (!store->commit({{any_named("a", body), round, {}},
                            {any_named("b", body), round, {}},
                            {any_named("c", body), round, {}}})) {
          ::_exit(1);
        }
      }
    });
    completed = WIFEXITED(status);
    if (completed) {
      CHECK(WEXITSTATUS(status) == 0);
    } else {
      ++deaths;
      CHECK(WTERMSIG(status) == SIGKILL);
    }
    const auto store = *open_store({folder.file()}, clock);
    const std::string found = (*store->named("a"))->value.body;
    CAPTURE(n);
    CHECK((*store->named("b"))->value.body == found);
    CHECK((*store->named("c"))->value.body == found);
    // Four steps a round: three rows, and the moment before the commit.
    CHECK(found == std::to_string(completed ? 3 : (n - 1) / 4));
  }
  CHECK(completed);
  CHECK(deaths == 12);
}

}  // namespace
}  // namespace elevator::conformance::sqlite_store_test
