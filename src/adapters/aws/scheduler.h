// Timers as one-time schedules of EventBridge Scheduler, in the schedule group of the existing
// product and with payloads that it understands (docs/formats/schedules.md). Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/aws/client.h"
#include "ports/timer.h"
#include "wire/aws/scheduler.h"

namespace elevator::adapters::aws {

struct SchedulerOptions {
  std::string group;            // SCHEDULE_GROUP_NAME
  std::string target_arn;       // REVOKER_FUNCTION_ARN
  std::string role_arn;         // SCHEDULE_POLICY_ARN
  std::string dead_letter_arn;  // DEAD_LETTER_QUEUE_ARN; empty: undelivered events are dropped
};

// The schedule's name: "sso-elevator-" and 128 bits of a hash, in hexadecimal.
std::string schedule_name(const domain::Assignment& assignment, const domain::ArmedTimer& timer);

// The calls; complete over pages.
class ScheduleGroup {
 public:
  ScheduleGroup(Client& client, std::string group) : client_(client), group_(std::move(group)) {}

  // kConflict when there is one of this name, or it is being changed.
  base::Status create(const std::string& name, wire::aws::scheduler::CreateSchedule schedule);
  // Nothing when there is none.
  base::Result<std::optional<wire::aws::scheduler::Schedule>> get(const std::string& name);
  base::Status remove(const std::string& name);
  base::Result<std::vector<std::string>> names();

 private:
  base::Result<wire::aws::Reply> send(const wire::aws::Operation& operation,
                                      const Client::Build& build, Priority priority);

  Client& client_;
  const std::string group_;
};

class SchedulerTimer final : public ports::Timer {
 public:
  SchedulerTimer(Client& client, SchedulerOptions options);

  // For the deadline or two minutes from now, whichever is later; none for a deadline already past.
  // One of this name that calls our function is a success; one that calls another is replaced.
  base::Status arm(const ports::TimerPayload& payload) override;
  base::Status disarm(const domain::Assignment& assignment,
                      const domain::ArmedTimer& timer) override;

 private:
  wire::aws::scheduler::CreateSchedule schedule_for(const ports::TimerPayload& payload,
                                                    base::TimePoint at) const;
  bool calls_us(const wire::aws::scheduler::Schedule& schedule) const;

  const SchedulerOptions options_;
  const base::Clock& clock_;
  ScheduleGroup group_;
};

// The schedules of the existing product in the same group.
class SchedulesOfExistingProduct final : public ports::ForeignTimers {
 public:
  SchedulesOfExistingProduct(Client& client, std::string group);

  base::Result<std::vector<std::string>> names() override;
  base::Result<std::optional<ports::ForeignTimer>> read(const std::string& name) override;
  base::Status remove(const std::string& name) override { return group_.remove(name); }

 private:
  ScheduleGroup group_;
};

}  // namespace elevator::adapters::aws
