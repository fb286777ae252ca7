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

base::Result<bool> is_member(Ports& ports, const policy::Lookup& lookup, const Person& person) {
  switch (lookup.source) {
    case policy::Source::kIdentityCenterGroup:
      return ports.directory.is_member(lookup.name, person.email);
    case policy::Source::kSlackGroup:
      return ports.chat.is_in_user_group(lookup.name, person.slack);
    case policy::Source::kOnCall: {
      TRY(const auto people, ports.on_call.people(lookup.name));
      return people.contains(person.email);
    }
  }
  return base::internal("unknown source of people");
}

base::Result<std::set<domain::Email>> members_now(Ports& ports, const policy::Lookup& lookup,
                                                  const std::vector<Person>& people) {
  TRY(auto found, look_up_people(ports, lookup));
  for (const Person& person : people) {
    TRY(const bool present, is_member(ports, lookup, person));
    if (present) {
      found.insert(person.email);
    } else {
      found.erase(person.email);
    }
  }
  return found;
}

std::optional<std::set<domain::Email>> members(Ports& ports, const policy::Lookup& lookup,
                                               const std::vector<Person>& people,
                                               Gathered& gathered) {
  auto found = members_now(ports, lookup, people);
  if (found) return *std::move(found);
  const std::string why = to_string(lookup) + " (" + found.error().message + ")";
  (is_definite(found.error()) ? gathered.missing : gathered.failed).push_back(why);
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
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

// Finds approvers in the workspace: those who are to be told first, the others only until there are
// as many as must approve, because a request that too few can see must not wait in silence.
base::Status find_approvers(Ports& ports, domain::Decision& decision) {
  std::set<domain::SlackUserId> reachable;
  const auto find = [&](domain::Approver& approver) -> base::Status {
    const auto user = ports.chat.user_by_email(approver.email);
    if (user) {
      approver.slack = *user;
      reachable.insert(*user);
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
    const bool enough = reachable.size() >= decision.required_approvals;
    if (!enough && !mentioned(approver)) TRY_VOID(find(approver));
  }
  if (reachable.empty()) {
    return base::not_found("the rules name approvers, but none of them is in this Slack workspace");
  }
  if (reachable.size() < decision.required_approvals) {
    return base::not_found("the rules ask for " + std::to_string(decision.required_approvals) +
                           " approvals, but only " + std::to_string(reachable.size()) +
                           " of the approvers they name " + (reachable.size() == 1 ? "is" : "are") +
                           " in this Slack workspace");
  }
  return {};
}

// Why the rules refuse. What they name and nobody has cannot be waited for: it is told by name.
std::string refusal(const policy::Decision& decision, const Gathered& gathered) {
  using policy::Reason;
  const bool is_uncertain = decision.reason == Reason::kRequesterLookupFailed;
  const bool lacks_people =
      decision.reason == Reason::kNoApprovers || decision.reason == Reason::kNotEnoughApprovers;
  if (gathered.missing.empty() || (!is_uncertain && !lacks_people)) {
    return policy::summary(decision);
  }
  return (lacks_people ? policy::summary(decision) + " " : std::string()) + missing_text(gathered);
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
  const Person requester{question.request.requester, subject.requester};
  const auto gathered = gather(ports, settings, **rules, {subject, {requester}});
  const auto decision = policy::decide(**rules, subject, gathered.world, settings.limits);
  assessed.decision = to_domain(decision);
  const bool refused = decision.outcome == policy::Outcome::kRefuse;
  if (refused && decision.lookups_failed && !gathered.failed.empty()) {
    return base::unavailable(waiting_text(gathered));
  }
  if (refused) {
    assessed.refusal = refusal(decision, gathered);
    return {};
  }
  TRY_VOID(check_session(ports, settings, question.session_read_at, decision, assessed));
  if (assessed.decision.outcome != domain::Outcome::kReview) return {};
  auto found = find_approvers(ports, assessed.decision);
  if (!found && !is_definite(found.error())) return found;
  if (!found) {
    refuse(assessed, "NoApproverInSlack",
           found.error().message + ": ask the administrators to correct the rules");
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

std::string waiting_text(const Gathered& gathered) {
  return "the rules need something that could not be looked up just now: " +
         joined(gathered.failed);
}

std::string missing_text(const Gathered& gathered) {
  return "The rules about this target name people who cannot be found: " +
         joined(gathered.missing) +
         ". Ask the people who maintain the access rules to correct that";
}

Gathered gather(Ports& ports, const Settings& settings, const policy::Rules& rules,
                const Inquiry& inquiry) {
  const policy::Subject& subject = inquiry.subject;
  constexpr int kRounds = 4;  // policy needs three at most
  Gathered gathered;
  policy::World& world = gathered.world;
  for (int round = 0; round < kRounds; ++round) {
    const auto needs = policy::needs(rules, subject.requester, subject.target, world);
    if (needs.empty()) break;
    if (needs.account_facts) {
      const auto& account = std::get<domain::AccountTarget>(subject.target).account;
      auto facts = account_facts(ports, settings, account);
      if (!facts) gathered.failed.emplace_back("the account's place in the organization");
      world.accounts.emplace(account, std::move(facts));
    }
    for (const auto& lookup : needs.people) {
      world.people.emplace(lookup, members(ports, lookup, inquiry.people, gathered));
    }
  }
  return gathered;
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
      ports.chat.is_in_channel(request.requester, assessed.decision.channel).value_or(false);
  return assessed;
}

}  // namespace elevator::workflow
