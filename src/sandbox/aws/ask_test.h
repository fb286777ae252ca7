// How the sandbox's tests talk to it: JSON text to an Organization, signed requests to a Gateway.
#pragma once

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <string>

#include "base/time.h"
#include "net/http.h"
#include "sandbox/aws/gateway.h"
#include "sandbox/aws/organization.h"
#include "wire/aws/sigv4.h"

namespace elevator::sandbox::aws {

inline constexpr auto kNoon = base::TimePoint(base::Milliseconds(1'772'366'400'000));  // 2026-03-01

// An organization with one unit, two accounts, two permission sets, two people and two groups.
struct Small {
  explicit Small(Settings settings = {.requests_per_second = {}})
      : organization(clock, world(), std::move(settings)), ids(organization.ids()) {}

  static World world() {
    World world;
    world.accounts = {{.name = "prod", .id = "111111111111", .unit = "Prod/Pay"},
                      {.name = "dev", .id = "222222222222"}};
    world.permission_sets = {{.name = "Admin"}, {.name = "Read"}};
    world.users = {{.user_name = "ann", .emails = {"Ann@corp.com"}}, {.user_name = "bob"}};
    world.groups = {{.name = "ops"}, {.name = "dba", .members = {"bob"}}};
    world.buckets = {"audit"};
    return world;
  }

  // The answer, or {"refused": CODE}.
  boost::json::object ask(Service service, std::string_view operation, boost::json::object body) {
    if (service == Service::kSsoAdmin) body["InstanceArn"] = ids.instance_arn;
    if (service == Service::kIdentityStore) body["IdentityStoreId"] = ids.identity_store_id;
    const auto answer = organization.call(service, operation, body);
    if (answer) return *answer;
    return {{"refused", answer.error().code}};
  }
  boost::json::object sso(std::string_view operation, boost::json::object body = {}) {
    return ask(Service::kSsoAdmin, operation, std::move(body));
  }
  boost::json::object store(std::string_view operation, boost::json::object body = {}) {
    return ask(Service::kIdentityStore, operation, std::move(body));
  }
  boost::json::object orgs(std::string_view operation, boost::json::object body = {}) {
    return ask(Service::kOrganizations, operation, std::move(body));
  }

  boost::json::object facts(const std::string& user = "ann", const std::string& set = "Admin",
                            const std::string& account = "111111111111") const {
    return {{"TargetId", account},
            {"TargetType", "AWS_ACCOUNT"},
            {"PermissionSetArn", ids.permission_sets.at(set)},
            {"PrincipalType", "USER"},
            {"PrincipalId", ids.users.at(user)}};
  }
  boost::json::object pair(const std::string& set = "Admin",
                           const std::string& account = "111111111111") const {
    return {{"AccountId", account}, {"PermissionSetArn", ids.permission_sets.at(set)}};
  }
  size_t listed(const std::string& set = "Admin", const std::string& account = "111111111111") {
    return sso("ListAccountAssignments", pair(set, account))
        .at("AccountAssignments")
        .as_array()
        .size();
  }
  // Starts an operation; its id, or the refusal's code.
  std::string start(const std::string& kind, const boost::json::object& what) {
    const auto answer = sso(kind + "AccountAssignment", what);
    if (answer.contains("refused")) return std::string(answer.at("refused").as_string());
    const auto& status = answer.begin()->value().as_object();
    return std::string(status.at("RequestId").as_string());
  }
  boost::json::object poll(const std::string& kind, const std::string& id) {
    const std::string name = kind == "Create" ? "Creation" : "Deletion";
    const auto answer = sso("DescribeAccountAssignment" + name + "Status",
                            {{"AccountAssignment" + name + "RequestId", id}});
    if (answer.contains("refused")) return answer;
    return answer.begin()->value().as_object();
  }
  std::string status(const std::string& kind, const std::string& id) {
    return std::string(poll(kind, id).at("Status").as_string());
  }

  base::ManualClock clock{kNoon};
  Organization organization;
  Ids ids;
};

inline std::string refused(const boost::json::object& answer) {
  const auto* code = answer.if_contains("refused");
  return code == nullptr ? std::string() : std::string(code->as_string());
}

}  // namespace elevator::sandbox::aws
