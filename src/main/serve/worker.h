// Worker: one thread that does one kind of work again and again: when it is nudged, and when the
// time has come that the work itself named.
//
// Under the test hooks the thread moves only when nudged, so that a test decides what happens at
// which virtual time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/time.h"

namespace elevator::serve {

class Worker {
 public:
  // Does what is due, and says when there is more; none = nothing is planned.
  using Work = std::function<std::optional<base::TimePoint>()>;

  struct Options {
    const char* name;
    base::Milliseconds at_least_every;  // whatever the work said
    bool only_when_nudged = false;
  };

  Worker(Options options, const base::Clock& clock, base::Logger& log, Work work);
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  void nudge();
  // Nudges, and waits for the end of a round that began after this call. The round's answer.
  // Returns at once when the worker is stopped.
  std::optional<base::TimePoint> run_now();
  // Waits for the round in progress, starts no other.
  void stop();

 private:
  void loop();
  std::optional<base::TimePoint> run_guarded();
  void wait_for_reason(std::unique_lock<std::mutex>& lock,
                       const std::optional<base::TimePoint>& next);

  const Options options_;
  const base::Clock& clock_;
  base::Logger& log_;
  const Work work_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool running_ = false;
  std::uint64_t wanted_ = 1;  // rounds asked for; the first is at start
  std::uint64_t done_ = 0;    // the latest of them that is done
  std::optional<base::TimePoint> next_;
  std::jthread thread_;
};

}  // namespace elevator::serve
