#include "main/serve/stop_signal.h"

#include <pthread.h>

namespace elevator::serve {

StopSignal::StopSignal(base::Logger& log) : log_(log) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::jthread([this] { loop(); });
}

StopSignal::~StopSignal() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  pthread_kill(thread_.native_handle(), SIGTERM);  // wakes our thread only
}

void StopSignal::loop() {
  while (true) {
    int signal = 0;
    if (sigwait(&signals_, &signal) != 0) continue;
    const std::lock_guard lock(mutex_);
    if (over_) return;
    if (came_) continue;
    log_.info("stopping", {{"signal", signal}});
    came_ = true;
    if (hurry_) hurry_();
    changed_.notify_all();
  }
}

void StopSignal::hurry_with(std::function<void()> hurry) {
  const std::lock_guard lock(mutex_);
  hurry_ = std::move(hurry);
  if (came_ && hurry_) hurry_();
}

bool StopSignal::came() {
  const std::lock_guard lock(mutex_);
  return came_;
}

void StopSignal::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return came_; });
}

}  // namespace elevator::serve
