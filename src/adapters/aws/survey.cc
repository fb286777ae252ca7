#include "adapters/aws/survey.h"

#include <algorithm>

#include "wire/aws/identity_store.h"
#include "wire/aws/sso_admin.h"
#include "wire/aws/user_attributes.h"

namespace elevator::adapters::aws {
namespace {

namespace ids = wire::aws::identity_store;
namespace sso = wire::aws::sso_admin;
using base::Result;

// User-level assignments of one page; anything that cannot be understood spoils the whole.
base::Status take_users(const sso::AssignmentPage& page, const domain::InstanceArn& instance,
                        const std::string& principal,
                        std::vector<domain::AccountAssignment>& assignments) {
  for (const sso::AccountAssignment& one : page.assignments) {
    const bool wanted =
        one.principal_type == sso::kUser && (principal.empty() || one.principal_id == principal);
    if (!wanted) continue;
    TRY(auto account, domain::AccountId::parse(one.account_id));
    TRY(auto permission_set, domain::PermissionSetArn::parse(one.permission_set_arn));
    TRY(auto user, domain::PrincipalId::parse(one.principal_id));
    assignments.push_back(
        {instance, std::move(account), std::move(permission_set), std::move(user)});
  }
  return {};
}

}  // namespace

// As in pages.h, and every page waits for its share of the rate.
template <typename Operation, typename Take>
base::Status Survey::pages(typename Operation::Request request, const Take& take) {
  std::set<std::string> seen;
  const CallOptions options{.priority = Priority::kList, .budget = options_.budget};
  while (true) {
    TRY_VOID(share_.acquire(Priority::kList, client_.clock().now() + options_.budget));
    TRY(auto response, client_.call<Operation>(request, options));
    request.next_token = response.next_token;
    TRY_VOID(take(response));
    if (!request.next_token || request.next_token->empty()) return {};
    if (!seen.insert(*request.next_token).second) {
      return base::corrupt(std::string(Operation::kOperation.name) + " goes round in circles");
    }
  }
}

Result<std::string> Survey::store() {
  TRY(const ports::Instance instance, identity_center_.instance());
  return instance.identity_store.str();
}

Result<ports::RosterListing> Survey::users() {
  TRY(const std::string store_id, store());
  ports::RosterListing listing;
  TRY_VOID(pages<ids::ListUserAttributes>(
      {.identity_store_id = store_id}, [&](auto& page) -> base::Status {
        for (ids::UserAttributes& user : page.users) {
          TRY(auto id, domain::PrincipalId::parse(user.user_id));
          listing.any_enterprise_attributes |= user.has_enterprise;
          listing.users.push_back(
              {std::move(id), std::move(user.email), user.enabled, std::move(user.attributes)});
        }
        return {};
      }));
  return listing;
}

Result<std::vector<ports::Group>> Survey::groups() {
  TRY(const std::string store_id, store());
  std::vector<ports::Group> groups;
  TRY_VOID(
      pages<ids::ListGroups>({.identity_store_id = store_id, .max_results = 100, .next_token = {}},
                             [&](auto& page) -> base::Status {
                               for (const ids::Group& group : page.groups) {
                                 TRY(auto id, domain::GroupId::parse(group.group_id));
                                 groups.push_back({id, group.display_name.value_or(id.str())});
                               }
                               return {};
                             }));
  return groups;
}

Result<std::set<domain::PrincipalId>> Survey::members(const domain::GroupId& group) {
  TRY(const std::string store_id, store());
  std::set<domain::PrincipalId> members;
  TRY_VOID(pages<ids::ListGroupMemberships>(
      {.identity_store_id = store_id,
       .group_id = group.str(),
       .max_results = 100,
       .next_token = {}},
      [&](auto& page) -> base::Status {
        for (const ids::Membership& membership : page.memberships) {
          if (!membership.member_id.user_id) continue;
          TRY(auto id, domain::PrincipalId::parse(*membership.member_id.user_id));
          members.insert(std::move(id));
        }
        return {};
      }));
  return members;
}

Result<std::string> Survey::email_of(const domain::PrincipalId& user) {
  TRY(const std::string store_id, store());
  TRY_VOID(share_.acquire(Priority::kList, client_.clock().now() + options_.budget));
  TRY(const auto found, client_.call<ids::DescribeUser>({store_id, user.str()}));
  std::string first;
  for (const auto& entry : found.emails.value_or(std::vector<ids::EmailEntry>())) {
    if (entry.value && entry.primary.value_or(false)) return *entry.value;
    if (entry.value && first.empty()) first = *entry.value;
  }
  return first;
}

Result<std::vector<domain::AccountId>> Survey::provisioned_accounts(
    const domain::PermissionSetArn& permission_set) {
  TRY(const ports::Instance instance, identity_center_.instance());
  std::vector<domain::AccountId> accounts;
  TRY_VOID(pages<sso::ListAccountsForProvisionedPermissionSet>(
      {.instance_arn = instance.arn.str(),
       .permission_set_arn = permission_set.str(),
       .max_results = 100,
       .next_token = {}},
      [&](auto& page) -> base::Status {
        for (const std::string& account : page.account_ids) {
          TRY(auto id, domain::AccountId::parse(account));
          accounts.push_back(std::move(id));
        }
        return {};
      }));
  return accounts;
}

Result<std::vector<domain::AccountAssignment>> Survey::assignments_in(
    const domain::AccountId& account, const domain::PermissionSetArn& permission_set) {
  TRY(const ports::Instance instance, identity_center_.instance());
  std::vector<domain::AccountAssignment> assignments;
  TRY_VOID(pages<sso::ListAccountAssignments>(
      {.instance_arn = instance.arn.str(),
       .account_id = account.str(),
       .permission_set_arn = permission_set.str(),
       .max_results = 100,
       .next_token = {}},
      [&](auto& page) { return take_users(page, instance.arn, "", assignments); }));
  return assignments;
}

Result<std::vector<domain::AccountAssignment>> Survey::assignments_of(
    const domain::PrincipalId& principal) {
  TRY(const ports::Instance instance, identity_center_.instance());
  std::vector<domain::AccountAssignment> assignments;
  TRY_VOID(pages<sso::ListAccountAssignmentsForPrincipal>(
      {.instance_arn = instance.arn.str(),
       .principal_id = principal.str(),
       .principal_type = std::string(sso::kUser),
       .filter = {},
       .max_results = 100,
       .next_token = {}},
      // AWS names what comes through a group as well.
      [&](auto& page) { return take_users(page, instance.arn, principal.str(), assignments); }));
  return assignments;
}

}  // namespace elevator::adapters::aws
