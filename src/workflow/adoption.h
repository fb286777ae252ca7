// Adoption: grants of the existing product live only in its timers. Before the first create after
// an upgrade all of them are read: each becomes a grant and a request (origin `adopted`) in one
// commit, audited, our timer is armed, and only then the old timer is removed (DESIGN 3).
//
// Crash at any point: what was committed is known by its id and finished by the next run. How far
// it came is in the row "adoption".
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "workflow/engine.h"

namespace elevator::workflow {

// How often all timers are looked at again, for somebody who went back and came again.
inline constexpr base::Milliseconds kAdoptionInterval = base::minutes(30);
// Without a complete look for this long, nothing is created.
inline constexpr base::Milliseconds kAdoptionHolds = base::hours(6);

struct AdoptionReport {
  bool looked = false;                  // false: not yet time to look again
  size_t adopted = 0;                   // timers that became rows in this run
  size_t left = 0;                      // for the next run: trouble, or no time
  std::vector<std::string> unreadable;  // names of timers that nobody understands: left alone
};

// Thread-safe; several processes at once do the work once.
class Adoption {
 public:
  Adoption(Engine& engine, ports::ForeignTimers& foreign) : engine_(engine), foreign_(foreign) {}

  // To be called at every round of the reconciler; reads one row when there is nothing to do.
  // Starts nothing new at `until`.
  base::Result<AdoptionReport> run(base::TimePoint until);

 private:
  base::Status one(const std::string& name, AdoptionReport& report);
  void tell_unreadable(const AdoptionReport& report);
  base::Status finish(const AdoptionReport& report);

  Engine& engine_;
  ports::ForeignTimers& foreign_;
};

// Holds creates back until all timers of the existing product were looked at. Thread-safe.
class AdoptionGate final : public CreateGate {
 public:
  AdoptionGate(ports::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}
  base::Status open() override;

 private:
  ports::Store& store_;
  const base::Clock& clock_;
  std::mutex mutex_;
  base::TimePoint looked_at_{};  // as the row said
};

// A timer of the existing product fired. An error: nothing is known to be written; whoever
// delivered it delivers it again. Delivered again, it changes nothing (I8).
base::Status foreign_timer_fired(Engine& engine, const ports::ForeignTimer& timer);

}  // namespace elevator::workflow
