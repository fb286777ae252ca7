// Checkpoint: once an hour the heads of all audit streams that moved are written into a stream of
// their own, so that a missing tail of any of them shows (I7). Not thread-safe: one housekeeper;
// several processes are safe, because the row decides.
#pragma once

#include <optional>

#include "base/log.h"
#include "ports/audit_log.h"
#include "ports/store.h"

namespace elevator::workflow {

inline constexpr base::Milliseconds kCheckpointInterval = base::hours(1);

class Checkpoints {
 public:
  Checkpoints(ports::Store& store, ports::AuditLog& audit, const base::Clock& clock)
      : store_(store), audit_(audit), clock_(clock) {}

  // Writes one when it is due, and delivers what is waiting. Says when it has work again.
  base::Result<base::TimePoint> run();

 private:
  ports::Store& store_;
  ports::AuditLog& audit_;
  const base::Clock& clock_;
};

}  // namespace elevator::workflow
