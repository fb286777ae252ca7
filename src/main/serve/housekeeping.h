// Housekeeping: what has to be done every so often, each thing with its own interval. What failed
// is done again sooner, and said in the log. One thread.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"

namespace elevator::serve {

class Housekeeping {
 public:
  struct Job {
    const char* name;
    base::Milliseconds every;
    base::Milliseconds after_failure;
    std::function<base::Status()> run;
  };

  Housekeeping(const base::Clock& clock, base::Logger& log, base::Metrics& metrics)
      : clock_(clock), log_(log), metrics_(metrics) {}

  // `was_just_done`: the first time is one interval from now.
  void add(Job job, bool was_just_done = false);
  // Runs what is due, and says when something is due again.
  std::optional<base::TimePoint> run();

 private:
  struct Planned {
    Job job;
    std::optional<base::TimePoint> last;  // none: never ran
    base::Milliseconds pause{};
  };
  bool is_due(const Planned& planned, base::TimePoint now) const;

  const base::Clock& clock_;
  base::Logger& log_;
  base::Metrics& metrics_;
  std::vector<Planned> jobs_;
};

}  // namespace elevator::serve
