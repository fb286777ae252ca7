// Engine: makes AWS, the chat and the audit log agree with the rows. Start-up, retry, the timer,
// a click and "end now" all call the same function: drive() a row until it waits.
//
// Thread-safe: several threads and processes may drive the same rows at the same time.
#pragma once

#include <optional>

#include "workflow/clock_steps.h"
#include "workflow/ports.h"
#include "workflow/row_claims.h"
#include "workflow/settings.h"
#include "workflow/unwritten.h"

namespace elevator::workflow {

struct ReconcileReport {
  size_t rows = 0;     // rows that were due
  size_t trouble = 0;  // rows that could not be read or written
};

class Engine {
 public:
  Engine(const Ports& ports, Settings settings);

  // Performs the next step of the row. False: it waits (or cannot be written now).
  // `touched` receives the rows that were written.
  bool step(const ports::RowRef& row, std::set<ports::RowRef>& touched);

  // Steps until the row, and every row that was written on the way, waits. Grants go first:
  // giving and taking access comes before telling about it. A row that another thread of this
  // process is at is left to that thread. False: a row is in trouble.
  bool drive(const ports::RowRef& row);

  // First brings rows back to a clock that was set back. Then drives every row that is due, at
  // most `limit`. Grants go first, and again between any two
  // other rows.
  ReconcileReport reconcile(size_t limit = 10'000);

  // The parts of a round, for a process in which several threads share the work, each by its own
  // kind: whoever has to wait for one other side must not hold up what needs another.
  //
  // What has to be done now and then besides the rows: a clock that was set back, alerts.
  void look_around(size_t limit = 10'000);
  // A grant, without alerts about it.
  bool drive_grant(const ports::RowRef& row);
  // Delivers what the request has for the audit log, when nothing else of it is due.
  bool deliver_audit(const ports::RowRef& row);

  // When a row becomes due; none = never.
  base::Result<std::optional<base::TimePoint>> next_due();

  Ports& ports() { return ports_; }
  const Settings& settings() const { return settings_; }

 private:
  bool report(const ports::RowRef& row, const base::Status& status);
  // What one thread takes on.
  enum class Errand { kEverything, kAllButAudit, kAuditOnly };
  bool step_request(const ports::RowRef& row, std::set<ports::RowRef>& touched, Errand errand);
  bool step_one(const ports::RowRef& row, std::set<ports::RowRef>& touched, Errand errand);
  bool drive_all(std::set<ports::RowRef> rows, Errand errand);
  void tell_overdue(size_t limit);
  bool step_grant(const ports::RowRef& row, std::set<ports::RowRef>& touched, bool tells);
  void drive_due_grants(size_t limit, std::set<ports::RowRef>& troubled);

  Ports ports_;
  Settings settings_;
  ClockSteps clock_steps_;
  UnwrittenRevocations unwritten_;
  RowClaims claims_;
  RowClaims audit_claims_;
};

}  // namespace elevator::workflow
