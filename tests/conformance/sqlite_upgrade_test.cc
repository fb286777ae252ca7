// The SQLite store on files of other releases, and when it is only looked at.
#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>

#include "adapters/sqlite/store.h"
#include "tests/conformance/sqlite_folder.h"
#include "tests/conformance/store_contract.h"

namespace elevator::conformance::sqlite_upgrade_test {
namespace {

using adapters::sqlite::open_store;
using adapters::sqlite::open_store_to_look;
using base::Kind;

TEST_CASE("open_whenAnOlderReleaseWroteIt_findsWhatIsOpen") {
  // I10
  const Folder folder;
  base::ManualClock clock = noon();
  domain::Request ended = any_request(3);
  ended.state = domain::RequestState::kEnded;
  domain::Request group = any_request(2);
  group.target =
      domain::GroupTarget{domain::GroupId::literal("11111111-2222-3333-4444-555555555555")};
  REQUIRE((*open_store({folder.file()}, clock))
              ->commit({{any_request(1), 0, {}}, {group, 0, {}}, {ended, 0, {}}}));
  run_sql(folder.file(),
          "DROP INDEX rows_open; ALTER TABLE rows DROP COLUMN open_target; "
          "DROP INDEX rows_due_grants; DELETE FROM migrations WHERE version >= 2; PRAGMA "
          "user_version = 1");
  const auto store = *open_store({folder.file()}, clock);
  const auto open = *store->open_requests_of(ended.requester);
  REQUIRE(open.size() == 2);
  CHECK(open[0].target == domain::to_string(any_request(1).target));
  CHECK(open[1].target == domain::to_string(group.target));
}

TEST_CASE("open_whenAReleaseWithoutTheIndexOfDueGrantsWroteIt_findsThemByIt") {
  // I10; for some days databases of this schema had the index already.
  base::ManualClock clock = noon();
  for (const char* change : {"DROP INDEX rows_due_grants", "SELECT 1"}) {
    CAPTURE(change);
    const Folder folder;
    const domain::Grant grant = any_grant(1);
    REQUIRE((*open_store({folder.file()}, clock))->commit({{grant, 0, clock.now()}}));
    run_sql(folder.file(), change);
    run_sql(folder.file(), "DELETE FROM migrations WHERE version = 3; PRAGMA user_version = 2");
    const auto store = *open_store({folder.file()}, clock);
    const auto due = store->due_grants(clock.now(), 10);
    REQUIRE(due);
    REQUIRE(due->size() == 1);
    CHECK(due->front().key == domain::to_key(grant.assignment));
  }
}

// --- only looked at ---

std::map<std::string, std::string> bytes_in(const fs::path& folder) {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    found[entry.path().filename().string()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return found;
}

void check_that_looking_changes_nothing(const Folder& folder) {
  base::ManualClock clock = noon();
  const auto before = bytes_in(folder.path());
  {
    const auto store = open_store_to_look({folder.file()}, clock);
    REQUIRE(store);
    CHECK((*(*store)->named("x"))->value.body == "last");
    const auto refused = (*store)->commit({{any_named("y", "z"), 0, {}}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == Kind::kDenied);
    CHECK_FALSE((*store)->check_writable());
    CHECK_FALSE((*store)->id_key());
  }
  CHECK(bytes_in(folder.path()) == before);
}

// A program that has the store open, in a process of its own: within one, SQLite shares what it has
// open. It closes the store when this is gone.
class Serving {
 public:
  explicit Serving(const Folder& folder) {
    std::array<int, 2> ready{};
    REQUIRE(::pipe(ready.data()) == 0);
    REQUIRE(::pipe(end_.data()) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(end_[1]);
      {
        base::ManualClock clock = noon();
        const auto store = *open_store({folder.file()}, clock);
        char byte = store->named("x") ? 'y' : 'n';
        const bool told = ::write(ready[1], &byte, 1) == 1;
        const bool ended = told && ::read(end_[0], &byte, 1) == 0;
        if (!ended) ::_exit(1);
      }
      ::_exit(0);
    }
    ::close(end_[0]);
    char byte = 'n';
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK(byte == 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Serving() {
    ::close(end_[1]);
    int status = 0;
    ::waitpid(child_, &status, 0);
    CHECK(status == 0);
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 private:
  std::array<int, 2> end_{};
  pid_t child_ = 0;
};

TEST_CASE("openToLook_changesNoByte_whetherItsProgramRunsOrStoppedOrDied") {
  base::ManualClock clock = noon();
  const Folder folder;
  const int status = in_child([&] {
    const auto store = *open_store({folder.file()}, clock);
    if (!store->commit({{any_named("x", "first"), 0, {}}})) ::_exit(1);
    if (!store->commit({{any_named("x", "last"), 1, {}}})) ::_exit(2);
    ::raise(SIGKILL);
  });
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(bytes_in(folder.path()).contains("elevator.db-wal"));
  check_that_looking_changes_nothing(folder);
  {
    const Serving serving(folder);
    check_that_looking_changes_nothing(folder);
  }
  REQUIRE(bytes_in(folder.path()).size() == 1);
  check_that_looking_changes_nothing(folder);
}

TEST_CASE("openToLook_whenTheSharedMemoryOfADeadProgramIsGone_saysWhatToDo") {
  base::ManualClock clock = noon();
  const Folder folder;
  static_cast<void>(in_child([&] {
    const auto store = *open_store({folder.file()}, clock);
    static_cast<void>(store->commit({{any_named("x", "last"), 0, {}}}));
    ::raise(SIGKILL);
  }));
  fs::remove(folder.file() + "-shm");
  const auto refused = open_store_to_look({folder.file()}, clock);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("start `serve` with it once") != std::string::npos);
}

TEST_CASE("openToLook_whenAnotherReleaseWroteIt_isRefusedAndSaysWhatToDo") {
  // I10
  base::ManualClock clock = noon();
  for (const auto& [schema, advice] : {std::pair{"2", "start `serve` of this release"},
                                       std::pair{"99", "run the newer release"}}) {
    const Folder folder;
    REQUIRE(open_store({folder.file()}, clock));
    run_sql(folder.file(), ("PRAGMA user_version = " + std::string(schema)).c_str());
    const auto before = bytes_in(folder.path());
    const auto refused = open_store_to_look({folder.file()}, clock);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(advice) != std::string::npos);
    CHECK(bytes_in(folder.path()) == before);
  }
}

TEST_CASE("openToLook_whenTheFolderHasSignsOfAnAddressInItsName_opensIt") {
  base::ManualClock clock = noon();
  const Folder folder;
  const fs::path odd = folder.path() / "a?b#c%20d";
  fs::create_directory(odd);
  REQUIRE((*open_store({(odd / "elevator.db").string()}, clock))
              ->commit({{any_named("x", "last"), 0, {}}}));
  CHECK(open_store_to_look({(odd / "elevator.db").string()}, clock));
}

}  // namespace
}  // namespace elevator::conformance::sqlite_upgrade_test
