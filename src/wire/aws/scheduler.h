// EventBridge Scheduler: schedules that fire once. A REST service: names are in the path, the rest
// is in the query or in a JSON body.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws {

inline constexpr Service kScheduler{.signing_name = "scheduler",
                                    .endpoint_prefix = "scheduler",
                                    .environment_name = "SCHEDULER",
                                    .target_prefix = ""};

namespace scheduler {

// A create carries a token, and a delete names one schedule: sending them again does no harm.
inline constexpr Operation kCreateSchedule{kScheduler, "CreateSchedule", Safety::kIdempotentWrite};
inline constexpr Operation kDeleteSchedule{kScheduler, "DeleteSchedule", Safety::kIdempotentWrite};
inline constexpr Operation kGetSchedule{kScheduler, "GetSchedule"};
inline constexpr Operation kListSchedules{kScheduler, "ListSchedules"};

inline constexpr size_t kMaxNameBytes = 64;
inline constexpr std::int64_t kMaxPageSize = 100;

struct FlexibleTimeWindow {
  std::string mode{"OFF"};
  static void fields(auto& field, auto& m) { field("Mode", m.mode); }
};

struct RetryPolicy {
  std::int64_t maximum_event_age_seconds = 0;
  std::int64_t maximum_attempts = 0;
  static void fields(auto& field, auto& m) {
    field("MaximumEventAgeInSeconds", m.maximum_event_age_seconds);
    field("MaximumRetryAttempts", m.maximum_attempts);
  }
};

struct DeadLetterConfig {
  std::optional<std::string> arn;
  static void fields(auto& field, auto& m) { field("Arn", m.arn); }
};

struct Target {
  std::string arn;
  std::string role_arn;
  std::optional<std::string> input;
  std::optional<DeadLetterConfig> dead_letters;
  std::optional<RetryPolicy> retry;
  static void fields(auto& field, auto& m) {
    field("Arn", m.arn);
    field("RoleArn", m.role_arn);
    field("Input", m.input);
    field("DeadLetterConfig", m.dead_letters);
    field("RetryPolicy", m.retry);
  }
};

// The body of a create; the name is in the path.
struct CreateSchedule {
  std::string group;
  std::string expression;  // "at(2025-01-02T03:04:05)"
  std::string time_zone{"UTC"};
  FlexibleTimeWindow window;
  Target target;
  std::string after_completion{"DELETE"};
  std::string state{"ENABLED"};
  std::string client_token;
  static void fields(auto& field, auto& m) {
    field("GroupName", m.group);
    field("ScheduleExpression", m.expression);
    field("ScheduleExpressionTimezone", m.time_zone);
    field("FlexibleTimeWindow", m.window);
    field("Target", m.target);
    field("ActionAfterCompletion", m.after_completion);
    field("State", m.state);
    field("ClientToken", m.client_token);
  }
};

// What GetSchedule answers, as far as it matters here.
struct Schedule {
  std::string name;
  std::string expression;
  std::optional<std::string> time_zone;
  std::optional<std::string> state;
  Target target;
  static void fields(auto& field, auto& m) {
    field("Name", m.name);
    field("ScheduleExpression", m.expression);
    field("ScheduleExpressionTimezone", m.time_zone);
    field("State", m.state);
    field("Target", m.target);
  }
};

struct ScheduleName {
  std::string name;
  static void fields(auto& field, auto& m) { field("Name", m.name); }
};

struct SchedulePage {
  std::vector<ScheduleName> schedules;
  std::optional<std::string> next_token;
  static void fields(auto& field, auto& m) {
    field("Schedules", m.schedules);
    field("NextToken", m.next_token);
  }
};

SignableRequest create_request(std::string_view host, std::string_view name,
                               const CreateSchedule& schedule);
SignableRequest get_request(std::string_view host, std::string_view group, std::string_view name);
SignableRequest delete_request(std::string_view host, std::string_view group, std::string_view name,
                               std::string_view client_token);
// `next_token` is empty for the first page.
SignableRequest list_request(std::string_view host, std::string_view group,
                             std::string_view next_token);

// "at(2025-01-02T03:04:05)" in UTC. Parts of a second are dropped upwards: never before `time`.
std::string at_expression(base::TimePoint time);
// Only an at() in UTC is a moment that is known here.
base::Result<base::TimePoint> moment_of(const Schedule& schedule);

}  // namespace scheduler
}  // namespace elevator::wire::aws
