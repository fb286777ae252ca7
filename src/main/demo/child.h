// Child: the product itself, `serve`, as a process of its own under its test hooks (control.h).
// Time is set and work is awaited by one thread; kill() and is_alive() may be called by any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace elevator::demo {

class Child {
 public:
  struct Options {
    std::vector<std::string> words;  // after the program's name, without the hidden flag
    std::map<std::string, std::string> environment;
    // Called with every line it writes, on a thread of its own; nothing when it has ended.
    std::function<void(const std::optional<std::string>& line)> said;
  };

  // Starts this same executable, at that time, and waits until it listens.
  static base::Result<std::unique_ptr<Child>> start(const Options& options, base::TimePoint now);
  ~Child();  // kills it
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  const std::string& url() const { return url_; }

  // Errors mean that it has died. Waiting moves its time, too, instead of taking any.
  base::Result<base::TimePoint> time();
  base::Status set_time(base::TimePoint now);
  // Ensures: all work that is due is done. When the next is due.
  base::Result<std::optional<base::TimePoint>> settle();

  bool is_alive() const { return alive_; }
  // At once, as a power failure does it.
  void kill();
  // Asks it to end, and waits; kills it after `patience`.
  void stop(base::Milliseconds patience);

 private:
  Child() = default;
  base::Status spawn(const Options& options);
  base::Status wait_until_it_listens();
  base::Result<std::string> ask(const std::string& line);
  void listen(const std::function<void(const std::optional<std::string>&)>& said);
  void hear(const std::string& line);
  void signal(int number);
  void reap();

  std::mutex mutex_;  // of pid_ and url_
  std::condition_variable changed_;
  int pid_ = 0;  // 0: gone, and its number may be somebody else's
  std::string url_;
  std::atomic<bool> alive_{false};
  int hooks_ = -1;
  int output_ = -1;
  std::string buffer_;
  std::jthread listener_;
};

}  // namespace elevator::demo
