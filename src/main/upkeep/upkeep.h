// Upkeep: the background jobs that compare whole populations: the sweep and the attribute sync.
// Their objects, built from the settings, and when they are due. One thread runs the jobs; dry runs
// and the answer to the brake's question come from any.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "adapters/aws/survey.h"
#include "main/settings/settings.h"
#include "workflow/engine.h"
#include "workflow/sweep/drift.h"
#include "workflow/sync/run.h"

namespace elevator::serve {

class Upkeep {
 public:
  struct Surroundings {
    const settings::Settings& settings;
    adapters::aws::Client& client;
    adapters::aws::Waiter& waiter;
    workflow::Engine& engine;
    ports::ForeignTimers* foreign = nullptr;  // of the existing product
  };
  explicit Upkeep(const Surroundings& surroundings);

  // As often as the existing product: a report every two hours, a removal once a day. The row
  // knows when the last was: a program that starts often does not sweep more often.
  static constexpr base::Milliseconds kSweepEvery = base::hours(2);
  static constexpr base::Milliseconds kLookEvery = base::minutes(5);
  static constexpr base::Milliseconds kSyncEvery = base::hours(1);

  // When one is due. A run that is out of time is an error, so that it goes on soon.
  base::Status sweep();
  // What an event asks for, whenever the last one was. False: out of time, to be continued.
  base::Result<bool> sweep(workflow::sweep::Purpose purpose, base::TimePoint until);
  // Goes on with a run that was out of time, and does what the brake's question was answered.
  base::Status continue_sweep(base::TimePoint until);
  // What there is no time for is left to the next.
  base::Status sync(std::optional<base::TimePoint> until = std::nullopt);
  // A reason not to start the attribute sync, as far as it can be seen now.
  base::Status check_sync();
  // Something said that this one changed: it is looked at now.
  base::Result<workflow::sweep::Drift> look_at(const domain::Assignment& assignment);
  base::Result<std::string> allow_removals(const domain::SlackUserId& person,
                                           const std::string& value);
  // The program ends: a sweep stops where it is, and the next one goes on there. From any thread.
  void stop() { stopping_ = true; }

  base::Result<std::string> preview_sweep(bool json);
  base::Result<std::string> preview_sync(bool json);

 private:
  workflow::sweep::Options sweep_options();
  workflow::sweep::Sweep sweeper();
  base::Result<workflow::sync::AttributeSync> syncer(base::TimePoint until);

  const settings::Settings& settings_;
  workflow::Engine& engine_;
  ports::ForeignTimers* foreign_;
  adapters::aws::Waiter& waiter_;
  std::atomic<bool> stopping_{false};
  adapters::aws::Survey survey_;
};

}  // namespace elevator::serve
