#include "wire/aws/scheduler.h"

#include <fmt/format.h>

#include "base/url.h"
#include "wire/aws/fields.h"

namespace elevator::wire::aws {

namespace scheduler {
namespace {

SignableRequest request_for(std::string_view host, std::string method, std::string_view name) {
  SignableRequest request{
      .method = std::move(method), .path = "/schedules", .query = "", .headers = {}, .body = ""};
  if (!name.empty()) request.path += "/" + base::percent_encode(name);
  request.headers.emplace_back("Host", host);
  return request;
}

}  // namespace

SignableRequest create_request(std::string_view host, std::string_view name,
                               const CreateSchedule& schedule) {
  SignableRequest request = request_for(host, "POST", name);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = encode(schedule);
  return request;
}

SignableRequest get_request(std::string_view host, std::string_view group, std::string_view name) {
  SignableRequest request = request_for(host, "GET", name);
  request.query = fmt::format("groupName={}", base::percent_encode(group));
  return request;
}

SignableRequest delete_request(std::string_view host, std::string_view group, std::string_view name,
                               std::string_view client_token) {
  SignableRequest request = request_for(host, "DELETE", name);
  request.query = fmt::format("clientToken={}&groupName={}", base::percent_encode(client_token),
                              base::percent_encode(group));
  return request;
}

SignableRequest list_request(std::string_view host, std::string_view group,
                             std::string_view next_token) {
  SignableRequest request = request_for(host, "GET", "");
  request.query = fmt::format("MaxResults={}", kMaxPageSize);
  if (!next_token.empty()) {
    request.query += fmt::format("&NextToken={}", base::percent_encode(next_token));
  }
  request.query += fmt::format("&ScheduleGroup={}", base::percent_encode(group));
  return request;
}

std::string at_expression(base::TimePoint time) {
  const auto seconds = std::chrono::ceil<base::Seconds>(time);
  std::string text = base::to_rfc3339(seconds);
  text.pop_back();  // the Z: the time zone is a field of its own
  return "at(" + text + ")";
}

base::Result<base::TimePoint> moment_of(const Schedule& schedule) {
  const std::string& text = schedule.expression;
  const std::string zone = schedule.time_zone.value_or("UTC");
  const bool is_moment = text.starts_with("at(") && text.ends_with(")");
  if (is_moment && (zone == "UTC" || zone == "Etc/UTC")) {
    auto moment = base::parse_rfc3339(text.substr(3, text.size() - 4) + "Z");
    if (moment) return moment;
  }
  return base::corrupt(fmt::format("the schedule {} fires at {} {}, which is not a moment in UTC",
                                   schedule.name, text, zone));
}

}  // namespace scheduler

ELEVATOR_AWS_MESSAGE(scheduler::CreateSchedule);
ELEVATOR_AWS_MESSAGE(scheduler::Schedule);
ELEVATOR_AWS_MESSAGE(scheduler::SchedulePage);

}  // namespace elevator::wire::aws
