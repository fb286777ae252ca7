#include "net/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace elevator::net {
namespace {

constexpr int kMaxLookUps = 64;  // more at once means the name server is gone: do not pile up

base::Result<Addresses> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (code != 0) {
    return base::unavailable("cannot resolve " + host + ": " + gai_strerror(code));
  }
  Addresses addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  freeaddrinfo(list);
  return addresses;
}

}  // namespace

struct Resolver::State {
  ResolveFunction function;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopped = false;
  int running = 0;
};

bool is_numeric_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

Resolver::Resolver(ResolveFunction function) : state_(std::make_shared<State>()) {
  state_->function = function ? std::move(function) : look_up;
}

base::Result<Addresses> Resolver::resolve(const std::string& host,
                                          std::chrono::steady_clock::time_point deadline) {
  if (is_numeric_address(host)) return Addresses{host};
  auto answer = std::make_shared<std::optional<base::Result<Addresses>>>();
  std::unique_lock lock(state_->mutex);
  if (state_->running >= kMaxLookUps) {
    return base::unavailable("cannot resolve " + host + ": too many look-ups wait for an answer");
  }
  ++state_->running;
  std::thread([state = state_, answer, host] {
    auto found = state->function(host);
    const std::scoped_lock inner(state->mutex);
    *answer = std::move(found);
    --state->running;
    state->changed.notify_all();
  }).detach();

  const bool done = state_->changed.wait_until(
      lock, deadline, [&] { return answer->has_value() || state_->stopped; });
  if (state_->stopped) return base::unavailable("the client is shutting down");
  if (!done) {
    return base::Error{base::Kind::kTimeout, "resolving " + host + " took too long",
                       base::Retry::kBackoff};
  }
  auto result = **answer;
  if (result && result->empty()) return base::unavailable("no address is known for " + host);
  return result;
}

void Resolver::stop() {
  const std::scoped_lock lock(state_->mutex);
  state_->stopped = true;
  state_->changed.notify_all();
}

}  // namespace elevator::net
