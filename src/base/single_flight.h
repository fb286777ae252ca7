// SingleFlight: work that is worth doing once at a time. Whoever calls while it runs waits for that
// run and gets its result. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/result.h"

namespace elevator::base {

class SingleFlight {
 public:
  // `work` must not throw, and must not call run() of the same object.
  template <typename Work>
  Status run(const Work& work) {
    std::unique_lock lock(mutex_);
    if (running_) {
      const std::uint64_t awaited = flight_;
      landed_.wait(lock, [&] { return flight_ != awaited; });
      return last_;
    }
    running_ = true;
    lock.unlock();
    Status status = work();
    lock.lock();
    running_ = false;
    ++flight_;
    last_ = status;
    landed_.notify_all();
    return status;
  }

 private:
  std::mutex mutex_;
  std::condition_variable landed_;
  bool running_ = false;
  std::uint64_t flight_ = 0;
  Status last_;
};

}  // namespace elevator::base
