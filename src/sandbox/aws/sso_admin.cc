// The operations of sso-admin.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Operations.html
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "domain/ids.h"
#include "sandbox/aws/state.h"

namespace elevator::sandbox::aws {
namespace {

namespace json = boost::json;
using Object = Answer<json::object>;

constexpr size_t kMostOnPage = 100;

bool is_account_target(std::string_view text) { return text == "AWS_ACCOUNT"; }
bool is_principal_type(std::string_view text) { return text == "USER" || text == "GROUP"; }
bool is_operation_status(std::string_view text) {
  return text == "IN_PROGRESS" || text == "FAILED" || text == "SUCCEEDED";
}

std::string_view to_text(PrincipalType type) {
  return type == PrincipalType::kUser ? "USER" : "GROUP";
}

std::string_view to_text(Progress progress) {
  if (progress == Progress::kInProgress) return "IN_PROGRESS";
  return progress == Progress::kSucceeded ? "SUCCEEDED" : "FAILED";
}

Answer<std::string> instance_of(const State& state, const Call& call) {
  TRY(auto arn, call.text("InstanceArn", domain::InstanceArnRule::valid));
  if (arn != state.instance_arn) return not_found(fmt::format("Instance {} not found.", arn));
  return arn;
}

Answer<std::string> permission_set_of(const State& state, const Call& call) {
  TRY(auto arn, call.text("PermissionSetArn", domain::PermissionSetArnRule::valid));
  if (state.permission_sets.count(arn) == 0) {
    return not_found(
        fmt::format("Could not find PermissionSet with id {}", arn.substr(arn.rfind('/') + 1)));
  }
  return arn;
}

Answer<std::string> account_of(const State& state, const Call& call, std::string_view key) {
  TRY(auto id, call.text(key, domain::AccountIdRule::valid));
  if (state.accounts.count(id) == 0) {
    return not_found(fmt::format("Could not find account {}", id));
  }
  return id;
}

Answer<PrincipalType> principal_type_of(const Call& call) {
  TRY(const auto text, call.text("PrincipalType", is_principal_type));
  return text == "USER" ? PrincipalType::kUser : PrincipalType::kGroup;
}

bool exists(const State& state, PrincipalType type, const std::string& id) {
  return type == PrincipalType::kUser ? state.users.count(id) != 0 : state.groups.count(id) != 0;
}

Refusal no_principal(PrincipalType type, const std::string& id) {
  return not_found(fmt::format("{} with id {} not found.", to_text(type), id));
}

json::object to_json(const PermissionSet& set) {
  json::object object{{"Name", set.name},
                      {"PermissionSetArn", set.arn},
                      {"CreatedDate", to_json_time(set.created)},
                      {"SessionDuration", set.session_duration}};
  if (!set.description.empty()) object["Description"] = set.description;
  return object;
}

// ---- instances and permission sets

Object list_instances(State& state, const Call& call) {
  const std::vector<int> only{1};
  return page_of(
      call, {"Instances", kMostOnPage}, only, [&](int) { return state.instance_arn; },
      [&](int) {
        return json::object{{"InstanceArn", state.instance_arn},
                            {"IdentityStoreId", state.identity_store_id},
                            {"OwnerAccountId", kManagementAccount},
                            {"CreatedDate", to_json_time(state.since)},
                            {"Status", "ACTIVE"}};
      });
}

Object describe_instance(State& state, const Call& call) {
  TRY(const auto arn, instance_of(state, call));
  return json::object{{"InstanceArn", arn},
                      {"IdentityStoreId", state.identity_store_id},
                      {"OwnerAccountId", kManagementAccount},
                      {"CreatedDate", to_json_time(state.since)},
                      {"Status", "ACTIVE"}};
}

Object list_permission_sets(State& state, const Call& call) {
  TRY_VOID(instance_of(state, call));
  return page_of(
      call, {"PermissionSets", kMostOnPage}, state.permission_sets,
      [](const auto& entry) { return entry.first; },
      [](const auto& entry) { return json::value(entry.first); });
}

Object describe_permission_set(State& state, const Call& call) {
  TRY_VOID(instance_of(state, call));
  TRY(const auto arn, permission_set_of(state, call));
  return json::object{{"PermissionSet", to_json(state.permission_sets.at(arn))}};
}

// A permission set is provisioned where it is assigned.
template <typename Wanted, typename Value>
std::set<std::string> provisioned(const State& state, const Call& call, const Wanted& wanted,
                                  const Value& value) {
  std::set<std::string> found;
  for (const auto& [facts, presence] : state.assignments) {
    if (wanted(facts) && presence.shown(call.now(), call.settings().listing_lag)) {
      found.insert(value(facts));
    }
  }
  return found;
}

Object list_texts(const Call& call, std::string_view name, const std::set<std::string>& texts) {
  return page_of(
      call, {name, kMostOnPage}, texts, [](const std::string& text) { return text; },
      [](const std::string& text) { return json::value(text); });
}

Object list_accounts_for_provisioned_permission_set(State& state, const Call& call) {
  TRY_VOID(instance_of(state, call));
  TRY(const auto arn, permission_set_of(state, call));
  TRY(const auto status, call.optional_text("ProvisioningStatus"));
  const bool none = status == "LATEST_PERMISSION_SET_NOT_PROVISIONED";
  return list_texts(
      call, "AccountIds",
      none ? std::set<std::string>()
           : provisioned(
                 state, call, [&](const Facts& facts) { return facts.permission_set == arn; },
                 [](const Facts& facts) { return facts.account; }));
}

Object list_permission_sets_provisioned_to_account(State& state, const Call& call) {
  TRY_VOID(instance_of(state, call));
  TRY(const auto account, account_of(state, call, "AccountId"));
  TRY(const auto status, call.optional_text("ProvisioningStatus"));
  const bool none = status == "LATEST_PERMISSION_SET_NOT_PROVISIONED";
  return list_texts(
      call, "PermissionSets",
      none ? std::set<std::string>()
           : provisioned(
                 state, call, [&](const Facts& facts) { return facts.account == account; },
                 [](const Facts& facts) { return facts.permission_set; }));
}

// ---- assignments

json::object to_json(const Facts& facts) {
  return {{"AccountId", facts.account},
          {"PermissionSetArn", facts.permission_set},
          {"PrincipalType", to_text(facts.type)},
          {"PrincipalId", facts.principal}};
}

std::string key_of(const Facts& facts) {
  return fmt::format("{} {} {} {}", facts.account, facts.permission_set,
                     facts.type == PrincipalType::kUser ? 0 : 1, facts.principal);
}

Object list_assignments(const Call& call, const std::vector<const Facts*>& found) {
  return page_of(
      call, {"AccountAssignments", kMostOnPage}, found,
      [](const Facts* facts) { return key_of(*facts); },
      [](const Facts* facts) { return to_json(*facts); });
}

Object list_account_assignments(State& state, const Call& call) {
  TRY_VOID(instance_of(state, call));
  TRY(const auto arn, permission_set_of(state, call));
  TRY(const auto account, account_of(state, call, "AccountId"));
  const base::Milliseconds lag = call.settings().listing_lag;
  const std::set<size_t> running = state.running;
  for (const size_t index : running) {
    const Facts& facts = state.operations[index].facts;
    if (facts.account == account && facts.permission_set == arn) {
      look_at(state, index, call.now(), lag);
    }
  }
  std::vector<const Facts*> found;
  const Facts first{account, arn, PrincipalType::kUser, ""};
  for (auto at = state.assignments.lower_bound(first); at != state.assignments.end(); ++at) {
    if (at->first.account != account || at->first.permission_set != arn) break;
    if (at->second.shown(call.now(), lag)) found.push_back(&at->first);
  }
  return list_assignments(call, found);
}

// For a user also what comes with the groups that the user is in; the entry then names the group.
Object list_account_assignments_for_principal(State& state, const Call& call) {
  TRY_VOID(instance_of(state, call));
  TRY(const auto type, principal_type_of(call));
  TRY(const auto id, call.text("PrincipalId", domain::PrincipalIdRule::valid));
  TRY(const auto filter, call.child("Filter"));
  TRY(const auto account, filter.optional_text("AccountId", domain::AccountIdRule::valid));
  if (call.settings().delegated_administrator) {
    return access_denied("This operation is available in the management account only.");
  }
  if (!exists(state, type, id)) return no_principal(type, id);
  std::set<std::string> groups;
  for (const auto& [key, membership] : state.memberships) {
    if (type == PrincipalType::kUser && key.second == id && membership.presence.present) {
      groups.insert(key.first);
    }
  }
  std::vector<const Facts*> found;
  for (const auto& [facts, presence] : state.assignments) {
    const bool is_meant =
        (facts.type == type && facts.principal == id) ||
        (facts.type == PrincipalType::kGroup && groups.count(facts.principal) != 0);
    if (!is_meant || (!account.empty() && facts.account != account)) continue;
    if (presence.shown(call.now(), call.settings().listing_lag)) found.push_back(&facts);
  }
  return list_assignments(call, found);
}

// ---- asynchronous operations

json::object to_json(const Operation& operation) {
  json::object object{{"Status", to_text(operation.progress)},
                      {"RequestId", operation.id},
                      {"TargetId", operation.facts.account},
                      {"TargetType", "AWS_ACCOUNT"},
                      {"PermissionSetArn", operation.facts.permission_set},
                      {"PrincipalType", to_text(operation.facts.type)},
                      {"PrincipalId", operation.facts.principal},
                      {"CreatedDate", to_json_time(operation.started)}};
  if (operation.progress == Progress::kFailed) object["FailureReason"] = operation.failure_reason;
  return object;
}

Answer<Facts> requested_facts(const State& state, const Call& call) {
  TRY_VOID(instance_of(state, call));
  Facts facts;
  TRY(facts.account, call.text("TargetId", domain::AccountIdRule::valid));
  TRY_VOID(call.text("TargetType", is_account_target));
  TRY(facts.permission_set, permission_set_of(state, call));
  TRY(facts.type, principal_type_of(call));
  TRY(facts.principal, call.text("PrincipalId", domain::PrincipalIdRule::valid));
  if (call.settings().delegated_administrator && facts.account == kManagementAccount) {
    return access_denied("The management account is managed in the management account only.");
  }
  return facts;
}

// Requires: what can be checked at once has been checked.
Object start(State& state, const Call& call, OperationKind kind, const Facts& facts) {
  const Settings& settings = call.settings();
  const std::set<size_t> running = state.running;
  for (const size_t index : running) {
    if (state.operations[index].facts != facts) continue;
    look_at(state, index, call.now(), settings.listing_lag);
    if (state.operations[index].progress == Progress::kInProgress) {
      return conflict("There is a conflicting operation in process");
    }
  }
  if (state.running.size() >= settings.most_operations) {
    return Refusal{"ThrottlingException",
                   "There are too many requests processing. Please try again later."};
  }
  const bool is_creation = kind == OperationKind::kCreate;
  const base::Milliseconds takes = is_creation ? settings.creation_takes : settings.deletion_takes;
  Operation operation{.id = state.new_uuid(),
                      .kind = kind,
                      .facts = facts,
                      .started = call.now(),
                      .ends = call.now() + takes,
                      .looks_left = settings.polls,
                      .failure_reason = settings.failure_reason};
  const size_t index = state.operations.size();
  const bool ends_at_once = settings.polls ? *settings.polls < 0 : takes <= takes.zero();
  state.operations.push_back(std::move(operation));
  state.running.insert(index);
  if (ends_at_once) {
    state.operations[index].looks_left = 0;
    look_at(state, index, call.now(), settings.listing_lag);
  }
  return json::object{
      {is_creation ? "AccountAssignmentCreationStatus" : "AccountAssignmentDeletionStatus",
       to_json(state.operations[index])}};
}

Object create_account_assignment(State& state, const Call& call) {
  TRY(const Facts facts, requested_facts(state, call));
  TRY_VOID(account_of(state, call, "TargetId"));
  if (!exists(state, facts.type, facts.principal)) {
    return no_principal(facts.type, facts.principal);
  }
  return start(state, call, OperationKind::kCreate, facts);
}

Object delete_account_assignment(State& state, const Call& call) {
  TRY(const Facts facts, requested_facts(state, call));
  return start(state, call, OperationKind::kDelete, facts);
}

Object describe_operation(State& state, const Call& call, OperationKind kind, std::string_view key,
                          std::string_view name) {
  TRY_VOID(instance_of(state, call));
  TRY(const auto id, call.text(key));
  for (size_t index = 0; index < state.operations.size(); ++index) {
    const Operation& operation = state.operations[index];
    if (operation.kind != kind || operation.id != id) continue;
    look_at(state, index, call.now(), call.settings().listing_lag);
    return json::object{{name, to_json(operation)}};
  }
  return not_found(fmt::format("Request with id {} not found.", id));
}

Object describe_creation(State& state, const Call& call) {
  return describe_operation(state, call, OperationKind::kCreate,
                            "AccountAssignmentCreationRequestId",
                            "AccountAssignmentCreationStatus");
}

Object describe_deletion(State& state, const Call& call) {
  return describe_operation(state, call, OperationKind::kDelete,
                            "AccountAssignmentDeletionRequestId",
                            "AccountAssignmentDeletionStatus");
}

Object list_operations(State& state, const Call& call, OperationKind kind, std::string_view name) {
  TRY_VOID(instance_of(state, call));
  TRY(const auto filter, call.child("Filter"));
  TRY(const auto status, filter.optional_text("Status", is_operation_status));
  std::map<std::string, const Operation*> found;
  for (const Operation& operation : state.operations) {
    if (operation.kind != kind) continue;
    if (status.empty() || status == to_text(operation.progress)) found[operation.id] = &operation;
  }
  return page_of(
      call, {name, kMostOnPage}, found, [](const auto& entry) { return entry.first; },
      [](const auto& entry) {
        return json::object{{"Status", to_text(entry.second->progress)},
                            {"RequestId", entry.second->id},
                            {"CreatedDate", to_json_time(entry.second->started)}};
      });
}

Object list_creations(State& state, const Call& call) {
  return list_operations(state, call, OperationKind::kCreate, "AccountAssignmentsCreationStatus");
}

Object list_deletions(State& state, const Call& call) {
  return list_operations(state, call, OperationKind::kDelete, "AccountAssignmentsDeletionStatus");
}

}  // namespace

const Handlers& sso_admin_handlers() {
  static const Handlers kHandlers{
      {"ListInstances", list_instances},
      {"DescribeInstance", describe_instance},
      {"ListPermissionSets", list_permission_sets},
      {"DescribePermissionSet", describe_permission_set},
      {"ListAccountsForProvisionedPermissionSet", list_accounts_for_provisioned_permission_set},
      {"ListPermissionSetsProvisionedToAccount", list_permission_sets_provisioned_to_account},
      {"ListAccountAssignments", list_account_assignments},
      {"ListAccountAssignmentsForPrincipal", list_account_assignments_for_principal},
      {"CreateAccountAssignment", create_account_assignment},
      {"DeleteAccountAssignment", delete_account_assignment},
      {"DescribeAccountAssignmentCreationStatus", describe_creation},
      {"DescribeAccountAssignmentDeletionStatus", describe_deletion},
      {"ListAccountAssignmentCreationStatus", list_creations},
      {"ListAccountAssignmentDeletionStatus", list_deletions},
  };
  return kHandlers;
}

}  // namespace elevator::sandbox::aws
