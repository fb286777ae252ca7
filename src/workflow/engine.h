// Engine: makes AWS, the chat and the audit log agree with the rows. Start-up, retry, the timer,
// a click and "end now" all call the same function: drive() a row until it waits.
//
// Thread-safe: several threads and processes may drive the same rows at the same time.
#pragma once

#include <optional>

#include "workflow/clock_steps.h"
#include "workflow/ports.h"
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
  // giving and taking access comes before telling about it.
  void drive(const ports::RowRef& row);

  // First brings rows back to a clock that was set back. Then drives every row that is due, at
  // most `limit`. Grants go first, and again between any two
  // other rows.
  ReconcileReport reconcile(size_t limit = 10'000);

  // When a row becomes due; none = never.
  base::Result<std::optional<base::TimePoint>> next_due();

  Ports& ports() { return ports_; }
  const Settings& settings() const { return settings_; }

 private:
  bool report(const ports::RowRef& row, const base::Status& status);
  bool step_request(const ports::RowRef& row, std::set<ports::RowRef>& touched);
  bool drive_all(std::set<ports::RowRef> rows);
  // Only steps of grants that ask AWS: what people are told about them stays due.
  bool drive_grant(const ports::RowRef& row);
  void tell_overdue(size_t limit);
  bool step_grant(const ports::RowRef& row, std::set<ports::RowRef>& touched, bool tells);
  void drive_due_grants(size_t limit, std::set<ports::RowRef>& troubled);

  Ports ports_;
  Settings settings_;
  ClockSteps clock_steps_;
  UnwrittenRevocations unwritten_;
};

}  // namespace elevator::workflow
