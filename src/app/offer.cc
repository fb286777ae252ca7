#include "app/offer.h"

#include <algorithm>

#include "base/lower_case.h"

namespace elevator::app {
namespace {

std::vector<std::string> words_of(const std::string& query) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : base::lower(query)) {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool matches(const std::vector<std::string>& words, std::string_view label) {
  if (words.empty()) return true;
  const std::string text = base::lower(label);
  return std::ranges::all_of(
      words, [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

policy::Answer is_for(const policy::Statement& rule, const domain::Email& person,
                      const policy::World& world) {
  if (!rule.requesters || rule.requesters->everybody) return policy::Answer::kYes;
  const auto people = policy::resolve(*rule.requesters, world);
  if (people.emails.contains(person)) return policy::Answer::kYes;
  return people.failed.empty() ? policy::Answer::kNo : policy::Answer::kUnknown;
}

std::vector<domain::PermissionSetName> names_of(const std::vector<ports::PermissionSet>& sets) {
  std::vector<domain::PermissionSetName> names;
  names.reserve(sets.size());
  for (const ports::PermissionSet& set : sets) names.push_back(set.name);
  return names;
}

bool names_any(const policy::Statement& rule, const std::vector<ports::PermissionSet>& sets) {
  return std::ranges::any_of(
      sets, [&](const auto& set) { return rule.permission_sets.contains(set.name); });
}

void add(Found& found, ports::Choice choice, size_t limit) {
  ++found.total;
  if (found.choices.size() < limit) found.choices.push_back(std::move(choice));
}

}  // namespace

ports::Choice choice_of(const ports::Account& account) {
  return {account.id.str(), account.id.str() + " - " + account.name};
}

Offer::Offer(std::shared_ptr<const OfferFacts> facts, const domain::Email& person)
    : facts_(std::move(facts)),
      requestable_(*facts_->rules, person, facts_->world, facts_->limits,
                   {names_of(facts_->catalogue->permission_sets), /*despite_unknown=*/true}) {
  for (const policy::Statement& rule : facts_->rules->statements()) {
    const bool groups = rule.is_about_groups();
    const policy::Answer answer = is_for(rule, person, facts_->world);
    if (answer == policy::Answer::kYes) (groups ? group_rules_ : account_rules_).push_back(&rule);
    if (answer == policy::Answer::kUnknown) {
      (groups ? group_groups_unread_ : account_groups_unread_) = true;
    }
  }
  list_accounts();
  list_groups();
}

void Offer::list_accounts() {
  const auto& accounts = facts_->catalogue->accounts;
  for (size_t i = 0; i < accounts.size(); ++i) {
    if (accounts[i].active && requestable_.account(accounts[i].id)) accounts_.push_back(i);
  }
}

void Offer::list_groups() {
  const auto& groups = facts_->catalogue->groups;
  for (size_t i = 0; i < groups.size(); ++i) {
    // Most groups are named by no rule; that question is the cheaper one.
    if (is_named(groups[i].id) && requestable_.group(groups[i].id)) groups_.push_back(i);
  }
}

bool Offer::is_named(const domain::GroupId& group) const {
  const domain::Target target = domain::GroupTarget{group};
  return std::ranges::any_of(group_rules_, [&](const policy::Statement* rule) {
    return policy::is_about(*rule, target, nullptr) == policy::Answer::kYes;
  });
}

Offer::Statements Offer::statements_about(const domain::AccountId& account) const {
  const policy::AccountFacts* facts = facts_->world.facts_of(account);
  Statements out;
  for (const policy::Statement* rule : account_rules_) {
    if (policy::is_about(*rule, account, facts) == policy::Answer::kYes) out.push_back(rule);
  }
  return out;
}

Found Offer::accounts(const std::string& query, size_t limit) const {
  const auto words = words_of(query);
  Found found;
  for (const size_t place : accounts_) {
    ports::Choice choice = choice_of(facts_->catalogue->accounts[place]);
    if (matches(words, choice.label)) add(found, std::move(choice), limit);
  }
  return found;
}

Found Offer::groups(const std::string& query, size_t limit) const {
  const auto words = words_of(query);
  Found found;
  for (const size_t place : groups_) {
    const ports::Group& group = facts_->catalogue->groups[place];
    if (matches(words, group.name + " " + group.id.str())) {
      add(found, {group.id.str(), group.name}, limit);
    }
  }
  return found;
}

Found Offer::permission_sets(const domain::AccountId& account, const std::string& query,
                             size_t limit) const {
  const auto words = words_of(query);
  const auto& accounts = facts_->catalogue->accounts;
  Found found;
  if (std::ranges::find(accounts, account, &ports::Account::id) == accounts.end()) return found;
  const std::lock_guard lock(mutex_);
  for (const domain::PermissionSetName& name : requestable_.permission_sets(account)) {
    if (matches(words, name.str())) add(found, {name.str(), name.str()}, limit);
  }
  return found;
}

Offer::Nothing Offer::nothing(Kind kind) const {
  const bool is_account = kind == Kind::kAccount;
  if (!(is_account ? accounts_ : groups_).empty()) return Nothing::kNothing;
  if (groups_unread(kind)) return Nothing::kGroupsUnread;
  if (rules_about(kind).empty()) return Nothing::kNoRule;
  if (!is_account) {
    const bool there = std::ranges::any_of(
        facts_->catalogue->groups, [&](const ports::Group& group) { return is_named(group.id); });
    return there ? Nothing::kNobodyApproves : Nothing::kNotThere;
  }
  Nothing why = Nothing::kNotThere;
  for (const ports::Account& account : facts_->catalogue->accounts) {
    if (!account.active || statements_about(account.id).empty()) continue;
    if (!lacks_permission_sets(account.id)) return Nothing::kNobodyApproves;
    why = Nothing::kNoPermissionSet;
  }
  return why;
}

bool Offer::groups_unread(Kind kind) const {
  return kind == Kind::kGroup ? group_groups_unread_ : account_groups_unread_;
}

bool Offer::lacks_permission_sets(const domain::AccountId& account) const {
  const auto rules = statements_about(account);
  return !rules.empty() && std::ranges::none_of(rules, [&](const policy::Statement* rule) {
    return names_any(*rule, facts_->catalogue->permission_sets);
  });
}

std::vector<std::string> Offer::named_ids(Kind kind) const {
  std::vector<std::string> ids;
  for (const policy::Statement* rule : rules_about(kind)) {
    if (const auto* accounts = std::get_if<policy::Accounts>(&rule->resource)) {
      for (const auto& id : accounts->ids) ids.push_back(id.str());
    } else if (const auto* groups = std::get_if<policy::Groups>(&rule->resource)) {
      for (const auto& id : groups->ids) ids.push_back(id.str());
    }
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

}  // namespace elevator::app
