// Sentences about a request that its message, its notices and its forms share.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/overloaded.h"
#include "base/url.h"
#include "wire/slack/request_message.h"

namespace elevator::wire::slack {
namespace {

using domain::Request;

constexpr size_t kMaxName = 120;

std::vector<Person> counted_approvers(const Request& request) {
  std::vector<Person> people;
  for (const auto& click : request.clicks) {
    if (click.act != domain::Act::kApprove || click.state != domain::Click::State::kCounted) {
      continue;
    }
    people.push_back({.slack_id = click.person, .name = click.name});
  }
  return people;
}

std::vector<domain::Approver> approvers_of(const Request& request) {
  return request.decision ? request.decision->approvers : std::vector<domain::Approver>();
}

bool is_in_slack(const domain::Approver& approver) { return approver.slack.has_value(); }

// Looked for and not found. Those who are not to be told are looked for only while too few are
// found, and may be in Slack all the same.
bool is_missing(const Request& request, const domain::Approver& approver) {
  if (is_in_slack(approver)) return false;
  const auto& [approvers, told] = std::tie(request.decision->approvers, request.decision->mention);
  return std::none_of(approvers.begin(), approvers.end(), is_in_slack) ||
         std::find(told.begin(), told.end(), approver.email) != told.end();
}

bool needed_nobody(const Request& request) {
  return request.decision && request.decision->outcome == domain::Outcome::kGrant;
}

}  // namespace

Person requester_of(const Request& request) {
  return {.slack_id = request.requester,
          .name = request.requester_name,
          .email = request.requester_email ? request.requester_email->str() : ""};
}

Person approver_person(const domain::Approver& approver) {
  return {.slack_id = approver.slack, .email = approver.email.str()};
}

std::string describe_target(const Request& request) {
  const std::string name = escape_line(request.target_name, kMaxName);
  return std::visit(
      base::overloaded{[&](const domain::AccountTarget& target) {
                         const std::string set =
                             escape_line(target.permission_set.view(), kMaxName);
                         if (name.empty())
                           return fmt::format("*{}* in {}", set, target.account.view());
                         return fmt::format("*{}* in *{}* ({})", set, name, target.account.view());
                       },
                       [&](const domain::GroupTarget& target) {
                         if (name.empty()) return fmt::format("group {}", target.group.view());
                         return fmt::format("group *{}*", name);
                       }},
      request.target);
}

std::string describe_expiry(const Request& request) {
  const auto limit =
      std::chrono::duration_cast<base::Seconds>(request.expires_at - request.created_at);
  const std::string within = "within " + base::to_human_duration(limit);
  if (!request.decision) {
    const std::string why = request.detail.empty() ? "" : ": " + escape_line(request.detail, 300);
    return "It could not be decided " + within + why + ".";
  }
  const auto counted = domain::counted_approvals(request);
  if (counted == 0) return "Nobody answered " + within + ".";
  return fmt::format("Only {} of {} approvals came {}.", counted,
                     request.decision->required_approvals, within);
}

std::string explain_reason(const domain::Decision& decision) {
  const std::string& reason = decision.reason;
  if (reason == "ApprovalNotRequired") return "the rules ask for no approval";
  if (reason == "SelfApproval") return "the rules let the requester approve this alone";
  if (reason == "NoStatements") return "no rule covers this request";
  if (reason == "NoApprovers") return "nobody can approve this: the rules name no other person";
  if (reason == "RequiresApproval") return "the rules ask for an approval";
  return escape_line(reason, 300);
}

std::string describe_approval(const Request& request) {
  const auto people = counted_approvers(request);
  if (!people.empty()) return "Approved by " + mentions(people);
  if (needed_nobody(request)) {
    return "No approval was needed: " + explain_reason(*request.decision);
  }
  return {};
}

std::string describe_ending(const Request& request) {
  if (!request.ending) return "its time was over";
  if (request.ending->person) return "<@" + request.ending->person->str() + "> ended it early";
  const std::string text = escape_line(request.ending->why, 300);
  return text.empty() ? "its time was over" : text;
}

std::string early_end_reason(const Request& request) {
  if (!request.ending) return {};
  std::string_view why = request.ending->why;
  if (!why.starts_with(domain::kEndedEarly)) return {};
  why.remove_prefix(domain::kEndedEarly.size());
  return std::string(why.starts_with(": ") ? why.substr(2) : std::string_view());
}

std::vector<Person> people_who_can_approve(const Request& request) {
  std::vector<Person> people;
  for (const auto& approver : approvers_of(request)) {
    if (!is_missing(request, approver)) people.push_back({.email = approver.email.str()});
  }
  return people;
}

std::string describe_missing_approvers(const Request& request) {
  std::string missing;
  size_t shown = 0;
  for (const auto& approver : approvers_of(request)) {
    if (!is_missing(request, approver)) continue;
    if (++shown > 10) continue;
    if (!missing.empty()) missing += ", ";
    missing += escape_line(approver.email.view(), 100);
  }
  if (shown > 10) missing += fmt::format(" and {} more", shown - 10);
  return missing;
}

std::string sign_in_url(const Request& request, const Look& look) {
  if (look.portal_url.empty()) return {};
  const auto* target = std::get_if<domain::AccountTarget>(&request.target);
  if (target == nullptr) return look.portal_url;
  std::string portal = look.portal_url;
  while (portal.ends_with('/')) portal.pop_back();
  return fmt::format("{}/#/console?account_id={}&role_name={}", portal, target->account.view(),
                     base::percent_encode(target->permission_set.view()));
}

std::string describe_overrun(const Request& request) {
  if (!request.ending) {
    if (!request.lease_end || request.session_duration <= base::Seconds(0)) return {};
    if (request.goes_on_until) return {};
    return "AWS credentials issued before then may work until " +
           date(*request.lease_end + request.session_duration) + ".";
  }
  if (request.ending->access_stays) return {};
  if (request.session_duration <= base::Seconds(0)) {
    return "AWS credentials already issued work until they expire.";
  }
  const auto gone = request.ending->removed_at.value_or(request.ending->at);
  return "AWS credentials already issued may work until " + date(gone + request.session_duration) +
         ".";
}

}  // namespace elevator::wire::slack
