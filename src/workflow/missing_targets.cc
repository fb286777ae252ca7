#include "workflow/missing_targets.h"

#include <algorithm>

#include "base/overloaded.h"
#include "workflow/facts.h"

namespace elevator::workflow {
namespace {

class Search {
 public:
  explicit Search(const ports::Catalogue& catalogue) : catalogue_(catalogue) {
    for (const ports::Account& account : catalogue.accounts) accounts_[account.id] = &account;
    for (const auto& set : catalogue.permission_sets) sets_.insert(set.name);
    for (const auto& group : catalogue.groups) groups_.insert(group.id);
  }

  std::vector<std::string> take() && { return std::move(found_); }

  void look_at(const policy::Statement& rule) {
    rule_ = &rule;
    std::visit(base::overloaded{[&](const policy::Accounts& accounts) { look_at(accounts); },
                                [&](const policy::Groups& groups) { look_at(groups); },
                                [&](const policy::OrganizationalUnits& units) {
                                  if (catalogue_.units_read && !units.all) somewhere("units");
                                },
                                [&](const policy::Tags&) {
                                  if (catalogue_.tags_read) somewhere("tags");
                                }},
               rule.resource);
    if (rule.is_about_groups()) return;
    for (const auto& name : rule.permission_sets.names) {
      if (!sets_.contains(name)) say("there is no permission set " + name.str());
    }
  }

 private:
  void say(const std::string& what) { found_.push_back(rule_->label() + ": " + what); }

  void look_at(const policy::Accounts& accounts) {
    for (const domain::AccountId& id : accounts.ids) {
      const auto known = accounts_.find(id);
      if (known == accounts_.end()) {
        say("there is no account " + id.str() + " in the organization");
      } else if (!known->second->active) {
        say("the account " + id.str() + " is suspended");
      }
    }
  }

  void look_at(const policy::Groups& groups) {
    for (const domain::GroupId& id : groups.ids) {
      if (!groups_.contains(id)) say("Identity Center has no group " + id.str());
    }
  }

  void somewhere(const std::string& what) {
    const bool has_one = std::ranges::any_of(catalogue_.accounts, [&](const auto& account) {
      const policy::AccountFacts facts = facts_of(account);
      return policy::is_about(*rule_, account.id, &facts) == policy::Answer::kYes;
    });
    if (!has_one) say("no account has one of its " + what);
  }

  const ports::Catalogue& catalogue_;
  std::map<domain::AccountId, const ports::Account*> accounts_;
  std::set<domain::PermissionSetName> sets_;
  std::set<domain::GroupId> groups_;
  const policy::Statement* rule_ = nullptr;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> missing_targets(const policy::Rules& rules,
                                         const ports::Catalogue& catalogue) {
  Search search(catalogue);
  for (const policy::Statement& rule : rules.statements()) search.look_at(rule);
  return std::move(search).take();
}

std::vector<std::string> missing_people(Ports& ports, const policy::Rules& rules) {
  std::map<policy::Lookup, std::string> missing;  // empty: it is there, or not known now
  std::vector<std::string> found;
  const auto look_at = [&](const policy::Statement& rule, const policy::People& people) {
    for (const policy::Lookup& lookup : people.lookups) {
      const auto [entry, is_new] = missing.try_emplace(lookup);
      if (is_new) {
        const auto members = look_up_people(ports, lookup);
        if (!members && is_definite(members.error())) entry->second = members.error().message;
      }
      if (entry->second.empty()) continue;
      std::string text = rule.label() + ": " + to_string(lookup) + ": " + entry->second;
      if (std::ranges::find(found, text) == found.end()) found.push_back(std::move(text));
    }
  };
  for (const policy::Statement& rule : rules.statements()) {
    if (rule.requesters) look_at(rule, *rule.requesters);
    look_at(rule, rule.approvers);
    if (rule.notify) look_at(rule, *rule.notify);
  }
  return found;
}

}  // namespace elevator::workflow
