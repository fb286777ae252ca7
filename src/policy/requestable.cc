#include "policy/requestable.h"

#include <algorithm>

#include "policy/evaluation.h"
#include "policy/terms.h"

namespace elevator::policy {
namespace {

constexpr std::uint32_t kUnknown = std::uint32_t{1} << 31;

Subject anything(const domain::Email& requester) {
  // The target does not matter once the rules are chosen.
  return {.requester = requester,
          .target = domain::GroupTarget{
              domain::GroupId::literal("00000000-0000-0000-0000-000000000000")}};
}

bool could_be_allowed(const std::vector<const Statement*>& applied, const Subject& subject,
                      const World& world, const Limits& limits) {
  if (applied.empty()) return false;
  Decision terms;
  set_terms(applied, limits, terms);
  if (terms.durations.empty()) return false;
  const Sum sum = add_up(applied, subject, world);
  if (verdict(sum).first != Outcome::kRefuse) return true;
  return std::any_of(sum.contributions.begin(), sum.contributions.end(),
                     [](const Contribution& rule) { return !rule.approvers.failed.empty(); });
}

}  // namespace

Requestable::Requestable(const Rules& rules, const domain::Email& requester, const World& world,
                         const Limits& limits, Menu menu)
    : world_(world),
      subject_(anything(requester)),
      limits_(limits),
      permission_sets_(std::move(menu.permission_sets)),
      despite_unknown_(menu.despite_unknown) {
  for (const Statement& statement : rules.statements()) {
    const Answer asks = may_ask(statement, requester, world);
    if (asks == Answer::kNo) continue;
    const auto index = static_cast<std::uint32_t>(candidates_.size());
    candidates_.push_back({&statement, asks == Answer::kYes});
    const auto* accounts = std::get_if<Accounts>(&statement.resource);
    if (accounts == nullptr || accounts->all) {
      if (!statement.is_about_groups()) general_.push_back(index);
      continue;
    }
    for (const domain::AccountId& account : accounts->ids) by_account_[account].push_back(index);
  }
}

Requestable::Key Requestable::key_of(const domain::AccountId& account) const {
  const AccountFacts* facts = world_.facts_of(account);
  Key key;
  const auto add = [&](std::uint32_t index) {
    const Answer about = is_about(*candidates_[index].statement, account, facts);
    if (about == Answer::kNo) return;
    const bool certain = about == Answer::kYes && candidates_[index].certain;
    if (!certain && despite_unknown_) return;
    key.push_back(certain ? index : index | kUnknown);
  };
  for (const std::uint32_t index : general_) add(index);
  if (const auto own = by_account_.find(account); own != by_account_.end()) {
    for (const std::uint32_t index : own->second) add(index);
  }
  return key;
}

const Requestable::Verdict& Requestable::verdict_of(const domain::AccountId& account) {
  Key key = key_of(account);
  const auto [found, is_new] = verdicts_.try_emplace(std::move(key));
  Verdict& verdict = found->second;
  if (!is_new) return verdict;
  for (const domain::PermissionSetName& name : permission_sets_) {
    std::vector<const Statement*> applied;
    bool certain = true;
    for (const std::uint32_t entry : found->first) {
      const Statement* statement = candidates_[entry & ~kUnknown].statement;
      if (!statement->permission_sets.contains(name)) continue;
      certain &= (entry & kUnknown) == 0;
      applied.push_back(statement);
    }
    verdict.permission_sets.push_back(certain && possible(applied));
    verdict.any |= verdict.permission_sets.back();
  }
  return verdict;
}

bool Requestable::possible(const std::vector<const Statement*>& applied) const {
  return could_be_allowed(applied, subject_, world_, limits_);
}

bool Requestable::account(const domain::AccountId& account) { return verdict_of(account).any; }

std::vector<domain::AccountId> Requestable::accounts(std::span<const domain::AccountId> accounts) {
  std::vector<domain::AccountId> result;
  for (const domain::AccountId& id : accounts) {
    if (account(id)) result.push_back(id);
  }
  return result;
}

std::vector<domain::PermissionSetName> Requestable::permission_sets(
    const domain::AccountId& account) {
  const Verdict& verdict = verdict_of(account);
  std::vector<domain::PermissionSetName> result;
  for (size_t i = 0; i < permission_sets_.size(); ++i) {
    if (verdict.permission_sets[i]) result.push_back(permission_sets_[i]);
  }
  return result;
}

bool Requestable::group(const domain::GroupId& group) {
  std::vector<const Statement*> applied;
  for (const Candidate& candidate : candidates_) {
    const Groups* groups = std::get_if<Groups>(&candidate.statement->resource);
    if (groups == nullptr || !groups->ids.contains(group)) continue;
    if (!candidate.certain && despite_unknown_) continue;
    if (!candidate.certain) return false;
    applied.push_back(candidate.statement);
  }
  return possible(applied);
}

std::vector<domain::GroupId> Requestable::groups(std::span<const domain::GroupId> groups) {
  std::vector<domain::GroupId> result;
  for (const domain::GroupId& id : groups) {
    if (group(id)) result.push_back(id);
  }
  return result;
}

bool may_request(const Rules& rules, const domain::Email& requester, const domain::Target& target,
                 const World& world, const Limits& limits) {
  const Selection selection = select(rules, requester, target, world);
  return selection.certain() &&
         could_be_allowed(selection.applied, anything(requester), world, limits);
}

std::set<Lookup> requester_groups(const Rules& rules) {
  std::set<Lookup> groups;
  for (const Statement& statement : rules.statements()) {
    if (!statement.requesters || statement.requesters->everybody) continue;
    const auto& lookups = statement.requesters->lookups;
    groups.insert(lookups.begin(), lookups.end());
  }
  return groups;
}

bool asks_for_account_facts(const Rules& rules) {
  return std::any_of(rules.statements().begin(), rules.statements().end(),
                     [](const Statement& statement) {
                       const auto* units = std::get_if<OrganizationalUnits>(&statement.resource);
                       return (units != nullptr && !units->all) ||
                              std::holds_alternative<Tags>(statement.resource);
                     });
}

}  // namespace elevator::policy
