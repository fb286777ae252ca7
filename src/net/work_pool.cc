#include "net/work_pool.h"

#include <utility>

namespace elevator::net {

bool WorkPool::post(std::function<void()> work) {
  const std::scoped_lock lock(mutex_);
  if (stopped_) return false;
  queue_.push_back(std::move(work));
  if (queue_.size() > waiting_ && threads_.size() < max_threads_) {
    threads_.emplace_back([this] { run(); });
  }
  changed_.notify_one();
  return true;
}

void WorkPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++waiting_;
    changed_.wait(lock, [&] { return stopped_ || !queue_.empty(); });
    --waiting_;
    if (stopped_) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // captures end outside the lock
    lock.lock();
  }
}

size_t WorkPool::stop() {
  std::deque<std::function<void()>> dropped;
  std::vector<std::jthread> threads;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    dropped.swap(queue_);
    threads.swap(threads_);
    changed_.notify_all();
  }
  const size_t count = dropped.size();
  dropped.clear();
  threads.clear();  // joins
  return count;
}

}  // namespace elevator::net
