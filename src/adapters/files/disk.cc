#include "adapters/files/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/crypto.h"

namespace elevator::adapters::files {
namespace {

using base::Kind;

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

base::Status sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open() || ::fsync(folder.get()) != 0) return error_of_errno("syncing", path);
  return {};
}

base::Status write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return error_of_errno("writing", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

bool unchanged(const struct stat& before, const struct stat& after) {
  return before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
         before.st_mtim.tv_nsec == after.st_mtim.tv_nsec;
}

}  // namespace

base::Error error_of_errno(std::string_view doing, const std::string& path) {
  const int number = errno;
  base::Error error;
  error.message = fmt::format("{} {}: {}", doing, path, std::system_category().message(number));
  error.retry = base::Retry::kBackoff;
  switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
      error.kind = Kind::kDenied;
      break;
    case ENOENT:
    case ENOTDIR:
      error.kind = Kind::kNotFound;
      break;
    case ENAMETOOLONG:
    case EISDIR:
      error.kind = Kind::kInvalid;
      error.retry = base::Retry::kNever;
      break;
    default:  // full disks, failing disks, too many open files: time or people mend them
      error.kind = Kind::kUnavailable;
      break;
  }
  return error;
}

base::Result<std::optional<std::string>> read_file(const std::string& path, size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open() && errno == ENOENT) return std::nullopt;
  struct stat before{};
  if (!file.open() || ::fstat(file.get(), &before) != 0) return error_of_errno("reading", path);
  if (!S_ISREG(before.st_mode)) return base::invalid("reading " + path + ": it is not a file");
  std::string bytes;
  char buffer[16 * 1024];
  while (true) {
    const ssize_t count = ::read(file.get(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_of_errno("reading", path);
    if (count == 0) break;
    bytes.append(buffer, static_cast<size_t>(count));
    if (bytes.size() > most) {
      return base::invalid(fmt::format("reading {}: it is larger than {} bytes", path, most));
    }
  }
  struct stat after{};
  if (::fstat(file.get(), &after) != 0) return error_of_errno("reading", path);
  if (!unchanged(before, after) || static_cast<size_t>(after.st_size) != bytes.size()) {
    return base::unavailable("reading " + path + ": it is being written; replace it by renaming");
  }
  return std::optional(std::move(bytes));
}

base::Status make_folders(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  const std::string above = folder_of(path);
  if (above != path) TRY_VOID(make_folders(above));
  // Audit entries name people: for the owner and the group only.
  if (::mkdir(path.c_str(), 0750) != 0 && errno != EEXIST) return error_of_errno("creating", path);
  return sync_folder(above);
}

base::Result<bool> create_file(const std::string& path, std::string_view bytes) {
  const std::string folder = folder_of(path);
  const std::string temporary =
      fmt::format("{}/.{}.tmp", folder, base::to_hex(base::random_bytes(12)));
  {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    if (!file.open()) return error_of_errno("creating", temporary);
    base::Status written = write_all(file.get(), bytes, temporary);
    if (written && ::fsync(file.get()) != 0) written = error_of_errno("syncing", temporary);
    if (!written) {
      ::unlink(temporary.c_str());
      return written.error();
    }
  }
  // link() fails when the name is taken; rename() would replace what is there.
  const bool created = ::link(temporary.c_str(), path.c_str()) == 0;
  const bool taken = !created && errno == EEXIST;
  const base::Error trouble = error_of_errno("creating", path);
  ::unlink(temporary.c_str());
  if (!created && !taken) return trouble;
  TRY_VOID(sync_folder(folder));
  return created;
}

}  // namespace elevator::adapters::files
