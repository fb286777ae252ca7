#include "sandbox_emulator.h"

#include <boost/json.hpp>
#include <map>

#include "base/check.h"
#include "base/crypto.h"

namespace elevator::conformance {
namespace {

namespace json = boost::json;
namespace aws = sandbox::aws;

constexpr std::string_view kControl = "/_control/";

std::string text(const json::object& object, std::string_view key, std::string fallback = {}) {
  const json::value* value = object.if_contains(key);
  return value == nullptr || !value->is_string() ? fallback : std::string(value->get_string());
}

int number(const json::object& object, std::string_view key, int fallback) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? fallback : value->to_number<int>();
}

std::map<std::string, std::string> texts(const json::object& object, std::string_view key) {
  std::map<std::string, std::string> result;
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return result;
  for (const auto& [name, entry] : value->as_object()) {
    if (entry.is_string()) result[name] = std::string(entry.get_string());
  }
  return result;
}

std::vector<std::string> list(const json::object& object, std::string_view key) {
  std::vector<std::string> result;
  if (const json::value* value = object.if_contains(key)) {
    for (const json::value& entry : value->as_array()) result.emplace_back(entry.as_string());
  }
  return result;
}

const json::array& objects(const json::object& object, std::string_view key) {
  static const json::array kNone;
  const json::value* value = object.if_contains(key);
  return value == nullptr || !value->is_array() ? kNone : value->get_array();
}

std::map<std::string, std::string> enterprise(const json::object& object) {
  const json::value* extensions = object.if_contains("extensions");
  if (extensions == nullptr) return {};
  return texts(extensions->as_object(), "aws:identitystore:enterprise");
}

aws::UserSeed user_seed(const json::object& given) {
  aws::UserSeed user{.user_name = text(given, "user_name")};
  user.display_name = text(given, "display_name");
  user.given_name = text(given, "given_name", "Given");
  user.family_name = text(given, "family_name", "Family");
  user.emails = list(given, "emails");
  if (const std::string email = text(given, "email"); !email.empty()) user.emails = {email};
  user.enabled = text(given, "status", "ENABLED") == "ENABLED";
  user.title = text(given, "title");
  user.user_type = text(given, "user_type");
  user.enterprise = enterprise(given);
  return user;
}

aws::World world_of(const json::object& given) {
  aws::World world;
  if (const json::value* accounts = given.if_contains("accounts");
      accounts && accounts->is_int64()) {
    for (int i = 0; i < accounts->to_number<int>(); ++i) {
      world.accounts.push_back({.name = "account-" + std::to_string(i)});
    }
  }
  for (const json::value& entry : objects(given, "accounts")) {
    const json::object& account = entry.as_object();
    world.accounts.push_back({.name = text(account, "name"),
                              .id = text(account, "id"),
                              .unit = text(account, "ou"),
                              .email = text(account, "email"),
                              .state = text(account, "status", "ACTIVE"),
                              .tags = texts(account, "tags")});
  }
  for (const json::value& entry : objects(given, "permission_sets")) {
    const json::object set = entry.is_string() ? json::object{{"name", entry}} : entry.as_object();
    world.permission_sets.push_back(
        {text(set, "name"), text(set, "description"), text(set, "session_duration", "PT1H")});
  }
  for (const json::value& entry : objects(given, "users")) {
    world.users.push_back(user_seed(entry.as_object()));
  }
  for (const json::value& entry : objects(given, "groups")) {
    const json::object& group = entry.as_object();
    world.groups.push_back(
        {text(group, "name"), text(group, "description"), list(group, "members")});
  }
  world.buckets = list(given, "buckets");
  return world;
}

json::object to_json(const std::map<std::string, std::string>& ids) {
  json::object object;
  for (const auto& [name, id] : ids) object[name] = id;
  return object;
}

json::object to_json(const aws::Ids& ids) {
  return {{"instance_arn", ids.instance_arn},
          {"identity_store_id", ids.identity_store_id},
          {"accounts", to_json(ids.accounts)},
          {"units", to_json(ids.units)},
          {"permission_sets", to_json(ids.permission_sets)},
          {"users", to_json(ids.users)},
          {"groups", to_json(ids.groups)}};
}

json::object to_json(const aws::Snapshot& snapshot) {
  json::array assignments;
  for (const auto& one : snapshot.assignments) {
    const bool is_user = one.principal_type == aws::PrincipalType::kUser;
    assignments.push_back(json::object{{"account_id", one.account_id},
                                       {"permission_set_arn", one.permission_set_arn},
                                       {"permission_set", one.permission_set},
                                       {"principal_type", is_user ? "USER" : "GROUP"},
                                       {"principal_id", one.principal_id},
                                       {"user_name", one.principal_name}});
  }
  json::array memberships;
  for (const auto& one : snapshot.memberships) {
    memberships.push_back(json::object{{"group_id", one.group_id},
                                       {"group", one.group_name},
                                       {"user_id", one.user_id},
                                       {"user_name", one.user_name},
                                       {"membership_id", one.membership_id}});
  }
  json::array operations;
  for (const auto& one : snapshot.operations) {
    operations.push_back(
        json::object{{"RequestId", one.id}, {"kind", one.kind}, {"Status", one.status}});
  }
  return {{"assignments", assignments}, {"memberships", memberships}, {"operations", operations}};
}

std::string name_of(const std::map<std::string, std::string>& ids, const std::string& id) {
  for (const auto& [name, known] : ids) {
    if (known == id) return name;
  }
  return {};
}

aws::Fault fault_of(const json::object& given) {
  struct Known {
    std::string code;
    int status;
  };
  const std::map<std::string, Known> known{{"throttle", {"ThrottlingException", 400}},
                                           {"deny", {"AccessDeniedException", 400}},
                                           {"error500", {"InternalServerException", 500}},
                                           {"error503", {"ServiceUnavailable", 503}}};
  const std::string kind = text(given, "kind");
  aws::Fault fault{.operation = text(given, "operation", "*"),
                   .code = text(given, "code", kind),
                   .status = number(given, "status", 400),
                   .skip = number(given, "skip", 0),
                   .times = number(given, "times", 1)};
  if (const auto found = known.find(kind); found != known.end()) {
    fault.code = found->second.code;
    fault.status = found->second.status;
  } else if (kind == "close_before") {
    fault.kind = aws::FaultKind::kCloseBefore;
  } else if (kind == "close_after") {
    fault.kind = aws::FaultKind::kCloseAfter;
  } else if (kind == "garbage") {
    fault.kind = aws::FaultKind::kGarbage;
  }
  return fault;
}

void apply(aws::Settings& settings, const json::object& given) {
  if (given.contains("polls")) settings.polls = number(given, "polls", 1);
  if (text(given, "outcome") == "FAILED") {
    settings.failure_reason = text(given, "failure_reason", "refused by the test");
  } else if (given.contains("outcome")) {
    settings.failure_reason.clear();
  }
  if (given.contains("rate_limit")) {
    settings.requests_per_second = number(given, "rate_limit", 20);
  }
}

void change_user(aws::Organization& organization, const json::object& given) {
  const std::string name = name_of(organization.ids().users, text(given, "user_id"));
  if (const json::value* remove = given.if_contains("remove"); remove && remove->as_bool()) {
    organization.delete_user(name);
    return;
  }
  if (given.contains("status")) {
    organization.set_user_enabled(name, text(given, "status") == "ENABLED");
  }
  if (given.contains("extensions")) organization.set_enterprise(name, enterprise(given));
}

void change_assignment(aws::Organization& organization, const json::object& given, bool there) {
  const aws::Ids ids = organization.ids();
  const bool is_user = text(given, "principal_type", "USER") == "USER";
  const std::string arn = text(given, "permission_set_arn");
  const auto type = is_user ? aws::PrincipalType::kUser : aws::PrincipalType::kGroup;
  if (there) {
    organization.assign_raw(text(given, "account_id"), arn, type, text(given, "principal_id"));
    return;
  }
  organization.unassign({text(given, "account_id"), name_of(ids.permission_sets, arn),
                         name_of(is_user ? ids.users : ids.groups, text(given, "principal_id")),
                         type});
}

void change_membership(aws::Organization& organization, const json::object& given, bool there) {
  const aws::Ids ids = organization.ids();
  const std::string group = name_of(ids.groups, text(given, "group_id"));
  const std::string user = name_of(ids.users, text(given, "user_id"));
  there ? organization.join(group, user) : organization.leave(group, user);
}

}  // namespace

SandboxEmulator::SandboxEmulator(const base::Clock& clock)
    : organization_(clock, {}),
      gateway_(organization_, {.keys = {{"AKIDEXAMPLE", base::Secret("secret")}}}) {
  // OpenSSL cleans up at exit in the reverse order of its first use: it has to be used before the
  // threads of the server, which end with this object, are there.
  (void)base::sha256_hex("");
  reset();
  auto started = net::Server::start(
      {}, [this](const net::Request& request, const net::PeerInfo&) { return handle(request); },
      log_);
  CHECK_THAT(started.has_value(), "a server starts on any port of 127.0.0.1");
  server_ = *std::move(started);
}

void SandboxEmulator::reset() {
  organization_.reset({});
  organization_.change_settings(
      [](aws::Settings& settings) { settings = aws::Settings{.polls = 1}; });
  gateway_.faults().clear();
  gateway_.faults().set({});
  gateway_.reset_calls();
}

net::Reply SandboxEmulator::handle(const net::Request& request) {
  if (!request.url.starts_with(kControl)) return gateway_.handle(request);
  std::string answer = control(request.url.substr(kControl.size()), request);
  const int status = answer.empty() ? 404 : 200;
  return {.response = {.status = status,
                       .headers = {{"Content-Type", "application/json"}},
                       .body = std::move(answer)}};
}

std::string SandboxEmulator::control(const std::string& name, const net::Request& request) {
  const json::object given =
      request.body.empty() ? json::object() : json::parse(request.body).as_object();
  if (name == "seed") return json::serialize(to_json(organization_.add(world_of(given))));
  if (name == "state") return json::serialize(to_json(organization_.snapshot(1000)));
  if (name == "counters" && request.method == "GET") {
    json::object counters;
    for (const auto& [operation, count] : gateway_.calls()) counters[operation] = count;
    return json::serialize(counters);
  }
  if (name == "reset") {
    reset();
  } else if (name == "counters") {
    gateway_.reset_calls();
  } else if (name == "settings") {
    organization_.change_settings([&](aws::Settings& settings) { apply(settings, given); });
  } else if (name == "faults") {
    given.contains("clear") ? gateway_.faults().clear() : gateway_.faults().inject(fault_of(given));
  } else if (name == "user") {
    change_user(organization_, given);
  } else if (name == "assign" || name == "unassign") {
    change_assignment(organization_, given, name == "assign");
  } else if (name == "join" || name == "leave") {
    change_membership(organization_, given, name == "join");
  } else {
    return {};
  }
  return "{}";
}

}  // namespace elevator::conformance
