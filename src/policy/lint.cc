#include "policy/lint.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/overloaded.h"
#include "policy/evaluation.h"

namespace elevator::policy {
namespace {

template <typename T>
bool includes(const std::set<T>& larger, const std::set<T>& smaller) {
  return std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end());
}

bool includes(const People& larger, const People& smaller) {
  return includes(larger.emails, smaller.emails) && includes(larger.lookups, smaller.lookups);
}

bool is_empty(const Resource& resource) {
  return std::visit(
      base::overloaded{
          [](const Accounts& accounts) { return !accounts.all && accounts.ids.empty(); },
          [](const OrganizationalUnits& units) {
            return !units.all && units.ids.empty() && units.paths.empty();
          },
          [](const Tags& tags) { return tags.tags.empty(); },
          [](const Groups& groups) { return groups.ids.empty(); },
      },
      resource);
}

// No request can ever meet this rule.
bool is_dead(const Statement& statement) {
  if (is_empty(statement.resource)) return true;
  const PermissionSets& sets = statement.permission_sets;
  if (!statement.is_about_groups() && !sets.all && sets.names.empty()) return true;
  return statement.requesters && statement.requesters->empty();
}

bool covers_resource(const Resource& larger, const Resource& smaller) {
  const bool accounts = !std::holds_alternative<Groups>(smaller);
  if (const auto* all = std::get_if<Accounts>(&larger); all != nullptr && all->all) return accounts;
  if (const auto* all = std::get_if<OrganizationalUnits>(&larger); all != nullptr && all->all) {
    return accounts;
  }
  if (larger.index() != smaller.index()) return false;
  return std::visit(
      base::overloaded{
          [&](const Accounts& accounts_here) {
            const auto& there = std::get<Accounts>(smaller);
            return !there.all && includes(accounts_here.ids, there.ids);
          },
          [&](const OrganizationalUnits& units) {
            const auto& there = std::get<OrganizationalUnits>(smaller);
            return !there.all && includes(units.ids, there.ids) &&
                   includes(units.paths, there.paths);
          },
          [&](const Tags& tags) { return includes(tags.tags, std::get<Tags>(smaller).tags); },
          [&](const Groups& groups) { return includes(groups.ids, std::get<Groups>(smaller).ids); },
      },
      larger);
}

bool covers_requesters(const Statement& larger, const Statement& smaller) {
  if (!larger.requesters || larger.requesters->everybody) return true;
  if (!smaller.requesters || smaller.requesters->everybody) return false;
  return includes(*larger.requesters, *smaller.requesters);
}

// What the smaller rule says, the larger one says as well.
bool says_as_much(const Statement& larger, const Statement& smaller) {
  const auto flag = [](const std::optional<bool>& there, const std::optional<bool>& here) {
    return !there || there == here;
  };
  const auto limit = [](const auto& there, const auto& here) {
    return !there || (here && *here <= *there);
  };
  const bool self_is_about_the_same =
      !smaller.allow_self_approval || includes(larger.approvers, smaller.approvers);
  const bool notify = smaller.notify ? larger.notify == smaller.notify
                                     : !larger.notify || smaller.approvers.empty();
  return includes(larger.approvers, smaller.approvers) && notify && self_is_about_the_same &&
         flag(smaller.allow_self_approval, larger.allow_self_approval) &&
         flag(smaller.approval_is_not_required, larger.approval_is_not_required) &&
         smaller.required_approvals <= larger.required_approvals &&
         limit(smaller.max_duration, larger.max_duration) &&
         limit(smaller.max_session_overrun, larger.max_session_overrun) &&
         (!smaller.durations || smaller.durations == larger.durations) &&
         (!smaller.reason_pattern ||
          (larger.reason_pattern &&
           smaller.reason_pattern->text() == larger.reason_pattern->text())) &&
         (!smaller.channel || smaller.channel == larger.channel) &&
         smaller.require_deny_reason <= larger.require_deny_reason &&
         smaller.direct_message <= larger.direct_message &&
         smaller.allow_extension <= larger.allow_extension &&
         smaller.break_glass <= larger.break_glass;
}

bool shadows(const Statement& larger, const Statement& smaller) {
  if (larger.is_about_groups() != smaller.is_about_groups()) return false;
  const PermissionSets& sets = larger.permission_sets;
  const bool sets_covered =
      smaller.is_about_groups() || sets.all ||
      (!smaller.permission_sets.all && includes(sets.names, smaller.permission_sets.names));
  return sets_covered && covers_resource(larger.resource, smaller.resource) &&
         covers_requesters(larger, smaller) && says_as_much(larger, smaller);
}

class Linter {
 public:
  Linter(const Rules& rules, const World& world) : rules_(rules), world_(world) {}

  std::vector<Problem> run() {
    for (const Statement& statement : rules_.statements()) {
      if (is_dead(statement)) {
        warn(statement,
             "no request can ever meet this rule: Resource, PermissionSet or "
             "Requesters is empty");
        continue;
      }
      check_shadow(statement);
      check_people(statement);
      check_mentions(statement);
      check_terms(statement);
      check_openness(statement);
      if (!statement.name.empty() && !names_.insert(statement.name).second) {
        warn(statement, "another rule has the same name");
      }
    }
    check_unused_approvers();
    return std::move(problems_);
  }

 private:
  void warn(const Statement& statement, std::string message, std::string_view key = {}) {
    std::string path = statement.path();
    if (!key.empty()) path += "." + std::string(key);
    problems_.push_back({std::move(path), std::move(message)});
  }

  void check_openness(const Statement& statement) {
    const auto* accounts = std::get_if<Accounts>(&statement.resource);
    const bool everybody = !statement.requesters || statement.requesters->everybody;
    if (accounts == nullptr || !accounts->all || !statement.permission_sets.all) return;
    if (!everybody || statement.approval_is_not_required != true) return;
    warn(statement, "everybody in Slack may take every permission set in every account, unasked");
  }

  void check_shadow(const Statement& statement) {
    for (const Statement& other : rules_.statements()) {
      if (&other == &statement || is_dead(other) || !shadows(other, statement)) continue;
      // Two equal rules shadow each other: the later one is the superfluous one.
      if (shadows(statement, other) && &statement < &other) continue;
      warn(statement, "shadowed: " + other.label() + " covers the same and says as much");
      return;
    }
  }

  // Every rule that is certainly met whenever this one is, for somebody whom all rules let ask.
  std::vector<const Statement*> together_with(const Statement& statement) const {
    std::vector<const Statement*> applied{&statement};
    for (const Statement& other : rules_.statements()) {
      if (&other == &statement || is_dead(other)) continue;
      if (other.is_about_groups() != statement.is_about_groups()) continue;
      const PermissionSets& sets = other.permission_sets;
      const bool sets_covered =
          statement.is_about_groups() || sets.all ||
          (!statement.permission_sets.all && includes(sets.names, statement.permission_sets.names));
      if (sets_covered && covers_resource(other.resource, statement.resource) &&
          covers_requesters(other, statement)) {
        applied.push_back(&other);
      }
    }
    return applied;
  }

  void check_people(const Statement& statement) {
    const auto applied = together_with(statement);
    Subject nobody{.requester = domain::Email::literal("nobody@nobody.example"),
                   .target = domain::GroupTarget{
                       domain::GroupId::literal("00000000-0000-0000-0000-000000000000")}};
    const Sum sum = add_up(applied, nobody, world_);
    const bool somebody_unknown =
        std::any_of(sum.contributions.begin(), sum.contributions.end(),
                    [](const Contribution& rule) { return !rule.approvers.failed.empty(); });
    if (sum.automatic || somebody_unknown) return;
    if (sum.others.empty()) {
      warn(statement, "nobody can approve what this rule allows to ask for");
    } else if (sum.others.size() < static_cast<size_t>(sum.required_approvals)) {
      warn(statement,
           fmt::format("{} approvals are required, but only {} can approve", sum.required_approvals,
                       sum.others.size() == 1 ? "one person" : "fewer people"));
    } else if (sum.others.size() == 1) {
      check_only_approver(statement, applied, *sum.others.begin());
    }
  }

  void check_only_approver(const Statement& statement, const std::vector<const Statement*>& applied,
                           const domain::Email& only) {
    if (may_ask(statement, only, world_) != Answer::kYes) return;
    const Subject themselves{.requester = only,
                             .target = domain::GroupTarget{
                                 domain::GroupId::literal("00000000-0000-0000-0000-000000000000")}};
    if (verdict(add_up(applied, themselves, world_)).second != Reason::kNoApprovers) return;
    warn(statement,
         only.str() + " is the only approver: nobody can approve what " + only.str() + " asks for");
  }

  void check_mentions(const Statement& statement) {
    const People& people = statement.notify ? *statement.notify : statement.approvers;
    const size_t count = resolve(people, world_).emails.size();
    if (count > kManyMentions) {
      warn(statement, fmt::format("each request mentions {} people: name fewer in Notify", count));
    }
  }

  void check_terms(const Statement& statement) {
    if (statement.durations && statement.max_duration &&
        *statement.durations->begin() > *statement.max_duration) {
      warn(statement, "every entry is longer than MaxDuration", "Durations");
    }
    if (statement.allow_self_approval == true && statement.approvers.empty()) {
      warn(statement, "has no effect without Approvers: it is for the approvers of the rule",
           "AllowSelfApproval");
    }
    if (statement.reason_pattern && statement.reason_hint.empty()) {
      warn(statement, "people will be shown the pattern itself: add a ReasonHint", "ReasonPattern");
    }
  }

  void check_unused_approvers() {
    std::set<domain::Email> usable;
    for (const Statement& statement : rules_.statements()) {
      if (is_dead(statement)) continue;
      const auto& emails = statement.approvers.emails;
      usable.insert(emails.begin(), emails.end());
    }
    for (const Statement& statement : rules_.statements()) {
      if (is_dead(statement)) warn_about_unusable(statement, usable);
      if (!statement.notify || !statement.approvers.lookups.empty()) continue;
      for (const domain::Email& email : statement.notify->emails) {
        if (!usable.contains(email)) {
          warn(statement, email.str() + " is no approver and will not be mentioned", "Notify");
        }
      }
    }
  }

  void warn_about_unusable(const Statement& statement, const std::set<domain::Email>& usable) {
    for (const domain::Email& email : statement.approvers.emails) {
      if (!usable.contains(email)) {
        warn(statement, "no rule can use the approver " + email.str(), "Approvers");
      }
    }
  }

  const Rules& rules_;
  const World& world_;
  std::set<std::string> names_{};
  std::vector<Problem> problems_{};
};

}  // namespace

std::vector<Problem> lint(const Rules& rules, const World& world) {
  return Linter(rules, world).run();
}

}  // namespace elevator::policy
