#include "workflow/sweep/scope.h"

#include <algorithm>

#include "base/overloaded.h"
#include "policy/covers.h"
#include "workflow/facts.h"

namespace elevator::workflow::sweep {
namespace {

struct Asks {
  bool units = false, tags = false;
};

Asks asks_of(const policy::Rules& rules) {
  Asks asks;
  for (const policy::Statement& statement : rules.statements()) {
    asks.units |= std::holds_alternative<policy::OrganizationalUnits>(statement.resource);
    asks.tags |= std::holds_alternative<policy::Tags>(statement.resource);
  }
  return asks;
}

void expand(const ports::Catalogue& catalogue, Scope& scope) {
  const Asks asks = asks_of(*scope.rules);
  // Without what the rules ask for, they cover nothing by it: never a guess.
  const bool facts = (!asks.units || catalogue.units_read) && (!asks.tags || catalogue.tags_read);
  if (!facts) scope.doubt = "the units or tags of the accounts are not known";
  if (catalogue.stale) scope.doubt = "the listing of accounts and permission sets is old";
  std::vector<domain::AccountId> accounts;
  for (const ports::Account& account : catalogue.accounts) {
    accounts.push_back(account.id);
    if (facts) scope.world.accounts[account.id] = facts_of(account);
  }
  std::vector<domain::PermissionSetName> names;
  for (const ports::PermissionSet& set : catalogue.permission_sets) names.push_back(set.name);
  const policy::Scope wanted = policy::scope_of(*scope.rules, accounts, names, scope.world);
  for (const ports::Account& account : catalogue.accounts) {
    if (wanted.accounts.contains(account.id)) scope.accounts.emplace(account.id, account.name);
  }
  for (const ports::PermissionSet& set : catalogue.permission_sets) {
    if (wanted.permission_sets.contains(set.name)) scope.permission_sets.emplace(set.arn, set.name);
  }
  for (const domain::GroupId& group : wanted.groups) scope.groups.emplace(group, group.str());
  for (const ports::Group& group : catalogue.groups) {
    const auto place = scope.groups.find(group.id);
    if (place != scope.groups.end()) place->second = group.name;
  }
}

}  // namespace

bool Scope::covers(const domain::Assignment& assignment) const {
  return std::visit(
      base::overloaded{
          [&](const domain::AccountAssignment& one) {
            const auto set = permission_sets.find(one.permission_set);
            return set != permission_sets.end() && accounts.contains(one.account) &&
                   policy::covers(*rules, domain::AccountTarget{one.account, set->second}, world);
          },
          [&](const domain::GroupMembership& one) { return groups.contains(one.group); }},
      assignment);
}

bool Scope::is_watched(const domain::Assignment& assignment) const {
  return covers(assignment) && !allowed.contains(domain::principal_of(assignment));
}

std::optional<domain::Stray> Scope::describe(const domain::Assignment& assignment) const {
  using Described = std::optional<domain::Stray>;
  return std::visit(
      base::overloaded{
          [&](const domain::AccountAssignment& one) -> Described {
            const auto set = permission_sets.find(one.permission_set);
            const auto account = accounts.find(one.account);
            if (set == permission_sets.end() || account == accounts.end()) return std::nullopt;
            return domain::Stray{assignment, domain::AccountTarget{one.account, set->second},
                                 account->second};
          },
          [&](const domain::GroupMembership& one) -> Described {
            const auto group = groups.find(one.group);
            if (group == groups.end()) return std::nullopt;
            return domain::Stray{assignment, domain::GroupTarget{one.group}, group->second};
          }},
      assignment);
}

base::Result<Scope> read_scope(Ports& ports, const std::vector<std::string>& allow_list) {
  TRY(auto instance, ports.identity_center.instance());
  Scope scope{.instance = std::move(instance)};
  TRY(scope.rules, ports.rules.current());
  TRY(const auto catalogue, ports.organization.catalogue());
  expand(*catalogue, scope);
  for (const std::string& address : allow_list) {
    const auto person = ports.directory.find(address);
    if (person) {
      scope.allowed.insert(person->id);
    } else if (person.error().kind == base::Kind::kNotFound ||
               person.error().kind == base::Kind::kInvalid) {
      ports.log.warning("sweep_allow_list_names_nobody", {{"address", address}});
    } else {
      return base::with_context("SWEEP_ALLOW_LIST", person.error());
    }
  }
  return scope;
}

}  // namespace elevator::workflow::sweep
