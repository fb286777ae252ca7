// SingleFlight: work that is worth doing once at a time. Whoever calls while it runs waits for that
// run and gets its result; when the work throws, those who wait get an error. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/result.h"

namespace elevator::base {

class SingleFlight {
 public:
  // `work` must not call run() of the same object. What it throws goes to who called it.
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
    Landing landing{*this, internal("what was waited for failed before it had a result")};
    landing.status = work();
    return landing.status;
  }

 private:
  // However the work ends, nobody waits for it any longer.
  struct Landing {
    SingleFlight& flight;
    Status status;
    ~Landing() {
      const std::lock_guard lock(flight.mutex_);
      flight.running_ = false;
      ++flight.flight_;
      flight.last_ = status;
      flight.landed_.notify_all();
    }
  };

  std::mutex mutex_;
  std::condition_variable landed_;
  bool running_ = false;
  std::uint64_t flight_ = 0;
  Status last_;
};

}  // namespace elevator::base
