// AuditLog: write-once objects by name: entries, and the rules documents that entries name by their
// digest. Delivering the same object again is a success (I8); another content under the same name
// is Kind::kCorrupt and must be shouted about. Thread-safe.
#pragma once

#include <string>

#include "base/result.h"
#include "domain/outbox.h"

namespace elevator::ports {

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  virtual base::Status append(const domain::SealedEntry& entry) = 0;
  // The bytes under this name; kNotFound when there are none.
  virtual base::Result<std::string> read(const std::string& key) = 0;
};

}  // namespace elevator::ports
