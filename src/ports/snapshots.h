// Snapshots: cached listings that survive a restart. Bytes by name; losing them costs only time.
// Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace elevator::ports {

struct Snapshot {
  std::string bytes;
  base::TimePoint taken_at{};
};

class Snapshots {
 public:
  virtual ~Snapshots() = default;
  virtual base::Result<std::optional<Snapshot>> read(const std::string& name) = 0;
  virtual base::Status write(const std::string& name, const Snapshot& snapshot) = 0;
};

}  // namespace elevator::ports
