#include "main/serve/worker.h"

#include <algorithm>
#include <exception>

namespace elevator::serve {

Worker::Worker(Options options, const base::Clock& clock, base::Logger& log, Work work)
    : options_(options), clock_(clock), log_(log), work_(std::move(work)) {}

void Worker::start() {
  running_ = true;
  thread_ = std::jthread([this] { loop(); });
}

void Worker::nudge() {
  const std::lock_guard lock(mutex_);
  ++wanted_;
  changed_.notify_all();
}

std::optional<base::TimePoint> Worker::run_now() {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = ++wanted_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return done_ >= mine || !running_; });
  return next_;
}

void Worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

std::optional<base::TimePoint> Worker::run_guarded() {
  try {
    return work_();
  } catch (const std::exception& failure) {
    // A library threw where it should not; the next round may do better.
    log_.error("worker_failed", {{"worker", options_.name}, {"error", failure.what()}});
    return std::nullopt;
  }
}

void Worker::wait_for_reason(std::unique_lock<std::mutex>& lock,
                             const std::optional<base::TimePoint>& next) {
  const auto reason = [this] { return wanted_ > done_ || !running_; };
  if (options_.only_when_nudged) return changed_.wait(lock, reason);
  base::Milliseconds pause = options_.at_least_every;
  if (next) pause = std::clamp(*next - clock_.now(), base::Milliseconds(0), pause);
  changed_.wait_for(lock, pause, reason);
}

void Worker::loop() {
  std::unique_lock lock(mutex_);
  while (running_) {
    const std::uint64_t round = wanted_;
    lock.unlock();
    const auto next = run_guarded();
    lock.lock();
    next_ = next;
    done_ = std::max(done_, round);
    changed_.notify_all();
    if (running_) wait_for_reason(lock, next);
  }
}

}  // namespace elevator::serve
