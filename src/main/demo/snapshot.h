// The snapshot of everything, as the page gets it (docs/demo.md).
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "main/demo/driver.h"

namespace elevator::demo {

boost::json::object snapshot(const Driver& driver, const base::Clock& clock);

// The same as text, made once for all who look at the same time: anew after a change, and when the
// clock has gone on. Thread-safe.
class Snapshots {
 public:
  Snapshots(const Driver& driver, const base::Clock& clock, const Changes& changes)
      : driver_(driver), clock_(clock), changes_(changes) {}

  std::shared_ptr<const std::string> latest();

 private:
  const Driver& driver_;
  const base::Clock& clock_;
  const Changes& changes_;
  std::mutex mutex_;
  std::uint64_t made_at_ = 0;  // the count of changes
  base::TimePoint shows_{};    // the time that the text says
  std::shared_ptr<const std::string> text_;
};

}  // namespace elevator::demo
