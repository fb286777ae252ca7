#include "policy/evaluation.h"

#include <algorithm>

namespace elevator::policy {
namespace {

// A rule that denies self-approval concerns the people it lists; when it is not known whom it
// lists, it may well list the requester.
bool denies_self(const Contribution& rule, const Subject& subject) {
  if (rule.statement->allow_self_approval != false) return false;
  const auto& listed = rule.approvers.emails;
  return !rule.approvers.failed.empty() ||
         std::any_of(listed.begin(), listed.end(),
                     [&](const domain::Email& email) { return is_requester(subject, email); });
}

bool allows_self(const Contribution& rule, const Subject& subject) {
  return rule.statement->allow_self_approval == true &&
         rule.approvers.emails.contains(subject.requester);
}

void limit_mentions(Sum& sum, const World& world) {
  for (Contribution& rule : sum.contributions) {
    const std::optional<People>& notify = rule.statement->notify;
    const std::set<domain::Email> wanted =
        notify ? resolve(*notify, world).emails : rule.approvers.emails;
    for (const domain::Email& email : wanted) {
      if (sum.others.contains(email)) rule.mentioned.insert(email);
    }
  }
}

}  // namespace

bool is_requester(const Subject& subject, const domain::Email& email) {
  return email == subject.requester ||
         std::find(subject.aliases.begin(), subject.aliases.end(), email) != subject.aliases.end();
}

Answer may_ask(const Statement& statement, const domain::Email& requester, const World& world) {
  if (!statement.requesters || statement.requesters->everybody) return Answer::kYes;
  const ResolvedPeople people = resolve(*statement.requesters, world);
  if (people.emails.contains(requester)) return Answer::kYes;
  return people.failed.empty() ? Answer::kNo : Answer::kUnknown;
}

Selection select(const Rules& rules, const domain::Email& requester, const domain::Target& target,
                 const World& world) {
  const auto* wanted = std::get_if<domain::AccountTarget>(&target);
  const AccountFacts* facts = wanted != nullptr ? world.facts_of(wanted->account) : nullptr;
  Selection selection;
  for (const Statement& statement : rules.statements()) {
    const Answer about = is_about(statement, target, facts);
    if (about == Answer::kNo) continue;
    const Answer asks = may_ask(statement, requester, world);
    if (asks == Answer::kNo) {
      if (about == Answer::kYes) selection.left_out.push_back(&statement);
    } else if (about == Answer::kUnknown) {
      selection.account_unknown.push_back(&statement);
    } else if (asks == Answer::kUnknown) {
      selection.requester_unknown.push_back(&statement);
    } else {
      selection.applied.push_back(&statement);
    }
  }
  return selection;
}

Sum add_up(std::span<const Statement* const> applied, const Subject& subject, const World& world) {
  Sum sum;
  bool automatic_denied = false;
  for (const Statement* statement : applied) {
    const Contribution& rule = sum.contributions.emplace_back(
        Contribution{.statement = statement, .approvers = resolve(statement->approvers, world)});
    sum.required_approvals = std::max(sum.required_approvals, statement->required_approvals);
    sum.automatic |= statement->approval_is_not_required == true;
    automatic_denied |= statement->approval_is_not_required == false;
    sum.self_approval |= allows_self(rule, subject);
    sum.self_denied |= denies_self(rule, subject);
    for (const domain::Email& email : rule.approvers.emails) {
      if (!is_requester(subject, email)) sum.others.insert(email);
    }
  }
  // Who asks for two approvals wants two other people, and a person who was found through another
  // e-mail domain is not known well enough to need none.
  const bool others_needed = sum.required_approvals > 1 || subject.secondary_domain_used;
  sum.automatic = sum.automatic && !automatic_denied && !others_needed;
  sum.self_approval = sum.self_approval && !sum.self_denied && !others_needed;
  limit_mentions(sum, world);
  return sum;
}

std::pair<Outcome, Reason> verdict(const Sum& sum) {
  if (sum.automatic) return {Outcome::kGrant, Reason::kApprovalNotRequired};
  if (sum.self_approval) return {Outcome::kGrant, Reason::kSelfApproval};
  if (sum.others.empty()) return {Outcome::kRefuse, Reason::kNoApprovers};
  if (sum.others.size() < static_cast<size_t>(sum.required_approvals)) {
    return {Outcome::kRefuse, Reason::kNotEnoughApprovers};
  }
  return {Outcome::kReview, Reason::kRequiresApproval};
}

}  // namespace elevator::policy
