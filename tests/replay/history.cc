#include "replay/history.h"

#include <boost/json.hpp>

#include "wire/rows/rows.h"

namespace elevator::replay {
namespace {

namespace json = boost::json;
namespace rows = wire::rows;

std::int64_t number(base::TimePoint time) { return base::to_unix_milliseconds(time); }

base::TimePoint time_of(const json::value& value) {
  return base::from_unix_milliseconds(value.to_number<std::int64_t>());
}

std::string text(const json::value& value) { return json::value_to<std::string>(value); }

template <typename Rows>
void put_rows(json::array& out, const char* kind, const Rows& stored) {
  for (const auto& [key, row] : stored) {
    json::object one{{"kind", kind}, {"version", row->version}, {"body", rows::encode(row->value)}};
    if (row->due) one["due"] = number(*row->due);
    out.push_back(std::move(one));
  }
}

template <typename T>
std::shared_ptr<const sim::StoredRow<T>> stored(const json::object& one, const T& value) {
  sim::StoredRow<T> row{.value = value, .version = one.at("version").to_number<std::uint64_t>()};
  if (one.contains("due")) row.due = time_of(one.at("due"));
  row.print = sim::fingerprint(value);
  return std::make_shared<const sim::StoredRow<T>>(std::move(row));
}

base::Status read_row(const json::object& one, sim::World& world) {
  const std::string body = text(one.at("body"));
  std::string again;
  if (one.at("kind") == "request") {
    TRY(const auto request, rows::decode_request(body));
    world.requests.emplace(request.id, stored(one, request));
    again = rows::encode(request);
  } else {
    TRY(const auto grant, rows::decode_grant(body));
    world.grants.emplace(grant.assignment, stored(one, grant));
    again = rows::encode(grant);
  }
  if (again != body) return base::corrupt("a row is not written back as it was");
  return {};
}

void put_aws(json::object& out, const sim::World& world) {
  json::array present, operations, timers;
  for (const auto& assignment : world.present) {
    present.emplace_back(domain::to_key(assignment));
  }
  for (const auto& one : world.operations) {
    if (one.progress != domain::Progress::kInProgress) continue;
    operations.push_back({{"id", one.id},
                          {"creates", one.kind == domain::Operation::Kind::kCreate},
                          {"assignment", domain::to_key(one.assignment)},
                          {"lands_at", number(*one.lands_at)}});
  }
  for (const auto& [assignment, timer] : world.timers) {
    timers.push_back({{"assignment", domain::to_key(assignment)},
                      {"generation", timer.first},
                      {"deadline", number(timer.second)}});
  }
  out["present"] = std::move(present);
  out["operations"] = std::move(operations);
  out["operations_started"] = world.operations_started;
  out["timers"] = std::move(timers);
}

base::Status read_aws(const json::object& in, sim::World& world) {
  for (const auto& key : in.at("present").as_array()) {
    TRY(const auto assignment, domain::assignment_from_key(text(key)));
    world.present.insert(assignment);
  }
  for (const auto& one : in.at("operations").as_array()) {
    TRY(const auto assignment, domain::assignment_from_key(text(one.at("assignment"))));
    using Kind = domain::Operation::Kind;
    sim::AwsOperation operation{.id = text(one.at("id")),
                                .kind = one.at("creates").as_bool() ? Kind::kCreate : Kind::kDelete,
                                .assignment = assignment};
    operation.lands_at = time_of(one.at("lands_at"));
    world.operations.push_back(std::move(operation));
  }
  world.operations_started = in.at("operations_started").to_number<std::uint32_t>();
  for (const auto& one : in.at("timers").as_array()) {
    TRY(const auto assignment, domain::assignment_from_key(text(one.at("assignment"))));
    world.timers.insert(
        {assignment,
         {one.at("generation").to_number<std::uint32_t>(), time_of(one.at("deadline"))}});
  }
  return {};
}

}  // namespace

std::string to_line(const Moment& moment) {
  json::object out{{"what", moment.what}, {"rules", moment.rules}};
  out["now"] = number(moment.world.now);
  json::array stored_rows, messages;
  put_rows(stored_rows, "request", moment.world.requests);
  put_rows(stored_rows, "grant", moment.world.grants);
  for (const auto& message : moment.world.messages) {
    messages.push_back({{"request", message.request.str()}, {"shown", message.shown}});
  }
  json::object audit;
  for (const auto& [key, bytes] : moment.world.audit) audit[key] = *bytes;
  out["rows"] = std::move(stored_rows);
  put_aws(out, moment.world);
  out["messages"] = std::move(messages);
  out["audit"] = std::move(audit);
  return json::serialize(out);
}

base::Result<Moment> from_line(const std::string& line) {
  const json::value parsed = json::parse(line);
  const json::object& in = parsed.as_object();
  Moment moment{.what = text(in.at("what")), .rules = text(in.at("rules")), .world = {}};
  moment.world.now = time_of(in.at("now"));
  for (const auto& one : in.at("rows").as_array()) {
    TRY_VOID(read_row(one.as_object(), moment.world));
  }
  TRY_VOID(read_aws(in, moment.world));
  for (const auto& one : in.at("messages").as_array()) {
    moment.world.messages.push_back({domain::RequestId::literal(text(one.at("request"))),
                                     one.at("shown").to_number<std::uint32_t>()});
  }
  for (const auto& [key, bytes] : in.at("audit").as_object()) {
    moment.world.audit[key] = std::make_shared<std::string>(text(bytes));
  }
  return moment;
}

}  // namespace elevator::replay
