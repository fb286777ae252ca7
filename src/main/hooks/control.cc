#include "main/hooks/control.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace elevator::hooks {
namespace {

constexpr size_t kMaxLine = 200;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || number < 0) {
    return std::nullopt;
  }
  return number;
}

// The rest of `line` after `prefix`, as a number.
std::optional<std::int64_t> argument(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return std::nullopt;
  return number_of(line.substr(prefix.size()));
}

}  // namespace

Control::Control(int descriptor, VirtualClock& clock, CallGate& gate)
    : descriptor_(descriptor), clock_(clock), gate_(gate) {}

Control::~Control() {
  stop();
  ::close(descriptor_);
}

std::optional<std::string> Control::read_line() {
  for (;;) {
    if (const size_t end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    if (buffer_.size() > kMaxLine) return std::nullopt;
    std::array<char, 256> bytes{};
    const ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    buffer_.append(bytes.data(), static_cast<size_t>(count));
  }
}

void Control::answer(const std::string& line) {
  const std::string bytes = line + "\n";
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count =
        ::send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
}

std::string Control::perform_settle() {
  if (!actions_.settle) return "error not running";
  const auto next = actions_.settle();
  if (!next) return "error " + next.error().message;
  if (!*next) return "settled never";
  return "settled " + std::to_string(base::to_unix_milliseconds(**next));
}

std::string Control::perform(const std::string& line) {
  if (const auto time = argument(line, "time ")) {
    clock_.set(base::from_unix_milliseconds(*time));
    if (actions_.time_changed) actions_.time_changed();
    return "ok";
  }
  if (const auto number = argument(line, "die before ")) {
    gate_.die_at(static_cast<std::uint64_t>(*number), CallGate::When::kBefore);
    return "ok";
  }
  if (const auto number = argument(line, "die after ")) {
    gate_.die_at(static_cast<std::uint64_t>(*number), CallGate::When::kAfter);
    return "ok";
  }
  if (line == "now") return "now " + std::to_string(base::to_unix_milliseconds(clock_.now()));
  if (line == "calls") return "calls " + std::to_string(gate_.count());
  if (line == "settle") return perform_settle();
  return "error unknown command";
}

base::Status Control::wait_for_run() {
  while (const auto line = read_line()) {
    if (*line == "run") {
      answer("ok");
      return {};
    }
    answer(perform(*line));
  }
  return base::invalid("the test hooks' descriptor was closed before \"run\"");
}

void Control::start(Actions actions) {
  actions_ = std::move(actions);
  thread_ = std::jthread([this](const std::stop_token& stopping) {
    while (const auto line = read_line()) answer(perform(*line));
    if (!stopping.stop_requested() && actions_.closed) actions_.closed();
  });
}

void Control::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  ::shutdown(descriptor_, SHUT_RDWR);
  thread_.join();
}

}  // namespace elevator::hooks
