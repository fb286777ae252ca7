#include "adapters/aws/identity_center.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "adapters/aws/pages.h"
#include "base/overloaded.h"
#include "wire/aws/identity_store.h"
#include "wire/aws/organizations.h"
#include "wire/aws/sso_admin.h"

namespace elevator::adapters::aws {
namespace {

namespace ids = wire::aws::identity_store;
namespace orgs = wire::aws::organizations;
namespace sso = wire::aws::sso_admin;
using base::Result;
using domain::OperationStatus;
using Answer = domain::ExistenceChecked::Answer;

// An operation that nobody polled to its end is over by then.
constexpr base::minutes kLongestOperation{15};

sso::AssignmentRequest request_for(const domain::AccountAssignment& assignment) {
  sso::AssignmentRequest request;
  request.instance_arn = assignment.instance.str();
  request.target_id = assignment.account.str();
  request.permission_set_arn = assignment.permission_set.str();
  request.principal_id = assignment.principal.str();
  return request;
}

ids::MembershipKey key_of(const domain::GroupMembership& membership) {
  return {membership.store.str(), membership.group.str(), {membership.principal.str()}};
}

// AWS gives the cause of a failed operation as a sentence with the status of its inner call.
bool may_help_to_ask_again(std::string_view reason) {
  constexpr std::array<std::string_view, 9> kPassing{"409", "429",      "500",     "502",     "503",
                                                     "504", "Conflict", "Throttl", "Internal"};
  return std::any_of(kPassing.begin(), kPassing.end(), [&](std::string_view sign) {
    return reason.find(sign) != std::string_view::npos;
  });
}

Result<OperationStatus> status_of(const sso::OperationStatus& status) {
  using domain::Progress;
  if (status.status == sso::kInProgress) return OperationStatus{Progress::kInProgress, {}, false};
  if (status.status == sso::kSucceeded) return OperationStatus{Progress::kSucceeded, {}, false};
  if (status.status == sso::kFailed) {
    const std::string reason = status.failure_reason.value_or("AWS gave no reason");
    return OperationStatus{Progress::kFailed, reason, may_help_to_ask_again(reason)};
  }
  return base::corrupt(fmt::format("AWS says an operation is \"{}\"", status.status));
}

bool same_facts(const sso::OperationStatus& status, const domain::AccountAssignment& assignment) {
  return status.target_id == assignment.account.str() &&
         status.permission_set_arn == assignment.permission_set.str() &&
         status.principal_id == assignment.principal.str();
}

OperationStatus done() { return {domain::Progress::kSucceeded, {}, false}; }

bool is_not_found(const base::Error& error) { return error.kind == base::Kind::kNotFound; }

// Found, missing, or whatever else went wrong.
template <typename Operation>
Result<bool> is_there(Client& client, const typename Operation::Request& request,
                      const CallOptions& options) {
  const auto response = client.call<Operation>(request, options);
  if (response) return true;
  if (is_not_found(response.error())) return false;
  return response.error();
}

// A thing is missing only where others of its kind are found; an empty listing proves nothing.
Answer missing_if(bool others_exist) {
  return others_exist ? Answer::kMissing : Answer::kInconclusive;
}

}  // namespace

Result<ports::Instance> IdentityCenter::instance() {
  {
    const std::lock_guard lock(mutex_);
    if (instance_) return *instance_;
  }
  std::vector<sso::InstanceMetadata> found;
  TRY_VOID(for_each_page<sso::ListInstances>(
      client_, {}, options_for(Priority::kGrant), [&](sso::ListInstances::Response page) {
        found.insert(found.end(), page.instances.begin(), page.instances.end());
      }));
  const auto chosen = std::find_if(found.begin(), found.end(), [&](const auto& candidate) {
    return !options_.instance || candidate.instance_arn == options_.instance->str();
  });
  if (chosen == found.end()) {
    return base::invalid(
        options_.instance
            ? fmt::format("Identity Center has no instance {}: check SSO_INSTANCE_ARN and the "
                          "region",
                          options_.instance->str())
            : "there is no Identity Center instance in this account and region");
  }
  if (!options_.instance && found.size() > 1) {
    return base::invalid(
        fmt::format("there are {} Identity Center instances: set SSO_INSTANCE_ARN", found.size()));
  }
  TRY(auto arn, domain::InstanceArn::parse(chosen->instance_arn));
  TRY(auto store, domain::IdentityStoreId::parse(chosen->identity_store_id));
  const std::lock_guard lock(mutex_);
  instance_ = ports::Instance{std::move(arn), std::move(store)};
  return *instance_;
}

Result<ports::Observation> IdentityCenter::look(const domain::Assignment& assignment,
                                                bool also_creations_in_flight) {
  return std::visit(base::overloaded{[&](const domain::AccountAssignment& account) {
                                       return look_at(account, also_creations_in_flight);
                                     },
                                     [&](const domain::GroupMembership& membership) {
                                       return look_at(membership);
                                     }},
                    assignment);
}

Result<ports::Observation> IdentityCenter::look_at(const domain::AccountAssignment& assignment,
                                                   bool also_creations_in_flight) {
  ports::Observation observation;
  const auto take = [&](const sso::AssignmentPage& page) {
    for (const auto& entry : page.assignments) {
      observation.present |=
          entry.principal_type == sso::kUser && entry.principal_id == assignment.principal.str();
    }
  };
  // The creations first: one that ends between the two readings then shows up in the second.
  if (also_creations_in_flight) {
    TRY(observation.creation_in_flight, creation_in_flight(assignment));
  }
  sso::ListAccountAssignments::Request request;
  request.instance_arn = assignment.instance.str();
  request.account_id = assignment.account.str();
  request.permission_set_arn = assignment.permission_set.str();
  TRY_VOID(for_each_page<sso::ListAccountAssignments>(client_, std::move(request),
                                                      options_for(Priority::kRevoke), take));
  return observation;
}

Result<bool> IdentityCenter::creation_in_flight(const domain::AccountAssignment& assignment) {
  std::vector<std::string> running;
  TRY_VOID(for_each_page<sso::ListAccountAssignmentCreationStatus>(
      client_,
      {.instance_arn = assignment.instance.str(),
       .filter = {{std::string(sso::kInProgress)}},
       .max_results = 100,
       .next_token = {}},
      options_for(Priority::kRevoke),
      [&](const sso::ListAccountAssignmentCreationStatus::Response& page) {
        for (const auto& status : page.statuses) running.push_back(status.request_id);
      }));
  // The listing names only ids; whose creation it is has to be asked for one by one.
  for (const std::string& id : running) {
    const auto described = client_.call<sso::DescribeAccountAssignmentCreationStatus>(
        {assignment.instance.str(), id}, options_for(Priority::kRevoke));
    if (!described) {
      if (is_not_found(described.error())) continue;
      return described.error();
    }
    const sso::OperationStatus& status = described->status;
    if (status.status == sso::kInProgress && same_facts(status, assignment)) return true;
  }
  return false;
}

Result<ports::Observation> IdentityCenter::look_at(const domain::GroupMembership& membership) {
  TRY(const auto response,
      client_.call<ids::IsMemberInGroups>(
          {membership.store.str(), {membership.principal.str()}, {membership.group.str()}},
          options_for(Priority::kRevoke)));
  for (const auto& result : response.results) {
    if (result.group_id == membership.group.str()) {
      return ports::Observation{.present = result.membership_exists, .creation_in_flight = false};
    }
  }
  return base::corrupt("IsMemberInGroups did not answer for the group it was asked about");
}

Result<ports::Started> IdentityCenter::create(const domain::Assignment& assignment,
                                              base::TimePoint not_after) {
  CallOptions options = options_for(Priority::kGrant);
  options.not_after = not_after;
  return std::visit([&](const auto& one) { return create_one(one, options); }, assignment);
}

Result<ports::Started> IdentityCenter::create_one(const domain::AccountAssignment& assignment,
                                                  const CallOptions& options) {
  TRY_VOID(reserve(Kind::kCreate));
  TRY(const auto response,
      client_.call<sso::CreateAccountAssignment>(request_for(assignment), options));
  // What cannot be read was nevertheless started.
  auto status = status_of(response.status);
  if (!status) {
    status.error().effect = base::Effect::kUnknown;
    return std::move(status).error();
  }
  started(Kind::kCreate, response.status.request_id, *status);
  return ports::Started{response.status.request_id, *std::move(status)};
}

Result<ports::Started> IdentityCenter::create_one(const domain::GroupMembership& membership,
                                                  const CallOptions& options) {
  const auto created = client_.call<ids::CreateGroupMembership>(key_of(membership), options);
  if (created) return ports::Started{"", done()};
  // A conflict means "is a member already" or "the group is busy"; only a look tells.
  if (created.error().kind == base::Kind::kConflict) {
    const auto observed = look_at(membership);
    if (observed && observed->present) return ports::Started{"", done()};
  }
  return created.error();
}

Result<ports::Started> IdentityCenter::remove(const domain::Assignment& assignment) {
  return std::visit([&](const auto& one) { return remove_one(one); }, assignment);
}

Result<ports::Started> IdentityCenter::remove_one(const domain::AccountAssignment& assignment) {
  TRY_VOID(reserve(Kind::kDelete));
  TRY(const auto response, client_.call<sso::DeleteAccountAssignment>(
                               request_for(assignment), options_for(Priority::kRevoke)));
  auto status = status_of(response.status);
  if (!status) {
    status.error().effect = base::Effect::kUnknown;
    return std::move(status).error();
  }
  started(Kind::kDelete, response.status.request_id, *status);
  return ports::Started{response.status.request_id, *std::move(status)};
}

Result<ports::Started> IdentityCenter::remove_one(const domain::GroupMembership& membership) {
  TRY(const auto found,
      client_.call<ids::GetGroupMembershipId>(key_of(membership), options_for(Priority::kRevoke)));
  TRY_VOID(client_.call<ids::DeleteGroupMembership>({membership.store.str(), found.membership_id},
                                                    options_for(Priority::kRevoke)));
  return ports::Started{"", done()};
}

Result<OperationStatus> IdentityCenter::poll(const domain::Assignment& assignment, Kind kind,
                                             const std::string& operation_id) {
  const auto* account = std::get_if<domain::AccountAssignment>(&assignment);
  if (account == nullptr) return done();
  sso::OperationStatus answer;
  if (kind == Kind::kCreate) {
    TRY(auto response, client_.call<sso::DescribeAccountAssignmentCreationStatus>(
                           {account->instance.str(), operation_id}, options_for(Priority::kGrant)));
    answer = std::move(response.status);
  } else {
    TRY(auto response,
        client_.call<sso::DescribeAccountAssignmentDeletionStatus>(
            {account->instance.str(), operation_id}, options_for(Priority::kRevoke)));
    answer = std::move(response.status);
  }
  TRY(auto status, status_of(answer));
  if (status.progress != domain::Progress::kInProgress) finished(operation_id);
  return status;
}

Result<Answer> IdentityCenter::existence(const domain::Assignment& assignment) {
  TRY(const ports::Instance configured, instance());
  const bool ours = std::visit(base::overloaded{[&](const domain::AccountAssignment& one) {
                                                  return one.instance == configured.arn;
                                                },
                                                [&](const domain::GroupMembership& one) {
                                                  return one.store == configured.identity_store;
                                                }},
                               assignment);
  if (!ours) return Answer::kInconclusive;
  return std::visit([&](const auto& one) { return exists(one); }, assignment);
}

Result<Answer> IdentityCenter::exists(const domain::AccountAssignment& assignment) {
  TRY(const ports::Instance configured, instance());
  const CallOptions options = options_for(Priority::kRevoke);
  TRY(const Answer user, user_exists(configured.identity_store.str(), assignment.principal));
  if (user != Answer::kExists) return user;
  TRY(const bool account,
      is_there<orgs::DescribeAccount>(client_, {assignment.account.str()}, options));
  if (!account) {
    TRY(const auto others, client_.call<orgs::ListAccounts>({}, options));
    return missing_if(!others.accounts.empty());
  }
  TRY(const bool permission_set,
      is_there<sso::DescribePermissionSet>(
          client_, {assignment.instance.str(), assignment.permission_set.str()}, options));
  if (permission_set) return Answer::kExists;
  TRY(const auto others,
      client_.call<sso::ListPermissionSets>(
          {.instance_arn = assignment.instance.str(), .max_results = 10, .next_token = {}},
          options));
  return missing_if(!others.permission_sets.empty());
}

Result<Answer> IdentityCenter::exists(const domain::GroupMembership& membership) {
  const CallOptions options = options_for(Priority::kRevoke);
  TRY(const Answer user, user_exists(membership.store.str(), membership.principal));
  if (user != Answer::kExists) return user;
  TRY(const bool group, is_there<ids::DescribeGroup>(
                            client_, {membership.store.str(), membership.group.str()}, options));
  if (group) return Answer::kExists;
  TRY(const auto others,
      client_.call<ids::ListGroups>(
          {.identity_store_id = membership.store.str(), .max_results = 10, .next_token = {}},
          options));
  return missing_if(!others.groups.empty());
}

Result<Answer> IdentityCenter::user_exists(const std::string& store,
                                           const domain::PrincipalId& principal) {
  const CallOptions options = options_for(Priority::kRevoke);
  TRY(const bool user, is_there<ids::DescribeUser>(client_, {store, principal.str()}, options));
  if (user) return Answer::kExists;
  TRY(const auto others,
      client_.call<ids::ListUsers>(
          {.identity_store_id = store, .max_results = 10, .next_token = {}}, options));
  return missing_if(!others.users.empty());
}

base::Status IdentityCenter::reserve(Kind kind) {
  const std::lock_guard lock(mutex_);
  const base::TimePoint now = client_.clock().now();
  std::erase_if(in_flight_, [&](const auto& entry) {
    // Later than now: the clock was set back.
    return entry.second.since > now || now - entry.second.since > kLongestOperation;
  });
  const size_t most = kind == Kind::kCreate ? options_.most_creations : options_.most_operations;
  if (in_flight_.size() < most) return {};
  return base::Error{base::Kind::kThrottled,
                     fmt::format("{} assignment operations are in flight already; AWS takes no "
                                 "more at once",
                                 in_flight_.size()),
                     base::Retry::kBackoff};
}

void IdentityCenter::started(Kind kind, const std::string& operation_id,
                             const OperationStatus& status) {
  if (status.progress != domain::Progress::kInProgress) return;
  const std::lock_guard lock(mutex_);
  in_flight_[operation_id] = {kind, client_.clock().now()};
}

void IdentityCenter::finished(const std::string& operation_id) {
  const std::lock_guard lock(mutex_);
  in_flight_.erase(operation_id);
}

}  // namespace elevator::adapters::aws
