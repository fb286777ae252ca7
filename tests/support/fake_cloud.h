// A small AWS in memory for tests of what compares whole populations: users, groups, assignments,
// and failures on request. Changes are immediate. One thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ports/assignments.h"
#include "ports/identity_center.h"
#include "ports/roster.h"

namespace elevator::tests {

inline const domain::InstanceArn kInstanceArn =
    domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1111111111111111");
inline const domain::IdentityStoreId kStoreId = domain::IdentityStoreId::literal("d-1234567890");

class FakeCloud final : public ports::IdentityCenter,
                        public ports::Roster,
                        public ports::AssignmentListing {
 public:
  std::vector<ports::RosterUser> people;
  std::vector<ports::Group> all_groups;
  std::set<domain::Assignment> assignments;
  std::set<domain::Assignment> under_way;  // being created
  bool enterprise_attributes = true;
  bool forgetful = false;  // listings are empty, and look as if they were whole

  std::set<std::string> broken;      // names of calls, "members GROUP", "in ACCOUNT", ...
  std::set<std::string> vanished;    // likewise: what they ask about does not exist
  std::set<std::string> denied;      // likewise: we may not call them
  std::set<std::string> lost;        // the change happens, its answer does not arrive
  std::map<std::string, int> calls;  // by name
  std::function<void(const domain::Assignment&)> after_look;
  std::vector<domain::Assignment> created, removed;

  // --- IdentityCenter ---
  base::Result<ports::Instance> instance() override {
    return ports::Instance{kInstanceArn, kStoreId};
  }
  base::Result<ports::Observation> look(const domain::Assignment& assignment,
                                        bool also_creations_in_flight) override {
    TRY_VOID(count("look"));
    const ports::Observation seen{assignments.contains(assignment),
                                  also_creations_in_flight && under_way.contains(assignment)};
    if (after_look) after_look(assignment);  // what happens until the answer arrives
    return seen;
  }
  base::Result<ports::Started> create(const domain::Assignment& assignment,
                                      base::TimePoint) override {
    TRY_VOID(count("create"));
    assignments.insert(assignment);
    created.push_back(assignment);
    return started("create");
  }
  base::Result<ports::Started> remove(const domain::Assignment& assignment) override {
    TRY_VOID(count("remove"));
    if (assignments.erase(assignment) == 0) return base::not_found("no such assignment");
    removed.push_back(assignment);
    return started("remove");
  }
  base::Result<domain::OperationStatus> poll(const domain::Assignment&, domain::Operation::Kind,
                                             const std::string&) override {
    return domain::OperationStatus{domain::Progress::kSucceeded, {}, false};
  }
  base::Result<domain::ExistenceChecked::Answer> existence(const domain::Assignment&) override {
    return vanished.contains("look") ? domain::ExistenceChecked::Answer::kMissing
                                     : domain::ExistenceChecked::Answer::kExists;
  }

  // --- Roster ---
  base::Result<ports::RosterListing> users() override {
    TRY_VOID(count("users"));
    return ports::RosterListing{people, enterprise_attributes};
  }
  base::Result<std::vector<ports::Group>> groups() override {
    TRY_VOID(count("groups"));
    return all_groups;
  }
  base::Result<std::set<domain::PrincipalId>> members(const domain::GroupId& group) override {
    TRY_VOID(count("members"));
    TRY_VOID(count("members " + group.str()));
    std::set<domain::PrincipalId> out;
    if (forgetful) return out;
    for (const domain::Assignment& assignment : assignments) {
      const auto* membership = std::get_if<domain::GroupMembership>(&assignment);
      if (membership != nullptr && membership->group == group) out.insert(membership->principal);
    }
    return out;
  }
  base::Result<std::string> email_of(const domain::PrincipalId& user) override {
    TRY_VOID(count("email_of"));
    for (const ports::RosterUser& one : people) {
      if (one.id == user) return one.email;
    }
    return base::not_found("no such user");
  }

  // --- AssignmentListing ---
  base::Result<std::vector<domain::AccountId>> provisioned_accounts(
      const domain::PermissionSetArn& permission_set) override {
    TRY_VOID(count("provisioned"));
    TRY_VOID(count("provisioned " + permission_set.str()));
    std::set<domain::AccountId> accounts;
    for (const auto& one : account_assignments()) {
      if (one.permission_set == permission_set) accounts.insert(one.account);
    }
    return std::vector<domain::AccountId>(accounts.begin(), accounts.end());
  }
  base::Result<std::vector<domain::AccountAssignment>> assignments_in(
      const domain::AccountId& account, const domain::PermissionSetArn& permission_set) override {
    TRY_VOID(count("in"));
    TRY_VOID(count("in " + account.str()));
    std::vector<domain::AccountAssignment> out;
    for (const auto& one : account_assignments()) {
      if (one.account == account && one.permission_set == permission_set) out.push_back(one);
    }
    return out;
  }
  base::Result<std::vector<domain::AccountAssignment>> assignments_of(
      const domain::PrincipalId& principal) override {
    TRY_VOID(count("of"));
    TRY_VOID(count("of " + principal.str()));
    std::vector<domain::AccountAssignment> out;
    for (const auto& one : account_assignments()) {
      if (one.principal == principal) out.push_back(one);
    }
    return out;
  }

 private:
  std::vector<domain::AccountAssignment> account_assignments() const {
    std::vector<domain::AccountAssignment> out;
    if (forgetful) return out;
    for (const domain::Assignment& assignment : assignments) {
      if (const auto* one = std::get_if<domain::AccountAssignment>(&assignment)) {
        out.push_back(*one);
      }
    }
    return out;
  }
  base::Status count(const std::string& name) {
    ++calls[name];
    if (vanished.contains(name)) return base::not_found(name + ": there is no such thing");
    if (denied.contains(name)) return base::Error{base::Kind::kDenied, name + " is not allowed"};
    if (broken.contains(name)) return base::unavailable(name + " does not work");
    return {};
  }
  base::Result<ports::Started> started(const std::string& name) {
    if (lost.contains(name)) {
      return base::unavailable("the answer was lost", base::Effect::kUnknown);
    }
    return ports::Started{"operation", {domain::Progress::kSucceeded, {}, false}};
  }
};

}  // namespace elevator::tests
