#include "main/serve/housekeeping.h"

#include <algorithm>

namespace elevator::serve {

// Also when the clock was set back: better once too often than not for a long time.
bool Housekeeping::is_due(const Planned& planned, base::TimePoint now) const {
  return !planned.last || now < *planned.last || now >= *planned.last + planned.pause;
}

void Housekeeping::add(Job job, bool was_just_done) {
  Planned planned{.job = std::move(job), .last = std::nullopt};
  if (was_just_done) {
    planned.last = clock_.now();
    planned.pause = planned.job.every;
  }
  jobs_.push_back(std::move(planned));
}

std::optional<base::TimePoint> Housekeeping::run() {
  std::optional<base::TimePoint> next;
  for (Planned& planned : jobs_) {
    if (is_due(planned, clock_.now())) {
      const auto status = planned.job.run();
      planned.last = clock_.now();
      planned.pause = status ? planned.job.every : planned.job.after_failure;
      metrics_.count("sso_elevator_housekeeping_total",
                     {{"job", planned.job.name}, {"result", status ? "ok" : "failed"}});
      if (!status) {
        log_.warning("housekeeping_failed",
                     {{"job", planned.job.name}, {"error", status.error().message}});
      }
    }
    const base::TimePoint due = *planned.last + planned.pause;
    next = next ? std::min(*next, due) : due;
  }
  return next;
}

}  // namespace elevator::serve
