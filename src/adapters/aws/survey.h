// Survey: listings of whole populations for the sweep and the attribute sync. It keeps to a share
// of Identity Center's rate limit, behind everybody else's calls. Thread-safe.
#pragma once

#include "adapters/aws/client.h"
#include "ports/assignments.h"
#include "ports/identity_center.h"
#include "ports/roster.h"

namespace elevator::adapters::aws {

struct SurveyOptions {
  Rate share{.per_second = 7.5, .burst = 2};
  base::Milliseconds budget = base::minutes(2);  // of one listing; waiting for the share is in it
};

class Survey final : public ports::Roster, public ports::AssignmentListing {
 public:
  Survey(Client& client, ports::IdentityCenter& identity_center, Waiter& waiter,
         SurveyOptions options)
      : client_(client),
        identity_center_(identity_center),
        options_(options),
        share_(options.share, client.clock(), waiter) {}

  base::Result<ports::RosterListing> users() override;
  base::Result<std::vector<ports::Group>> groups() override;
  base::Result<std::set<domain::PrincipalId>> members(const domain::GroupId& group) override;
  base::Result<std::string> email_of(const domain::PrincipalId& user) override;

  base::Result<std::vector<domain::AccountId>> provisioned_accounts(
      const domain::PermissionSetArn& permission_set) override;
  base::Result<std::vector<domain::AccountAssignment>> assignments_in(
      const domain::AccountId& account, const domain::PermissionSetArn& permission_set) override;
  base::Result<std::vector<domain::AccountAssignment>> assignments_of(
      const domain::PrincipalId& principal) override;

 private:
  template <typename Operation, typename Take>
  base::Status pages(typename Operation::Request request, const Take& take);
  base::Result<std::string> store();

  Client& client_;
  ports::IdentityCenter& identity_center_;
  SurveyOptions options_;
  RateLimiter share_;
};

}  // namespace elevator::adapters::aws
