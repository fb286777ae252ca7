// AuditLog: write-once objects by name. Delivering the same entry again is a success (I8);
// another content under the same name is Kind::kCorrupt and must be shouted about. Thread-safe.
#pragma once

#include "base/result.h"
#include "domain/outbox.h"

namespace elevator::ports {

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  virtual base::Status append(const domain::SealedEntry& entry) = 0;
};

}  // namespace elevator::ports
