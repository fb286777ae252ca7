#include "adapters/aws/scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/crypto.h"
#include "wire/aws/scheduled_event.h"

namespace elevator::adapters::aws {
namespace {

namespace api = wire::aws::scheduler;
using base::Kind;
using base::Result;
using base::Status;
using wire::aws::ScheduledRevocation;

constexpr std::string_view kPrefix = "sso-elevator-";
constexpr size_t kHashDigits = 32;
static_assert(kPrefix.size() + kHashDigits < api::kMaxNameBytes);

// Scheduler refuses moments that are past when it looks at them.
constexpr base::Milliseconds kLead = base::minutes(2);
// Its own defaults and limits, written down: a day, as often as it likes.
constexpr api::RetryPolicy kRetry{.maximum_event_age_seconds = 86'400, .maximum_attempts = 185};

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// The whole form: the function's name, with which theirs begin, may begin like ours.
bool is_ours(std::string_view name) {
  if (name.size() != kPrefix.size() + kHashDigits || !name.starts_with(kPrefix)) return false;
  const std::string_view hash = name.substr(kPrefix.size());
  return std::all_of(hash.begin(), hash.end(), is_lower_hex);
}

// Requests that wait, which live in messages alone.
bool is_about_a_message(std::string_view name) {
  return name.starts_with("discard-buttons") || name.starts_with("approvers-renotification");
}

// What stands for a request whose row could not be read: the access alone is known.
domain::Request nobodys_request(const domain::Assignment& assignment) {
  const auto nobody = domain::SlackUserId::literal("U00000000");
  const auto id = domain::RequestId::literal(
      base::sha256_hex("nobody\n" + domain::to_key(assignment)).substr(0, 32));
  if (const auto* group = std::get_if<domain::GroupMembership>(&assignment)) {
    return {.id = id, .requester = nobody, .target = domain::GroupTarget{group->group}};
  }
  const auto& account = std::get<domain::AccountAssignment>(assignment);
  const std::string& arn = account.permission_set.str();
  auto set = domain::PermissionSetName::parse(arn.substr(arn.rfind('/') + 1));
  return {.id = id,
          .requester = nobody,
          .target = domain::AccountTarget{
              account.account, set ? *std::move(set) : domain::PermissionSetName::literal("NA")}};
}

}  // namespace

std::string schedule_name(const domain::Assignment& assignment, const domain::ArmedTimer& timer) {
  const std::string facts = fmt::format("{}\n{}\n{}", domain::to_key(assignment), timer.generation,
                                        base::to_unix_milliseconds(timer.deadline));
  return std::string(kPrefix) + base::sha256_hex(facts).substr(0, kHashDigits);
}

// --- the calls ---

Result<wire::aws::Reply> ScheduleGroup::send(const wire::aws::Operation& operation,
                                             const Client::Build& build, Priority priority) {
  TRY(auto reply, client_.send(operation, build, {.priority = priority}));
  if (!wire::aws::succeeded(reply)) {
    return wire::aws::classify(wire::aws::parse_error(reply), operation);
  }
  return reply;
}

// The token is of this call alone, and sent again with it when an answer was lost. One made of the
// name would let AWS answer "created" for a schedule that was deleted since.
Status ScheduleGroup::create(const std::string& name, api::CreateSchedule schedule) {
  schedule.group = group_;
  schedule.client_token = base::to_hex(base::random_bytes(16));
  const auto build = [&](const Endpoint& endpoint) {
    return api::create_request(endpoint.host, name, schedule);
  };
  TRY_VOID(send(api::kCreateSchedule, build, Priority::kGrant));
  return {};
}

Result<std::optional<api::Schedule>> ScheduleGroup::get(const std::string& name) {
  const auto build = [&](const Endpoint& endpoint) {
    return api::get_request(endpoint.host, group_, name);
  };
  const auto reply = send(api::kGetSchedule, build, Priority::kList);
  if (!reply && reply.error().kind == Kind::kNotFound) return std::optional<api::Schedule>();
  if (!reply) return reply.error();
  TRY(auto schedule, wire::aws::decode<api::Schedule>(reply->body));
  return std::optional(std::move(schedule));
}

Status ScheduleGroup::remove(const std::string& name) {
  const std::string token = base::to_hex(base::random_bytes(16));
  const auto build = [&](const Endpoint& endpoint) {
    return api::delete_request(endpoint.host, group_, name, token);
  };
  const auto reply = send(api::kDeleteSchedule, build, Priority::kGrant);
  if (!reply && reply.error().kind != Kind::kNotFound) return reply.error();
  return {};
}

Result<std::vector<std::string>> ScheduleGroup::names() {
  std::vector<std::string> found;
  std::set<std::string> seen;
  std::string next_token;
  while (true) {
    const auto build = [&](const Endpoint& endpoint) {
      return api::list_request(endpoint.host, group_, next_token);
    };
    TRY(const auto reply, send(api::kListSchedules, build, Priority::kList));
    TRY(auto page, wire::aws::decode<api::SchedulePage>(reply.body));
    for (auto& schedule : page.schedules) found.push_back(std::move(schedule.name));
    next_token = page.next_token.value_or("");
    if (next_token.empty()) return found;
    if (!seen.insert(next_token).second)
      return base::corrupt("ListSchedules goes round in circles");
  }
}

// --- ours ---

SchedulerTimer::SchedulerTimer(Client& client, SchedulerOptions options)
    : options_(std::move(options)), clock_(client.clock()), group_(client, options_.group) {}

api::CreateSchedule SchedulerTimer::schedule_for(const ports::TimerPayload& payload,
                                                 base::TimePoint at) const {
  const ScheduledRevocation revocation{
      .schedule_name = schedule_name(payload.assignment, payload.timer),
      .assignment = payload.assignment,
      .timer = payload.timer,
      .request = payload.request.value_or(nobodys_request(payload.assignment))};
  api::CreateSchedule schedule;
  schedule.expression = api::at_expression(at);
  schedule.target = {.arn = options_.target_arn,
                     .role_arn = options_.role_arn,
                     .input = wire::aws::to_schedule_input(revocation),
                     .dead_letters = std::nullopt,
                     .retry = kRetry};
  if (!options_.dead_letter_arn.empty()) {
    schedule.target.dead_letters = api::DeadLetterConfig{options_.dead_letter_arn};
  }
  return schedule;
}

bool SchedulerTimer::calls_us(const api::Schedule& schedule) const {
  return schedule.target.arn == options_.target_arn &&
         schedule.target.role_arn == options_.role_arn &&
         schedule.state.value_or("ENABLED") == "ENABLED";
}

Status SchedulerTimer::arm(const ports::TimerPayload& payload) {
  const base::TimePoint now = clock_.now();
  if (payload.timer.deadline <= now) return {};
  const api::CreateSchedule schedule =
      schedule_for(payload, std::max(payload.timer.deadline, now + kLead));
  const std::string name = schedule_name(payload.assignment, payload.timer);
  Status made = group_.create(name, schedule);
  if (made || made.error().kind != Kind::kConflict) return made;
  // The name says for which deadline: what is there fires then, if it calls us at all.
  TRY(const auto there, group_.get(name));
  if (there && calls_us(*there)) return {};
  TRY_VOID(group_.remove(name));
  return group_.create(name, schedule);
}

Status SchedulerTimer::disarm(const domain::Assignment& assignment,
                              const domain::ArmedTimer& timer) {
  return group_.remove(schedule_name(assignment, timer));
}

// --- theirs ---

SchedulesOfExistingProduct::SchedulesOfExistingProduct(Client& client, std::string group)
    : group_(client, std::move(group)) {}

Result<std::vector<std::string>> SchedulesOfExistingProduct::names() {
  TRY(auto names, group_.names());
  std::erase_if(names,
                [](const std::string& name) { return is_ours(name) || is_about_a_message(name); });
  return names;
}

Result<std::optional<ports::ForeignTimer>> SchedulesOfExistingProduct::read(
    const std::string& name) {
  using Answer = std::optional<ports::ForeignTimer>;
  TRY(const auto schedule, group_.get(name));
  if (!schedule) return Answer();
  auto event = wire::aws::parse_scheduled_event(schedule->target.input.value_or(""));
  if (!event) {
    return base::corrupt(fmt::format("the schedule {}: {}", name, event.error().message));
  }
  auto* revocation = std::get_if<ScheduledRevocation>(&*event);
  if (revocation == nullptr || revocation->timer) return Answer();
  TRY(const base::TimePoint at, api::moment_of(*schedule));
  return Answer(ports::ForeignTimer{name, std::move(revocation->assignment), at,
                                    std::move(revocation->request)});
}

}  // namespace elevator::adapters::aws
