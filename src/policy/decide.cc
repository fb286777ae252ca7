#include "policy/decide.h"

#include <tuple>

#include "policy/evaluation.h"
#include "policy/explanation.h"
#include "policy/terms.h"

namespace elevator::policy {
namespace {

// Everything about one request, worked out once for both questions.
struct Evaluation {
  Selection selection;
  Sum sum{};
  Decision decision{};
};

void refuse(Decision& decision, Reason reason) {
  decision.outcome = Outcome::kRefuse;
  decision.reason = reason;
}

std::optional<Reason> refused_by_selection(const Selection& selection) {
  if (!selection.account_unknown.empty()) return Reason::kAccountLookupFailed;
  if (!selection.requester_unknown.empty()) return Reason::kRequesterLookupFailed;
  if (!selection.applied.empty()) return std::nullopt;
  return selection.left_out.empty() ? Reason::kNoStatements : Reason::kNotARequester;
}

void name_approvers(const Sum& sum, Decision& decision) {
  decision.approvers = sum.others;
  for (const Contribution& rule : sum.contributions) {
    decision.notify.insert(rule.mentioned.begin(), rule.mentioned.end());
  }
}

Evaluation evaluate(const Rules& rules, const Subject& subject, const World& world,
                    const Limits& limits) {
  Evaluation evaluation{.selection = select(rules, subject.requester, subject.target, world)};
  Decision& decision = evaluation.decision;
  decision.rules = rules.digest();
  decision.lookups_failed = !evaluation.selection.certain();
  if (const auto reason = refused_by_selection(evaluation.selection)) {
    refuse(decision, *reason);
    return evaluation;
  }
  const auto& applied = evaluation.selection.applied;
  evaluation.sum = add_up(applied, subject, world);
  std::tie(decision.outcome, decision.reason) = verdict(evaluation.sum);
  decision.required_approvals = evaluation.sum.required_approvals;
  for (const Contribution& rule : evaluation.sum.contributions) {
    decision.lookups_failed |= !rule.approvers.failed.empty();
  }
  set_terms(applied, limits, decision);
  if (decision.outcome == Outcome::kRefuse) return evaluation;
  if (const auto reason = refused_by_terms(applied, subject, decision)) refuse(decision, *reason);
  if (decision.outcome == Outcome::kReview) name_approvers(evaluation.sum, decision);
  return evaluation;
}

void add_unknown(const People& people, const World& world, std::set<Lookup>& wanted) {
  for (const Lookup& lookup : people.lookups) {
    if (!world.people.contains(lookup)) wanted.insert(lookup);
  }
}

}  // namespace

Decision decide(const Rules& rules, const Subject& subject, const World& world,
                const Limits& limits) {
  Evaluation evaluation = evaluate(rules, subject, world, limits);
  evaluation.decision.explanation =
      explain(evaluation.selection, evaluation.sum, subject, evaluation.decision);
  return std::move(evaluation.decision);
}

namespace {

ReviewAnswer answer_for(const Evaluation& evaluation, const Subject& subject,
                        const domain::Email& reviewer) {
  const Sum& sum = evaluation.sum;
  if (evaluation.decision.outcome == Outcome::kRefuse) {
    return {false, "The rules refuse this request: " + summary(evaluation.decision)};
  }
  if (is_requester(subject, reviewer)) {
    if (sum.self_approval && reviewer == subject.requester) {
      return {true, "A rule lets this approver approve for themselves."};
    }
    return {false, sum.self_denied ? "A rule forbids this approver to approve for themselves."
                                   : "Nobody reviews their own request."};
  }
  if (sum.others.contains(reviewer)) return {true, "An approver of this request."};
  return {false, "Not an approver of this request."};
}

}  // namespace

ReviewAnswer may_review(const Rules& rules, const Subject& subject, const World& world,
                        const Limits& limits, const domain::Email& reviewer) {
  const Evaluation evaluation = evaluate(rules, subject, world, limits);
  ReviewAnswer answer = answer_for(evaluation, subject, reviewer);
  answer.lookups_failed = evaluation.decision.lookups_failed;
  answer.required_approvals = evaluation.decision.required_approvals;
  return answer;
}

Needs needs(const Rules& rules, const domain::Email& requester, const domain::Target& target,
            const World& world) {
  const auto* wanted = std::get_if<domain::AccountTarget>(&target);
  const AccountFacts* facts = wanted != nullptr ? world.facts_of(wanted->account) : nullptr;
  Needs result;
  for (const Statement& statement : rules.statements()) {
    const Answer about = is_about(statement, target, facts);
    if (about == Answer::kNo) continue;
    const Answer asks = may_ask(statement, requester, world);
    if (asks == Answer::kNo) continue;
    if (about == Answer::kUnknown) {
      result.account_facts |= !world.accounts.contains(wanted->account);
    } else if (asks == Answer::kUnknown) {
      add_unknown(*statement.requesters, world, result.people);
    } else {
      add_unknown(statement.approvers, world, result.people);
      if (statement.notify) add_unknown(*statement.notify, world, result.people);
    }
  }
  return result;
}

}  // namespace elevator::policy
