#include "main/serve/crew.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace elevator::serve {
namespace {

constexpr base::Milliseconds kRest = base::Seconds(5);

std::optional<base::TimePoint> earlier(std::optional<base::TimePoint> left,
                                       std::optional<base::TimePoint> right) {
  if (!left) return right;
  if (!right) return left;
  return std::min(*left, *right);
}

}  // namespace

Crew::Crew(Options options, const base::Clock& clock, base::Logger& log, Work work)
    : options_(options), clock_(clock), log_(log), work_(std::move(work)) {}

void Crew::start() {
  {
    const std::lock_guard lock(mutex_);
    running_ = true;
  }
  for (size_t i = 0; i < std::max<size_t>(options_.hands, 1); ++i) {
    hands_.emplace_back([this] { work_on(); });
  }
}

void Crew::nudge() {
  const std::lock_guard lock(mutex_);
  ask_anew();
}

// Requires: mutex_ is held. What anybody saw of any row may be out of date.
void Crew::ask_anew() {
  ++wanted_;
  resting_.clear();
  driven_.clear();
  seen_at_work_ = at_work_;
  changed_.notify_all();
}

bool Crew::run_now() {
  Lock lock(mutex_);
  ask_anew();
  trouble_ = false;
  changed_.wait(lock, [this] {
    const bool is_idle = waiting_.empty() && at_work_.empty() && !looking_ && !is_look_wanted();
    return is_idle || !running_;
  });
  return !trouble_;
}

void Crew::stop() {
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
    changed_.notify_all();
  }
  hands_.clear();
}

void Crew::work_on() {
  Lock lock(mutex_);
  while (running_) {
    if (!waiting_.empty()) {
      drive_next(lock);
    } else if (is_look_wanted()) {
      look(lock);
    } else {
      wait(lock);
    }
  }
}

void Crew::drive_next(Lock& lock) {
  const ports::RowRef row = waiting_.front();
  waiting_.pop_front();
  at_work_.insert(row);
  lock.unlock();
  bool is_well = false;
  try {
    is_well = work_.drive(row);
  } catch (const std::exception& failure) {
    // A library threw where it should not; the next time may do better.
    log_.error("worker_failed",
               {{"worker", options_.name}, {"row", row.key}, {"error", failure.what()}});
  }
  lock.lock();
  at_work_.erase(row);
  // Whoever saw it due while it was at work may have brought something that it did not see.
  if (seen_at_work_.erase(row) == 0) driven_.insert(row);
  trouble_ = trouble_ || !is_well;
  stale_ = true;  // it may be due at another time now
  changed_.notify_all();
}

void Crew::look(Lock& lock) {
  looking_ = true;
  stale_ = false;
  const std::uint64_t round = wanted_;
  std::set<ports::RowRef> driven = std::exchange(driven_, {});
  lock.unlock();
  std::vector<ports::RowRef> due;
  std::optional<base::TimePoint> next;
  try {
    due = work_.due();
    next = work_.next_due();
  } catch (const std::exception& failure) {
    log_.error("worker_failed", {{"worker", options_.name}, {"error", failure.what()}});
  }
  lock.lock();
  looking_ = false;
  looked_ = std::max(looked_, round);
  if (wanted_ != round) driven.clear();  // somebody brought something meanwhile
  queue(due, driven);
  const base::TimePoint now = clock_.now();
  next_look_ = next && *next > now ? next : std::nullopt;
  for (const auto& [row, until] : resting_) next_look_ = earlier(next_look_, until);
  changed_.notify_all();
}

void Crew::queue(const std::vector<ports::RowRef>& due, const std::set<ports::RowRef>& driven) {
  const base::TimePoint now = clock_.now();
  // Also when the clock was set back: then nothing is known about the time that passed.
  std::erase_if(resting_,
                [&](const auto& rest) { return rest.second <= now || rest.second > now + kRest; });
  for (const ports::RowRef& row : due) {
    if (at_work_.contains(row)) {
      seen_at_work_.insert(row);
      continue;
    }
    // What was done after this look began is for the next look, which is wanted already.
    if (driven_.contains(row) || resting_.contains(row)) continue;
    if (driven.contains(row)) {
      resting_[row] = now + kRest;
    } else {
      waiting_.push_back(row);
    }
  }
}

void Crew::wait(Lock& lock) {
  const auto reason = [this] { return !running_ || !waiting_.empty() || is_look_wanted(); };
  if (options_.only_when_nudged) return changed_.wait(lock, reason);
  base::Milliseconds pause = options_.at_least_every;
  if (next_look_) {
    pause = std::clamp(*next_look_ - clock_.now(), base::Milliseconds(0), pause);
  }
  if (!changed_.wait_for(lock, pause, reason)) ++wanted_;
}

}  // namespace elevator::serve
