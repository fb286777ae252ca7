// StopSignal: SIGTERM and SIGINT, from the first moment of the program to its last. A thread of its
// own takes them, so that a start that waits for somebody can be ended, too.
//
// Make it before any other thread: it blocks the signals for those that come after.
#pragma once

#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <thread>

#include "base/log.h"

namespace elevator::serve {

class StopSignal {
 public:
  explicit StopSignal(base::Logger& log);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // `hurry` runs when a signal comes, at once when it came already; an empty one: nothing does.
  void hurry_with(std::function<void()> hurry);
  bool came();
  void wait();

 private:
  void loop();

  base::Logger& log_;
  sigset_t signals_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> hurry_;
  bool came_ = false;
  bool over_ = false;
  std::jthread thread_;
};

}  // namespace elevator::serve
