#include "main/demo/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

namespace elevator::demo {
namespace {

// Fork and exec of a large executable on a busy machine.
constexpr base::Seconds kStartPatience{60};
constexpr int kHooks = 3;  // its number in the child
constexpr std::string_view kListening = "listening on ";

base::Error trouble(const std::string& what) {
  return base::internal("cannot start the program: " + what + ": " + std::strerror(errno));
}

base::Error has_ended() { return base::unavailable("the program has ended"); }

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// What posix_spawn is told; destroyed with its scope.
struct SpawnPlan {
  SpawnPlan() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // Standard streams, the hooks, a group of its own (Ctrl-C is ours to handle), default signals.
  void prepare(int hooks, int output) {
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&files, hooks, kHooks);
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

base::TimePoint time_of(std::string_view text) {
  std::int64_t milliseconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  return base::from_unix_milliseconds(milliseconds);
}

}  // namespace

base::Result<std::unique_ptr<Child>> Child::start(const Options& options, base::TimePoint now) {
  std::unique_ptr<Child> child(new Child());
  TRY_VOID(child->spawn(options));
  TRY_VOID(child->set_time(now));
  TRY(const std::string ok, child->ask("run"));
  static_cast<void>(ok);
  TRY_VOID(child->wait_until_it_listens());
  return child;
}

base::Status Child::spawn(const Options& options) {
  std::array<int, 2> hooks{};
  std::array<int, 2> output{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, hooks.data()) != 0) {
    return trouble("socketpair");
  }
  hooks_ = hooks[0];
  if (::pipe2(output.data(), O_CLOEXEC) != 0) {
    ::close(hooks[1]);
    return trouble("pipe");
  }
  output_ = output[0];
  std::vector<std::string> words{"sso-elevator"};
  words.insert(words.end(), options.words.begin(), options.words.end());
  words.insert(words.end(), {"--test-hooks-fd", std::to_string(kHooks)});
  std::vector<std::string> variables;
  for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
  SpawnPlan plan;
  plan.prepare(hooks[1], output[1]);
  const int failed = ::posix_spawn(&pid_, "/proc/self/exe", &plan.files, &plan.attributes,
                                   pointers(words).data(), pointers(variables).data());
  ::close(hooks[1]);
  ::close(output[1]);
  if (failed != 0) {
    pid_ = 0;
    errno = failed;
    return trouble("posix_spawn");
  }
  alive_ = true;
  listener_ = std::jthread([this, said = options.said] { listen(said); });
  return {};
}

void Child::listen(const std::function<void(const std::optional<std::string>&)>& said) {
  std::string rest;
  std::array<char, 4096> bytes{};
  for (;;) {
    const ssize_t count = ::read(output_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    rest.append(bytes.data(), static_cast<size_t>(count));
    for (size_t end = 0; (end = rest.find('\n')) != std::string::npos; rest.erase(0, end + 1)) {
      const std::string line = rest.substr(0, end);
      hear(line);
      if (said) said(line);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    alive_ = false;
  }
  changed_.notify_all();
  if (said) said(std::nullopt);
}

void Child::hear(const std::string& line) {
  if (!line.starts_with(kListening)) return;
  const std::lock_guard lock(mutex_);
  if (url_.empty()) url_ = line.substr(kListening.size());
  changed_.notify_all();
}

base::Status Child::wait_until_it_listens() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kStartPatience, [this] { return !url_.empty() || !alive_; });
  if (url_.empty()) return has_ended();
  return {};
}

base::Result<std::string> Child::ask(const std::string& line) {
  const std::string bytes = line + "\n";
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = ::send(hooks_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return has_ended();
    sent += static_cast<size_t>(count);
  }
  size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    std::array<char, 256> received{};
    const ssize_t count = ::recv(hooks_, received.data(), received.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return has_ended();
    buffer_.append(received.data(), static_cast<size_t>(count));
  }
  std::string answer = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (answer.starts_with("error")) return base::internal("the program: " + answer);
  return answer;
}

base::Result<base::TimePoint> Child::time() {
  TRY(const std::string answer, ask("now"));
  return time_of(answer.substr(answer.find(' ') + 1));
}

base::Status Child::set_time(base::TimePoint now) {
  TRY(const std::string ok, ask("time " + std::to_string(base::to_unix_milliseconds(now))));
  static_cast<void>(ok);
  return {};
}

base::Result<std::optional<base::TimePoint>> Child::settle() {
  TRY(const std::string answer, ask("settle"));
  const std::string text = answer.substr(answer.find(' ') + 1);
  if (text == "never") return std::optional<base::TimePoint>();
  return std::optional(time_of(text));
}

void Child::signal(int number) {
  const std::lock_guard lock(mutex_);
  if (pid_ > 0) ::kill(pid_, number);
}

void Child::kill() { signal(SIGKILL); }

void Child::stop(base::Milliseconds patience) {
  signal(SIGTERM);
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return !alive_; });
  }
  kill();
}

void Child::reap() {
  const std::lock_guard lock(mutex_);
  if (pid_ <= 0) return;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
}

Child::~Child() {
  kill();
  reap();
  if (listener_.joinable()) listener_.join();
  if (hooks_ >= 0) ::close(hooks_);
  if (output_ >= 0) ::close(output_);
}

}  // namespace elevator::demo
