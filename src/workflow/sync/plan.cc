#include "workflow/sync/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace elevator::workflow::sync {
namespace {

constexpr size_t kFewRemovals = 3;

std::vector<const Rule*> rules_of(const Config& config, const std::string& group) {
  std::vector<const Rule*> rules;
  for (const Rule& rule : config.rules) {
    if (rule.group == group) rules.push_back(&rule);
  }
  return rules;
}

std::optional<std::map<std::string, std::string>> values_of(const Rule& rule,
                                                            const ports::Attributes& attributes) {
  std::map<std::string, std::string> values;
  for (const Condition& condition : rule.conditions) {
    for (const auto& [name, value] : attributes) {
      if (name == condition.attribute) values[name] = value;
    }
  }
  if (values.empty()) return std::nullopt;
  return values;
}

std::map<std::string, std::string> expectations_of(const Rule& rule) {
  std::map<std::string, std::string> values;
  for (const Condition& condition : rule.conditions) {
    values[condition.attribute] = expected_text(condition);
  }
  return values;
}

struct Candidate {
  const ports::RosterUser* user;
  ports::Attributes attributes;  // in lower case
};

// Whose attributes are known, by id.
std::vector<Candidate> candidates_of(const std::vector<ports::RosterUser>& users) {
  std::vector<Candidate> candidates;
  candidates.reserve(users.size());
  for (const ports::RosterUser& user : users) {
    if (user.attributes) candidates.push_back({&user, in_lower_case(*user.attributes)});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const auto& left, const auto& right) { return left.user->id < right.user->id; });
  return candidates;
}

void plan_group(const Config& config, const ports::Group& group,
                const std::vector<Candidate>& candidates,
                const std::set<domain::PrincipalId>& members, std::vector<Action>& actions) {
  const auto rules = rules_of(config, group.name);
  std::vector<Rule> lowered;
  for (const Rule* rule : rules) lowered.push_back(in_lower_case(*rule));
  std::vector<Action> others;
  for (const Candidate& candidate : candidates) {
    const ports::RosterUser& user = *candidate.user;
    const bool wanted = std::any_of(lowered.begin(), lowered.end(), [&](const Rule& rule) {
      return matches(rule, candidate.attributes);
    });
    if (wanted == members.contains(user.id)) continue;
    Action action{ActionKind::kAdd, user.id, user.email, group, std::nullopt};
    if (wanted) {
      if (!user.enabled) continue;
      action.matched = values_of(*rules.back(), *user.attributes);
      actions.push_back(std::move(action));
      continue;
    }
    const bool remove = config.policy == ManualPolicy::kRemove;
    action.kind = remove ? ActionKind::kRemove : ActionKind::kWarn;
    if (!rules.empty()) action.matched = expectations_of(*rules.back());
    others.push_back(std::move(action));
  }
  std::move(others.begin(), others.end(), std::back_inserter(actions));
}

size_t removals_in(const std::vector<Action>& actions, const domain::GroupId* group) {
  return static_cast<size_t>(
      std::count_if(actions.begin(), actions.end(), [&](const Action& action) {
        return action.kind == ActionKind::kRemove && (!group || action.group.id == *group);
      }));
}

void drop_removals(std::vector<Action>& actions, const domain::GroupId* group) {
  std::erase_if(actions, [&](const Action& action) {
    return action.kind == ActionKind::kRemove && (!group || action.group.id == *group);
  });
}

}  // namespace

std::string_view to_string(ActionKind kind) {
  switch (kind) {
    case ActionKind::kAdd:
      return "add";
    case ActionKind::kWarn:
      return "warn";
    case ActionKind::kRemove:
      return "remove";
  }
  return "warn";
}

Resolved resolve(const Config& config, const std::vector<ports::Group>& groups) {
  Resolved resolved;
  for (const std::string& name : config.managed_groups) {
    const auto found = std::find_if(groups.rbegin(), groups.rend(),
                                    [&](const ports::Group& group) { return group.name == name; });
    if (found == groups.rend()) {
      resolved.missing.push_back(name);
    } else {
      resolved.groups.push_back(*found);
    }
  }
  return resolved;
}

std::string overlap(const Config& config, const std::set<domain::GroupId>& requestable,
                    const std::vector<ports::Group>& groups) {
  std::set<std::string> taken;
  for (const domain::GroupId& id : requestable) taken.insert(id.str());
  for (const ports::Group& group : groups) {
    if (requestable.contains(group.id)) taken.insert(group.name);
  }
  std::string names;
  for (const std::string& name : config.managed_groups) {
    if (taken.contains(name)) names += (names.empty() ? "\"" : ", \"") + name + "\"";
  }
  if (names.empty()) return names;
  return "ATTRIBUTE_SYNC_MANAGED_GROUPS names groups that the access rules let people ask for: " +
         names + ". Take them out of one of the two";
}

std::vector<Action> plan(const Config& config, const std::vector<ports::Group>& groups,
                         const std::vector<ports::RosterUser>& users, const Members& members) {
  const std::vector<Candidate> candidates = candidates_of(users);
  std::vector<Action> actions;
  for (const ports::Group& group : groups) {
    const auto known = members.find(group.id);
    if (known != members.end()) plan_group(config, group, candidates, known->second, actions);
  }
  return actions;
}

std::vector<std::string> brake(std::vector<Action>& actions, const Members& members,
                               const Limits& limits) {
  std::vector<std::string> braked;
  const size_t all = removals_in(actions, nullptr);
  if (all > limits.most_removals) {
    drop_removals(actions, nullptr);
    braked.push_back(
        fmt::format("nobody was removed: {} removals in one run are more than the {} that "
                    "ATTRIBUTE_SYNC_MOST_REMOVALS allows",
                    all, limits.most_removals));
    return braked;
  }
  for (const auto& [group, people] : members) {
    const size_t removals = removals_in(actions, &group);
    const bool many = removals > kFewRemovals &&
                      removals * 100 > people.size() * static_cast<size_t>(limits.most_percent);
    if (!many) continue;
    const auto named = std::find_if(actions.begin(), actions.end(),
                                    [&](const Action& action) { return action.group.id == group; });
    braked.push_back(
        fmt::format("nobody was removed from the group \"{}\": {} of {} members are more than the "
                    "{} % that ATTRIBUTE_SYNC_MOST_REMOVALS_PERCENT allows",
                    named->group.name, removals, people.size(), limits.most_percent));
    drop_removals(actions, &group);
  }
  return braked;
}

}  // namespace elevator::workflow::sync
