// InFlight: how much work is running that nobody waits for, so that a test can wait for its end.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace elevator::serve {

class InFlight {
 public:
  // Counts until the returned function object and all its copies are gone, whether it ran or was
  // dropped.
  std::function<void()> counted(std::function<void()> work) {
    const std::shared_ptr<void> token = begin();
    return [token, work = std::move(work)] { work(); };
  }

  void wait_until_none() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  std::shared_ptr<void> begin() {
    const std::lock_guard lock(mutex_);
    ++count_;
    return {this, [](InFlight* self) { self->end(); }};
  }
  void end() {
    const std::lock_guard lock(mutex_);
    --count_;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t count_ = 0;
};

}  // namespace elevator::serve
