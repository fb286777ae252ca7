#include "adapters/files/snapshots.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/crypto.h"

namespace elevator::adapters::files::snapshots_test {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / base::to_hex(base::random_bytes(8));
  ~Folder() { std::filesystem::remove_all(path); }
};

TEST_CASE("folderSnapshots_readWhatWasWrittenLast") {
  const Folder folder;
  FolderSnapshots snapshots(folder.path.string());
  CHECK_FALSE(snapshots.read("arn:aws:x/y")->has_value());
  const auto at = base::from_unix_milliseconds(1'735'786'800'123);
  REQUIRE(snapshots.write("arn:aws:x/y", {"one\ntwo", at}).has_value());
  REQUIRE(snapshots.write("arn:aws:x/y", {std::string("\0\n3", 3), at}).has_value());
  const auto read = FolderSnapshots(folder.path.string()).read("arn:aws:x/y");
  REQUIRE(read->has_value());
  CHECK((*read)->bytes == std::string("\0\n3", 3));
  CHECK((*read)->taken_at == at);
}

TEST_CASE("folderSnapshots_whenAFileIsDamaged_haveNone") {
  const Folder folder;
  FolderSnapshots snapshots(folder.path.string());
  REQUIRE(snapshots.write("x", {"bytes", base::from_unix_milliseconds(1)}).has_value());
  for (const auto& file : std::filesystem::directory_iterator(folder.path)) {
    std::ofstream(file.path()) << "no time\nbytes";
  }
  CHECK_FALSE(snapshots.read("x")->has_value());
}

TEST_CASE("noSnapshots_keepNothing_andForgetWhatWasKept") {
  const Folder folder;
  const auto at = base::from_unix_milliseconds(1);
  REQUIRE(FolderSnapshots(folder.path.string()).write("x", {"bytes", at}).has_value());
  NoSnapshots none(folder.path.string());
  CHECK_FALSE(std::filesystem::exists(folder.path));
  CHECK(none.write("x", {"bytes", at}).has_value());
  CHECK_FALSE(none.read("x")->has_value());
  CHECK_FALSE(std::filesystem::exists(folder.path));
}

}  // namespace
}  // namespace elevator::adapters::files::snapshots_test
