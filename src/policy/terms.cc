#include "policy/terms.h"

#include <algorithm>

namespace elevator::policy {
namespace {

std::set<base::Seconds> intersection(const std::set<base::Seconds>& left,
                                     const std::set<base::Seconds>& right) {
  std::set<base::Seconds> both;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                        std::inserter(both, both.end()));
  return both;
}

void shorten(std::optional<base::Seconds>& value, const std::optional<base::Seconds>& other) {
  if (other && (!value || *other < *value)) value = other;
}

void set_durations(std::span<const Statement* const> applied, const Limits& limits,
                   Decision& decision) {
  // A list of durations says itself how long is too long: the existing product offers it whole.
  std::optional<base::Seconds> longest =
      limits.durations.empty() ? limits.max_duration : *limits.durations.rbegin();
  std::optional<std::set<base::Seconds>> choices;
  for (const Statement* statement : applied) {
    shorten(longest, statement->max_duration);
    if (!statement->durations) continue;
    choices = choices ? intersection(*choices, *statement->durations) : *statement->durations;
  }
  if (!choices && !limits.durations.empty()) choices = limits.durations;

  decision.any_duration = !choices;
  if (choices) {
    choices->erase(choices->upper_bound(*longest), choices->end());
    decision.durations.assign(choices->begin(), choices->end());
    decision.max_duration = choices->empty() ? base::Seconds(0) : *choices->rbegin();
  } else {
    decision.durations = half_hour_steps(*longest);
    decision.max_duration = *longest;
  }
}

bool reason_matches(const Statement& statement, std::string_view reason) {
  return !statement.reason_pattern || statement.reason_pattern->matches(reason);
}

std::string hint_of(const Statement& statement) {
  if (!statement.reason_hint.empty()) return statement.reason_hint;
  return "The reason must match " + statement.reason_pattern->text();
}

}  // namespace

void set_terms(std::span<const Statement* const> applied, const Limits& limits,
               Decision& decision) {
  set_durations(applied, limits, decision);
  for (const Statement* statement : applied) {
    if (statement->reason_pattern && !decision.reason_pattern) {
      decision.reason_pattern = true;
      decision.reason_hint = hint_of(*statement);
    }
    if (!decision.channel) decision.channel = statement->channel;
    shorten(decision.max_session_overrun, statement->max_session_overrun);
    decision.require_deny_reason |= statement->require_deny_reason;
    decision.direct_message |= statement->direct_message;
    decision.allow_extension |= statement->allow_extension;
    decision.break_glass |= statement->break_glass;
  }
}

std::optional<Reason> refused_by_terms(std::span<const Statement* const> applied,
                                       const Subject& subject, Decision& decision) {
  if (subject.is_extension && !decision.allow_extension) return Reason::kExtensionNotAllowed;
  if (decision.durations.empty()) return Reason::kDurationNotOffered;
  if (subject.duration) {
    if (*subject.duration > decision.max_duration) return Reason::kDurationTooLong;
    const bool offered = decision.any_duration
                             ? *subject.duration > base::Seconds(0)
                             : std::binary_search(decision.durations.begin(),
                                                  decision.durations.end(), *subject.duration);
    if (!offered) return Reason::kDurationNotOffered;
  }
  if (!subject.reason) return std::nullopt;
  for (const Statement* statement : applied) {
    if (reason_matches(*statement, *subject.reason)) continue;
    decision.reason_hint = hint_of(*statement);  // of the rule that is not content
    return Reason::kReasonDoesNotMatch;
  }
  return std::nullopt;
}

}  // namespace elevator::policy
