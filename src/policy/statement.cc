#include "policy/statement.h"

#include <algorithm>

#include "base/overloaded.h"
#include "policy/world.h"

namespace elevator::policy {
namespace {

Answer answer(bool yes) { return yes ? Answer::kYes : Answer::kNo; }

bool starts_with(const std::vector<std::string>& path, const std::vector<std::string>& prefix) {
  return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

bool contains(const OrganizationalUnits& units, const AccountFacts& facts) {
  const auto known = [&](const std::string& id) { return units.ids.contains(id); };
  const auto below = [&](const std::vector<std::string>& path) {
    return starts_with(facts.ou_names, path);
  };
  return std::any_of(facts.ou_ids.begin(), facts.ou_ids.end(), known) ||
         std::any_of(units.paths.begin(), units.paths.end(), below);
}

bool contains(const Tags& wanted, const AccountFacts& facts) {
  return std::any_of(wanted.tags.begin(), wanted.tags.end(), [&](const auto& tag) {
    const auto found = facts.tags.find(tag.first);
    return found != facts.tags.end() && found->second == tag.second;
  });
}

}  // namespace

std::string Statement::path() const {
  return (is_about_groups() ? "group_statements[" : "statements[") + std::to_string(index) + "]";
}

std::string Statement::label() const {
  return name.empty() ? path() : path() + " \"" + name + "\"";
}

Answer is_about(const Statement& statement, const domain::AccountId& account,
                const AccountFacts* facts) {
  return std::visit(
      base::overloaded{
          [&](const Accounts& accounts) {
            return answer(accounts.all || accounts.ids.contains(account));
          },
          [&](const OrganizationalUnits& units) {
            if (units.all) return Answer::kYes;
            if (units.ids.empty() && units.paths.empty()) return Answer::kNo;
            return facts == nullptr ? Answer::kUnknown : answer(contains(units, *facts));
          },
          [&](const Tags& tags) {
            if (tags.tags.empty()) return Answer::kNo;
            return facts == nullptr ? Answer::kUnknown : answer(contains(tags, *facts));
          },
          [](const Groups&) { return Answer::kNo; },
      },
      statement.resource);
}

Answer is_about(const Statement& statement, const domain::Target& target,
                const AccountFacts* facts) {
  return std::visit(base::overloaded{
                        [&](const domain::AccountTarget& wanted) {
                          if (!statement.permission_sets.contains(wanted.permission_set))
                            return Answer::kNo;
                          return is_about(statement, wanted.account, facts);
                        },
                        [&](const domain::GroupTarget& wanted) {
                          const Groups* groups = std::get_if<Groups>(&statement.resource);
                          return answer(groups != nullptr && groups->ids.contains(wanted.group));
                        },
                    },
                    target);
}

}  // namespace elevator::policy
