#include "sim/listing.h"

#include "sim/people.h"

namespace elevator::sim {

// What was listed before anything else could happen.
template <typename T>
base::Result<T> SimListing::answer(T whole) {
  enum Fault { kWell, kLost, kCrash, kSwitch, kOld };
  const auto fault = static_cast<Fault>(simulation_.fault(4));
  if (fault == kCrash) throw Crash{};
  if (fault == kLost && simulation_.scenario().mistakes.partial_listings) return T{};
  if (fault == kLost) return base::unavailable("the listing broke off");
  if (fault == kSwitch) simulation_.others_run_once();
  if (fault == kOld) simulation_.freeze(base::Seconds(90));
  return whole;
}

base::Result<std::vector<domain::AccountId>> SimListing::provisioned_accounts(
    const domain::PermissionSetArn&) {
  return std::vector{kProduction};
}

base::Result<std::vector<domain::AccountAssignment>> SimListing::assignments_in(
    const domain::AccountId& account, const domain::PermissionSetArn& permission_set) {
  std::vector<domain::AccountAssignment> listed;
  for (const Assignment& assignment : simulation_.world().present) {
    const auto* one = std::get_if<domain::AccountAssignment>(&assignment);
    const bool here =
        one != nullptr && one->account == account && one->permission_set == permission_set;
    if (here) listed.push_back(*one);
  }
  return answer(std::move(listed));
}

base::Result<std::vector<domain::AccountAssignment>> SimListing::assignments_of(
    const domain::PrincipalId&) {
  return base::Error{base::Kind::kDenied, "not the management account"};
}

base::Result<ports::RosterListing> SimListing::users() {
  return ports::RosterListing{
      {{.id = kDanaPrincipal, .email = sim::email_of(kDana).str(), .attributes = std::nullopt}},
      false};
}

base::Result<std::vector<ports::Group>> SimListing::groups() {
  return std::vector{ports::Group{kGroup, "operators"}};
}

base::Result<std::set<domain::PrincipalId>> SimListing::members(const domain::GroupId& group) {
  std::set<domain::PrincipalId> listed;
  for (const Assignment& assignment : simulation_.world().present) {
    const auto* one = std::get_if<domain::GroupMembership>(&assignment);
    if (one != nullptr && one->group == group) listed.insert(one->principal);
  }
  return answer(std::move(listed));
}

// Only for what people are told.
base::Result<std::string> SimListing::email_of(const domain::PrincipalId&) {
  return sim::email_of(kDana).str();
}

}  // namespace elevator::sim
