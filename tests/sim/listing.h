// SimListing: what the sweep reads of the simulated AWS. A listing may fail, and may be old when
// its answer arrives; it is never shorter than it should be without saying so.
#pragma once

#include "sim/simulation.h"

namespace elevator::sim {

class SimListing final : public ports::AssignmentListing, public ports::Roster {
 public:
  explicit SimListing(Simulation& simulation) : simulation_(simulation) {}
  base::Result<std::vector<domain::AccountId>> provisioned_accounts(
      const domain::PermissionSetArn& permission_set) override;
  base::Result<std::vector<domain::AccountAssignment>> assignments_in(
      const domain::AccountId& account, const domain::PermissionSetArn& permission_set) override;
  base::Result<std::vector<domain::AccountAssignment>> assignments_of(
      const domain::PrincipalId& principal) override;
  base::Result<ports::RosterListing> users() override;
  base::Result<std::vector<ports::Group>> groups() override;
  base::Result<std::set<domain::PrincipalId>> members(const domain::GroupId& group) override;
  base::Result<std::string> email_of(const domain::PrincipalId& user) override;

 private:
  template <typename T>
  base::Result<T> answer(T whole);
  Simulation& simulation_;
};

}  // namespace elevator::sim
