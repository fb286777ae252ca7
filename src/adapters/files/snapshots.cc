#include "adapters/files/snapshots.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/crypto.h"
#include "base/time.h"

namespace elevator::adapters::files {

namespace fs = std::filesystem;

// Names hold ARNs and other things that are no file names.
std::string FolderSnapshots::path_of(const std::string& name) const {
  return folder_ + "/" + base::sha256_hex(name) + ".snapshot";
}

base::Result<std::optional<ports::Snapshot>> FolderSnapshots::read(const std::string& name) {
  std::ifstream file(path_of(name), std::ios::binary);
  std::string first_line;
  if (!file || !std::getline(file, first_line)) return std::optional<ports::Snapshot>();
  const auto taken_at = base::parse_rfc3339(first_line);
  if (!taken_at) return std::optional<ports::Snapshot>();
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  return std::optional(ports::Snapshot{std::move(bytes), *taken_at});
}

base::Status FolderSnapshots::write(const std::string& name, const ports::Snapshot& snapshot) {
  std::error_code error;
  fs::create_directories(folder_, error);
  const std::string path = path_of(name);
  const std::string temporary = path + "." + base::to_hex(base::random_bytes(8));
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file << base::to_rfc3339(snapshot.taken_at) << "\n" << snapshot.bytes;
    if (!file.flush()) {
      fs::remove(temporary, error);
      return base::unavailable("cannot write the snapshot " + path);
    }
  }
  fs::rename(temporary, path, error);
  if (!error) return {};
  const std::string why = error.message();
  fs::remove(temporary, error);
  return base::unavailable("cannot write the snapshot " + path + ": " + why);
}

// A folder that cannot be removed is only never read.
NoSnapshots::NoSnapshots(const std::string& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace elevator::adapters::files
