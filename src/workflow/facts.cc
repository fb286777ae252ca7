#include "workflow/facts.h"

#include <algorithm>

#include "base/overloaded.h"

namespace elevator::workflow {
namespace {

using domain::Assessed;
using domain::Request;

// None: they cannot be had, or are so old that the account may stand elsewhere by now.
std::optional<policy::AccountFacts> account_facts(Ports& ports, const Settings& settings,
                                                  const domain::AccountId& id) {
  const auto account = ports.organization.account(id);
  if (!account) return std::nullopt;
  const auto age = ports.clock.now() - account->facts_read_at;
  if (age > settings.oldest_account_facts) {
    ports.log.error("account_facts_too_old",
                    {{"account", id.str()}, {"read_at", base::to_rfc3339(account->facts_read_at)}});
    return std::nullopt;
  }
  return facts_of(*account);
}

std::optional<std::set<domain::Email>> members(Ports& ports, const policy::Lookup& lookup) {
  auto found = look_up_people(ports, lookup);
  if (!found) return std::nullopt;
  return *std::move(found);
}

// What is asked for, by the names of now.
struct ResolvedTarget {
  std::string name;
  domain::Assignment assignment;
  base::Seconds session_duration{};
  base::TimePoint session_read_at{};
};

base::Result<ResolvedTarget> resolve_target(Ports& ports, const domain::Target& target,
                                            const domain::PrincipalId& principal) {
  TRY(const auto instance, ports.identity_center.instance());
  if (const auto* wanted = std::get_if<domain::AccountTarget>(&target)) {
    TRY(const auto account, ports.organization.account(wanted->account));
    if (!account.active) return base::not_found("account " + account.id.str() + " is not active");
    TRY(const auto set, ports.organization.permission_set(wanted->permission_set));
    return ResolvedTarget{account.name,
                          domain::AccountAssignment{instance.arn, account.id, set.arn, principal},
                          set.session_duration, set.read_at};
  }
  TRY(const auto group, ports.organization.group(std::get<domain::GroupTarget>(target).group));
  return ResolvedTarget{
      group.name, domain::GroupMembership{instance.identity_store, group.id, principal}, {}, {}};
}

domain::Outcome to_domain(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::kGrant:
      return domain::Outcome::kGrant;
    case policy::Outcome::kReview:
      return domain::Outcome::kReview;
    case policy::Outcome::kRefuse:
      return domain::Outcome::kRefuse;
  }
  return domain::Outcome::kRefuse;
}

domain::Decision to_domain(const policy::Decision& from) {
  domain::Decision decision;
  decision.outcome = to_domain(from.outcome);
  decision.reason = std::string(to_string(from.reason));
  decision.rules = from.rules;
  for (const auto& rule : from.explanation.applied) decision.applied.push_back(rule.label);
  decision.explanation = from.explanation.because;
  decision.explanation.insert(decision.explanation.end(), from.explanation.trouble.begin(),
                              from.explanation.trouble.end());
  for (const auto& email : from.approvers) decision.approvers.push_back({email, std::nullopt});
  decision.mention.assign(from.notify.begin(), from.notify.end());
  decision.required_approvals = static_cast<std::uint32_t>(std::max(from.required_approvals, 1));
  decision.require_deny_reason = from.require_deny_reason;
  decision.allow_extension = from.allow_extension;
  decision.break_glass = from.break_glass;
  decision.channel = from.channel;
  decision.direct_message = from.direct_message;
  return decision;
}

void refuse(Assessed& assessed, std::string reason, std::string why) {
  assessed.decision.outcome = domain::Outcome::kRefuse;
  assessed.decision.reason = std::move(reason);
  assessed.refusal = std::move(why);
}

// Finds approvers in the workspace: those who are to be told first, the others only until one is
// found, because a request that nobody can see must not wait in silence.
base::Status find_approvers(Ports& ports, domain::Decision& decision) {
  bool reachable = false;
  const auto find = [&](domain::Approver& approver) -> base::Status {
    const auto user = ports.chat.user_by_email(approver.email);
    if (user) {
      approver.slack = *user;
      reachable = true;
    } else if (user.error().kind != base::Kind::kNotFound) {
      return user.error();
    }
    return {};
  };
  const auto mentioned = [&](const domain::Approver& approver) {
    return std::find(decision.mention.begin(), decision.mention.end(), approver.email) !=
           decision.mention.end();
  };
  for (auto& approver : decision.approvers) {
    if (mentioned(approver)) TRY_VOID(find(approver));
  }
  for (auto& approver : decision.approvers) {
    if (!reachable && !mentioned(approver)) TRY_VOID(find(approver));
  }
  if (!reachable) return base::not_found("none of the approvers is in this Slack workspace");
  return {};
}

// What is asked, and when the length of its sessions was read.
struct Question {
  const Request& request;
  base::TimePoint session_read_at{};
};

// An error: how long sessions last was read so long ago that it may be something else by now.
base::Status check_session(Ports& ports, const Settings& settings, base::TimePoint read_at,
                           const policy::Decision& decision, Assessed& assessed) {
  if (!decision.max_session_overrun || assessed.session_duration.count() == 0) return {};
  if (ports.clock.now() - read_at > settings.oldest_account_facts) {
    return base::unavailable("how long sessions of this permission set last was read from AWS at " +
                             base::to_rfc3339(read_at) +
                             ", too long ago to decide by it (MaxSessionOverrun)");
  }
  if (assessed.session_duration <= *decision.max_session_overrun) return {};
  refuse(assessed, "SessionTooLong",
         "sessions of this permission set last " +
             base::to_human_duration(assessed.session_duration) +
             ", and the rules allow them to outlive the access by " +
             base::to_human_duration(*decision.max_session_overrun) + " at most");
  return {};
}

base::Status decide(Ports& ports, const Settings& settings, const Question& question,
                    Assessed& assessed) {
  const auto rules = ports.rules.current();
  if (!rules) {
    if (!is_definite(rules.error())) return rules.error();
    ports.log.error("request_without_rules", {{"error", rules.error().message}});
    refuse(assessed, "NoRules",
           "no valid rules are in force; ask the people who maintain the access rules");
    return {};
  }
  Request resolved = question.request;
  resolved.requester_email = assessed.requester_email;
  resolved.principal = assessed.principal;
  const auto subject = subject_of(resolved);
  const auto world = gather_world(ports, settings, **rules, subject);
  const auto decision = policy::decide(**rules, subject, world, settings.limits);
  assessed.decision = to_domain(decision);
  if (decision.outcome == policy::Outcome::kRefuse && decision.lookups_failed) {
    return base::unavailable("a look-up that the rules need failed: " + policy::summary(decision));
  }
  if (decision.outcome == policy::Outcome::kRefuse) {
    assessed.refusal = policy::summary(decision);
    return {};
  }
  TRY_VOID(check_session(ports, settings, question.session_read_at, decision, assessed));
  if (assessed.decision.outcome != domain::Outcome::kReview) return {};
  auto found = find_approvers(ports, assessed.decision);
  if (!found && !is_definite(found.error())) return found;
  if (!found) {
    refuse(assessed, "NoApproverInSlack",
           "the rules name approvers, but none of them is in this Slack workspace: ask the "
           "administrators to correct the rules");
  }
  return {};
}

}  // namespace

policy::AccountFacts facts_of(const ports::Account& account) {
  policy::AccountFacts facts{.ou_ids = account.ou_ids, .ou_names = account.ou_names};
  facts.tags.insert(account.tags.begin(), account.tags.end());
  return facts;
}

policy::Subject subject_of(const Request& request) {
  policy::Subject subject{.requester = *request.requester_email, .target = request.target};
  subject.duration = request.duration;
  subject.reason = request.reason;
  subject.is_extension = request.extends.has_value();
  if (request.principal) {
    subject.secondary_domain_used = request.principal->secondary_domain_used;
    if (request.principal->email != *request.requester_email) {
      subject.aliases.push_back(request.principal->email);
    }
  }
  return subject;
}

policy::World gather_world(Ports& ports, const Settings& settings, const policy::Rules& rules,
                           const policy::Subject& subject) {
  constexpr int kRounds = 4;  // policy needs three at most
  policy::World world;
  for (int round = 0; round < kRounds; ++round) {
    const auto needs = policy::needs(rules, subject.requester, subject.target, world);
    if (needs.empty()) break;
    if (needs.account_facts) {
      const auto& account = std::get<domain::AccountTarget>(subject.target).account;
      world.accounts.emplace(account, account_facts(ports, settings, account));
    }
    for (const auto& lookup : needs.people) world.people.emplace(lookup, members(ports, lookup));
  }
  return world;
}

base::Result<std::set<domain::Email>> look_up_people(Ports& ports, const policy::Lookup& lookup) {
  auto found = [&]() -> base::Result<std::set<domain::Email>> {
    switch (lookup.source) {
      case policy::Source::kIdentityCenterGroup:
        return ports.directory.group_members(lookup.name);
      case policy::Source::kSlackGroup:
        return ports.chat.user_group_members(lookup.name);
      case policy::Source::kOnCall:
        return ports.on_call.people(lookup.name);
    }
    return base::internal("unknown source of people");
  }();
  if (!found) {
    ports.log.warning("people_lookup_failed",
                      {{"lookup", to_string(lookup)}, {"error", found.error().message}});
  }
  return found;
}

bool is_definite(const base::Error& error) {
  return error.kind == base::Kind::kNotFound || error.kind == base::Kind::kInvalid ||
         error.kind == base::Kind::kConflict;
}

base::Result<Assessed> assess(Ports& ports, const Settings& settings, const Request& request) {
  Assessed assessed;
  TRY(const auto user, ports.chat.user(request.requester));
  assessed.requester_name = user.name;
  assessed.requester_email = user.email;
  assessed.requester_time_zone = user.time_zone;
  if (!user.full_member || !user.email) {
    refuse(assessed, "NotAFullMember",
           user.full_member ? "your Slack profile shows no e-mail address to this app"
                            : "only full members of this workspace can ask, and your account " +
                                  user.not_full_because);
    return assessed;
  }
  auto principal = ports.directory.find(user.email_as_written);
  if (!principal) {
    if (!is_definite(principal.error())) return std::move(principal).error();
    refuse(assessed, "NoPrincipal",
           "no single user of AWS IAM Identity Center belongs to your e-mail address: " +
               principal.error().message);
    return assessed;
  }
  assessed.principal = *principal;
  auto target = resolve_target(ports, request.target, principal->id);
  if (!target) {
    if (!is_definite(target.error())) return std::move(target).error();
    refuse(assessed, "NoSuchTarget", target.error().message);
    return assessed;
  }
  assessed.assignment = target->assignment;
  assessed.target_name = target->name;
  assessed.session_duration = target->session_duration;
  TRY_VOID(decide(ports, settings, {request, target->session_read_at}, assessed));
  // Not knowing whether the requester reads the channel only costs a superfluous direct message.
  assessed.requester_in_channel =
      ports.chat.is_in_channel(request.requester, assessed.decision.channel).value_or(true);
  return assessed;
}

}  // namespace elevator::workflow
