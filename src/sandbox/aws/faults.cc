#include "sandbox/aws/faults.h"

namespace elevator::sandbox::aws {

Switches Faults::switches() const {
  const std::lock_guard lock(mutex_);
  return switches_;
}

void Faults::set(const Switches& switches) {
  const std::lock_guard lock(mutex_);
  switches_ = switches;
}

void Faults::inject(Fault fault) {
  const std::lock_guard lock(mutex_);
  pending_.push_back(std::move(fault));
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  pending_.clear();
}

std::optional<Fault> Faults::strike(std::string_view operation, int page) {
  const std::lock_guard lock(mutex_);
  for (Fault& fault : pending_) {
    const bool is_meant = (fault.operation == "*" || fault.operation == operation) &&
                          (fault.page == 0 || fault.page == page);
    if (!is_meant || fault.times <= 0) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    --fault.times;
    return fault;
  }
  return std::nullopt;
}

}  // namespace elevator::sandbox::aws
