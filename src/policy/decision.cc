#include "policy/decision.h"

#include <fmt/format.h>

#include "base/check.h"
#include "codec/encode.h"
#include "policy/durations.h"

namespace elevator::policy {
namespace {

namespace json = boost::json;

std::string who_must_approve(const Decision& decision) {
  const size_t people = decision.approvers.size();
  if (people == 1) return "Needs the approval of " + decision.approvers.begin()->str() + ".";
  return fmt::format("Needs the approval of {} of {} people.", decision.required_approvals, people);
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kGrant:
      return "grant";
    case Outcome::kReview:
      return "review";
    case Outcome::kRefuse:
      return "refuse";
  }
  CHECK_THAT(false, "every outcome has a name");
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::kApprovalNotRequired:
      return "ApprovalNotRequired";
    case Reason::kSelfApproval:
      return "SelfApproval";
    case Reason::kRequiresApproval:
      return "RequiresApproval";
    case Reason::kNoStatements:
      return "NoStatements";
    case Reason::kNotARequester:
      return "NotARequester";
    case Reason::kNoApprovers:
      return "NoApprovers";
    case Reason::kNotEnoughApprovers:
      return "NotEnoughApprovers";
    case Reason::kAccountLookupFailed:
      return "AccountLookupFailed";
    case Reason::kRequesterLookupFailed:
      return "RequesterLookupFailed";
    case Reason::kExtensionNotAllowed:
      return "ExtensionNotAllowed";
    case Reason::kDurationTooLong:
      return "DurationTooLong";
    case Reason::kDurationNotOffered:
      return "DurationNotOffered";
    case Reason::kReasonDoesNotMatch:
      return "ReasonDoesNotMatch";
  }
  CHECK_THAT(false, "every reason has a name");
}

std::string summary(const Decision& decision) {
  switch (decision.reason) {
    case Reason::kApprovalNotRequired:
      return "Granted: no approval is required.";
    case Reason::kSelfApproval:
      return "Granted: the requester may approve for themselves.";
    case Reason::kRequiresApproval:
      return who_must_approve(decision);
    case Reason::kNoStatements:
      return "No rule is about this target, so nobody can ask for it.";
    case Reason::kNotARequester:
      return "The rules about this target are for other people.";
    case Reason::kNoApprovers:
      return "Nobody other than the requester could approve this.";
    case Reason::kNotEnoughApprovers:
      return fmt::format("{} approvals are required, but fewer people could approve this.",
                         decision.required_approvals);
    case Reason::kAccountLookupFailed:
      return "The account's place in the organization could not be looked up. Try again later.";
    case Reason::kRequesterLookupFailed:
      return "The requester's groups could not be looked up. Try again later.";
    case Reason::kExtensionNotAllowed:
      return "The rules do not allow this access to be extended.";
    case Reason::kDurationTooLong:
      return "Too long: at most " + base::to_human_duration(decision.max_duration) +
             " is possible.";
    case Reason::kDurationNotOffered:
      return decision.durations.empty() ? "The rules leave no duration that is possible."
                                        : "This duration is not offered.";
    case Reason::kReasonDoesNotMatch:
      return decision.reason_hint;
  }
  CHECK_THAT(false, "every reason has a sentence");
}

json::object to_json(const Decision& decision) {
  json::object object;
  codec::put(object, "decision", to_string(decision.outcome));
  codec::put(object, "reason", to_string(decision.reason));
  codec::put(object, "summary", summary(decision));
  codec::put(object, "approvers", decision.approvers);
  codec::put(object, "notify", decision.notify);
  codec::put(object, "required_approvals", decision.required_approvals);
  codec::put(object, "max_duration", decision.max_duration);
  json::array durations;
  for (const base::Seconds duration : decision.durations) {
    durations.push_back(codec::encode(to_clock_text(duration)));
  }
  codec::put(object, "durations", durations);
  codec::put(object, "any_duration", decision.any_duration);
  if (decision.reason_pattern) codec::put(object, "reason_hint", decision.reason_hint);
  codec::put(object, "require_deny_reason", decision.require_deny_reason);
  codec::put(object, "direct_message", decision.direct_message);
  codec::put(object, "allow_extension", decision.allow_extension);
  codec::put(object, "break_glass", decision.break_glass);
  codec::put(object, "channel", decision.channel);
  codec::put(object, "max_session_overrun", decision.max_session_overrun);
  codec::put(object, "lookups_failed", decision.lookups_failed);
  codec::put(object, "rule_digest", decision.rules);

  json::array applied;
  for (const AppliedRule& rule : decision.explanation.applied) {
    json::object item;
    codec::put(item, "rule", rule.label);
    codec::put(item, "contributions", rule.contributions);
    applied.push_back(std::move(item));
  }
  json::object explanation;
  codec::put(explanation, "applied", applied);
  codec::put(explanation, "passed_over", decision.explanation.passed_over);
  codec::put(explanation, "trouble", decision.explanation.trouble);
  codec::put(explanation, "because", decision.explanation.because);
  codec::put(object, "explanation", explanation);
  return object;
}

}  // namespace elevator::policy
