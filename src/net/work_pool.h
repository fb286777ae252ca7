// Threads that run queued work, started when first needed. Thread-safe. Internal to net.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace elevator::net {

class WorkPool {
 public:
  explicit WorkPool(size_t max_threads) : max_threads_(max_threads) {}
  ~WorkPool() { stop(); }
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // The caller bounds the queue. `work` must not throw. False, and dropped, after stop().
  bool post(std::function<void()> work);

  // Drops what has not begun (and says how much that was), waits for what has. Idempotent.
  size_t stop();

 private:
  void run();

  const size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::jthread> threads_;
  size_t waiting_ = 0;
  bool stopped_ = false;
};

}  // namespace elevator::net
