#include "app/offer.h"

#include <algorithm>
#include <cctype>

#include "workflow/facts.h"

namespace elevator::app {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::vector<std::string> words_of(const std::string& query) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : lower(query)) {
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
  const std::string text = lower(label);
  return std::ranges::all_of(
      words, [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

bool may_use(const policy::Statement& rule, const domain::Email& person,
             const policy::World& members) {
  if (!rule.requesters || rule.requesters->everybody) return true;
  return policy::resolve(*rule.requesters, members).emails.contains(person);
}

}  // namespace

ports::Choice choice_of(const ports::Account& account) {
  return {account.id.str(), account.id.str() + " - " + account.name};
}

Offer::Offer(std::shared_ptr<const policy::Rules> rules,
             std::shared_ptr<const ports::Catalogue> catalogue, const domain::Email& person,
             const policy::World& members)
    : rules_(std::move(rules)), catalogue_(std::move(catalogue)) {
  for (const policy::Statement& rule : rules_->statements()) {
    if (!may_use(rule, person, members)) continue;
    (rule.is_about_groups() ? group_rules_ : account_rules_).push_back(&rule);
  }
}

std::vector<const policy::Statement*> Offer::statements_about(const ports::Account& account) const {
  const policy::AccountFacts facts = workflow::facts_of(account);
  std::vector<const policy::Statement*> out;
  for (const policy::Statement* rule : account_rules_) {
    if (policy::is_about(*rule, account.id, &facts) == policy::Answer::kYes) out.push_back(rule);
  }
  return out;
}

std::vector<ports::Choice> Offer::accounts(const std::string& query, size_t limit) const {
  const auto words = words_of(query);
  std::vector<ports::Choice> out;
  for (const ports::Account& account : catalogue_->accounts) {
    if (out.size() >= limit) break;
    if (!account.active) continue;
    ports::Choice choice = choice_of(account);
    if (!matches(words, choice.label) || statements_about(account).empty()) continue;
    out.push_back(std::move(choice));
  }
  return out;
}

std::vector<ports::Choice> Offer::permission_sets(const domain::AccountId& id) const {
  std::vector<ports::Choice> out;
  const auto account = std::ranges::find(catalogue_->accounts, id, &ports::Account::id);
  if (account == catalogue_->accounts.end()) return out;
  const auto rules = statements_about(*account);
  for (const ports::PermissionSet& set : catalogue_->permission_sets) {
    const bool offered = std::ranges::any_of(rules, [&](const policy::Statement* rule) {
      return rule->permission_sets.contains(set.name);
    });
    if (offered) out.push_back({set.name.str(), set.name.str()});
  }
  return out;
}

std::vector<std::string> Offer::named_ids(ports::Form::Kind kind) const {
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

std::vector<ports::Choice> Offer::groups(const std::string& query, size_t limit) const {
  const auto words = words_of(query);
  std::vector<ports::Choice> out;
  for (const ports::Group& group : catalogue_->groups) {
    if (out.size() >= limit) break;
    const domain::Target target = domain::GroupTarget{group.id};
    const bool offered = std::ranges::any_of(group_rules_, [&](const policy::Statement* rule) {
      return policy::is_about(*rule, target, nullptr) == policy::Answer::kYes;
    });
    if (offered && matches(words, group.name + " " + group.id.str())) {
      out.push_back({group.id.str(), group.name});
    }
  }
  return out;
}

}  // namespace elevator::app
