// Crew: a few threads that do one kind of work on rows. Each takes another row that is due, so that
// one that waits for somebody holds up itself and no other. The rows are driven as they are due:
// when the crew is nudged, and when the time has come.
//
// A row that is still due after it was driven (it cannot be written, or somebody else has to act)
// rests for a while, or until the crew is nudged.
//
// Under the test hooks the crew moves only when nudged, like a Worker.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "ports/store.h"

namespace elevator::serve {

class Crew {
 public:
  struct Options {
    const char* name;
    size_t hands = 1;
    base::Milliseconds at_least_every{};
    bool only_when_nudged = false;
  };
  // All of them are called by several threads at once.
  struct Work {
    std::function<std::vector<ports::RowRef>()> due;
    // False: the row is in trouble.
    std::function<bool(const ports::RowRef&)> drive;
    std::function<std::optional<base::TimePoint>()> next_due;
  };

  Crew(Options options, const base::Clock& clock, base::Logger& log, Work work);
  ~Crew() { stop(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void start();
  void nudge();
  // Nudges, and waits until everything that was due is driven. False: some row was in trouble.
  // Returns at once when the crew is stopped.
  bool run_now();
  // Waits for what is being driven, begins nothing else.
  void stop();

 private:
  using Lock = std::unique_lock<std::mutex>;

  void ask_anew();
  void work_on();
  void drive_next(Lock& lock);
  void look(Lock& lock);
  void queue(const std::vector<ports::RowRef>& due, const std::set<ports::RowRef>& driven);
  void wait(Lock& lock);
  bool is_look_wanted() const { return !looking_ && (stale_ || wanted_ > looked_); }

  const Options options_;
  const base::Clock& clock_;
  base::Logger& log_;
  const Work work_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool running_ = false;
  bool looking_ = false;
  bool stale_ = false;        // something was driven since the last look began
  std::uint64_t wanted_ = 1;  // looks asked for; the first is at start
  std::uint64_t looked_ = 0;  // the latest of them that is done
  std::deque<ports::RowRef> waiting_;
  std::set<ports::RowRef> at_work_;
  std::set<ports::RowRef> seen_at_work_;              // a look found them due meanwhile
  std::set<ports::RowRef> driven_;                    // since the last look began
  std::map<ports::RowRef, base::TimePoint> resting_;  // until
  bool trouble_ = false;
  std::optional<base::TimePoint> next_look_;
  std::vector<std::jthread> hands_;
};

}  // namespace elevator::serve
