#include "main/serve/state_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace elevator::serve {
namespace {

constexpr const char* kName = "/serve.lock";
constexpr int kOwnerOnly = 0600;

std::string text_of(int number) { return std::generic_category().message(number); }

// Whoever holds the lock wrote this into the file.
std::string holder(int descriptor) {
  std::array<char, 32> buffer{};
  const ssize_t count = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  std::string text(buffer.data(), count > 0 ? static_cast<size_t>(count) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.empty() ? "" : " (process " + text + ")";
}

void sign(int descriptor) {
  const std::string text = std::to_string(::getpid()) + "\n";
  const bool is_written =
      ::ftruncate(descriptor, 0) == 0 &&
      ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  static_cast<void>(is_written);  // a full disk: the lock holds, only its holder has no name
}

}  // namespace

base::Result<std::unique_ptr<StateLock>> StateLock::take(const std::string& folder,
                                                         base::Logger& log) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    return base::invalid("cannot make the folder " + folder + ": " + failure.message());
  }
  const std::string path = folder + kName;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return base::invalid(
        fmt::format("cannot write to {}: {}; the state needs a folder that this "
                    "program may write to (--state)",
                    path, text_of(errno)));
  }
  std::unique_ptr<StateLock> lock(new StateLock(descriptor));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    sign(descriptor);
    return lock;
  }
  if (errno != EWOULDBLOCK) {
    log.warning("state_not_locked", {{"folder", folder}, {"error", text_of(errno)}});
    return lock;
  }
  return base::conflict(fmt::format(
      "another sso-elevator serve{} works with the folder {}: two would do everything twice. End "
      "that one first, or give this one a folder of its own (--state)",
      holder(descriptor), folder));
}

StateLock::~StateLock() { ::close(descriptor_); }

}  // namespace elevator::serve
