#include "policy/explanation.h"

#include <fmt/format.h>

namespace elevator::policy {
namespace {

std::string approvals(int count) {
  return count == 1 ? "one approval" : std::to_string(count) + " approvals by different people";
}

std::string list_of(const std::set<base::Seconds>& durations) {
  std::string text;
  for (const base::Seconds duration : durations) {
    if (!text.empty()) text += ", ";
    text += base::to_human_duration(duration);
  }
  return text;
}

std::vector<std::string> people_part(const Contribution& rule) {
  const Statement& statement = *rule.statement;
  std::vector<std::string> lines;
  if (!statement.approvers.empty()) lines.push_back("approvers: " + to_string(statement.approvers));
  if (statement.notify) lines.push_back("mentions: " + to_string(*statement.notify));
  if (statement.approval_is_not_required) {
    lines.push_back(*statement.approval_is_not_required ? "allows access without approval"
                                                        : "forbids access without approval");
  }
  if (statement.allow_self_approval) {
    lines.push_back(*statement.allow_self_approval ? "lets its approvers approve for themselves"
                                                   : "forbids its approvers to approve for "
                                                     "themselves");
  }
  if (statement.required_approvals > 1) {
    lines.push_back("asks for " + approvals(statement.required_approvals));
  }
  return lines;
}

std::vector<std::string> contributions_of(const Contribution& rule) {
  const Statement& statement = *rule.statement;
  std::vector<std::string> lines = people_part(rule);
  const auto add_if = [&](bool condition, const char* text) {
    if (condition) lines.emplace_back(text);
  };
  if (statement.max_duration) {
    lines.push_back("at most " + base::to_human_duration(*statement.max_duration));
  }
  if (statement.durations) lines.push_back("durations: " + list_of(*statement.durations));
  if (statement.reason_pattern) {
    lines.push_back("the reason must match " + statement.reason_pattern->text());
  }
  if (statement.channel) lines.push_back("requests go to channel " + statement.channel->str());
  if (statement.max_session_overrun) {
    lines.push_back("sessions may outlive the access by " +
                    base::to_human_duration(*statement.max_session_overrun));
  }
  add_if(statement.direct_message, "approvers also get a direct message");
  add_if(statement.require_deny_reason, "a denial needs a reason");
  add_if(statement.allow_extension, "access may be extended");
  add_if(statement.break_glass, "break glass");
  add_if(lines.empty(), "adds nothing");
  return lines;
}

void explain_people(const Sum& sum, const Subject& subject, Explanation& explanation) {
  auto& because = explanation.because;
  bool allows_automatic = false;
  bool allows_self = false;
  std::string forbids_automatic;
  for (const Contribution& rule : sum.contributions) {
    const Statement& statement = *rule.statement;
    allows_automatic |= statement.approval_is_not_required == true;
    if (statement.approval_is_not_required == false) forbids_automatic = statement.label();
    allows_self |=
        statement.allow_self_approval == true && rule.approvers.emails.contains(subject.requester);
  }
  const char* overruled = subject.secondary_domain_used
                              ? "the requester was found through a secondary e-mail domain"
                              : "more than one approval is required";
  if (sum.automatic) {
    because.emplace_back("a rule allows access without approval and none forbids it");
  } else if (allows_automatic) {
    because.push_back("access without approval is allowed by a rule, but " +
                      (forbids_automatic.empty() ? overruled : forbids_automatic + " forbids it"));
  }
  if (sum.self_approval) {
    because.emplace_back("the requester is an approver who may approve for themselves");
  } else if (allows_self) {
    because.push_back(std::string("a rule lets the requester approve for themselves, but ") +
                      (sum.self_denied ? "another rule forbids it" : overruled));
  }
  if (sum.automatic || sum.self_approval) return;
  because.push_back(sum.others.empty()
                        ? "nobody other than the requester is an approver"
                        : fmt::format("{} other than the requester {}",
                                      sum.others.size() == 1
                                          ? std::string("one person")
                                          : fmt::format("{} people", sum.others.size()),
                                      sum.others.size() == 1 ? "is an approver" : "are approvers"));
  because.push_back(approvals(sum.required_approvals) +
                    (sum.required_approvals == 1 ? " is required" : " are required"));
}

void explain_terms(const Decision& decision, const Subject& subject, Explanation& explanation) {
  auto& because = explanation.because;
  switch (decision.reason) {
    case Reason::kDurationTooLong:
      because.push_back("the longest possible access is " +
                        base::to_human_duration(decision.max_duration) + ", asked for is " +
                        base::to_human_duration(subject.duration.value_or(base::Seconds(0))));
      break;
    case Reason::kDurationNotOffered:
      because.emplace_back(decision.durations.empty()
                               ? "the rules together leave no duration that is possible"
                               : "this duration is not one of those that the rules offer");
      break;
    case Reason::kReasonDoesNotMatch:
      because.push_back("the reason is not what a rule asks for: " + decision.reason_hint);
      break;
    case Reason::kExtensionNotAllowed:
      because.emplace_back("no rule that applies allows access to be extended");
      break;
    case Reason::kApprovalNotRequired:
    case Reason::kSelfApproval:
    case Reason::kRequiresApproval:
    case Reason::kNoStatements:
    case Reason::kNotARequester:
    case Reason::kNoApprovers:
    case Reason::kNotEnoughApprovers:
    case Reason::kAccountLookupFailed:
    case Reason::kRequesterLookupFailed:
      break;
  }
}

void explain_trouble(const Selection& selection, const Sum& sum, Explanation& explanation) {
  for (const Statement* statement : selection.account_unknown) {
    explanation.trouble.push_back(statement->label() +
                                  ": the account's organizational unit and tags are not known");
  }
  for (const Statement* statement : selection.requester_unknown) {
    explanation.trouble.push_back(statement->label() + ": not known who belongs to " +
                                  to_string(*statement->requesters));
  }
  for (const Contribution& rule : sum.contributions) {
    for (const Lookup& lookup : rule.approvers.failed) {
      explanation.trouble.push_back(rule.statement->label() + ": not known who belongs to " +
                                    to_string(lookup) + ", so none of them is asked");
    }
  }
}

void explain_selection(const Selection& selection, const Subject& subject,
                       Explanation& explanation) {
  if (!selection.certain()) {
    explanation.because.emplace_back(
        "a rule that cannot be checked might forbid this, so it is refused");
  } else if (selection.applied.empty()) {
    explanation.because.push_back(selection.left_out.empty()
                                      ? "no rule is about " + domain::to_string(subject.target)
                                      : "every rule about " + domain::to_string(subject.target) +
                                            " is for other people");
  }
}

}  // namespace

Explanation explain(const Selection& selection, const Sum& sum, const Subject& subject,
                    const Decision& decision) {
  Explanation explanation;
  for (const Contribution& rule : sum.contributions) {
    explanation.applied.push_back({rule.statement->label(), contributions_of(rule)});
  }
  for (const Statement* statement : selection.left_out) {
    explanation.passed_over.push_back(statement->label() + ": for " +
                                      to_string(*statement->requesters) + " only");
  }
  explain_trouble(selection, sum, explanation);
  explain_selection(selection, subject, explanation);
  if (selection.certain() && !selection.applied.empty()) {
    explain_people(sum, subject, explanation);
    explain_terms(decision, subject, explanation);
  }
  return explanation;
}

}  // namespace elevator::policy
