// CallGate: every external call of the process passes it, is counted, and may be where the process
// dies: before the call is made, or after it was made and before anybody here knows.
// Thread-safe. Used by the walking kill test (DESIGN 5, test hooks).
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace elevator::hooks {

class CallGate {
 public:
  enum class When { kBefore, kAfter };

  // The process ends with SIGKILL at the call of that number, counted from 1 at its start.
  void die_at(std::uint64_t number, When when);
  std::uint64_t count() const { return count_; }

  // Around one call, on the same thread.
  void before();
  void after();

  template <typename Function>
  auto pass(const Function& function) {
    before();
    auto result = function();
    after();
    return result;
  }

 private:
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint64_t> fatal_before_{0};
  std::atomic<std::uint64_t> fatal_after_{0};
};

}  // namespace elevator::hooks
