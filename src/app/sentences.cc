#include "app/sentences.h"

#include <algorithm>

namespace elevator::app {
namespace {

using Kind = ports::Form::Kind;

constexpr const char* kMaintainers = " Tell the people who maintain the access rules.";

std::string names_of(const std::vector<std::string>& ids) {
  constexpr size_t kMostNames = 3;
  std::string names;
  for (size_t i = 0; i < std::min(ids.size(), kMostNames); ++i) {
    names += (i == 0 ? " (" : ", ") + ids[i];
  }
  if (ids.size() > kMostNames) names += " and others";
  if (!names.empty()) names += ")";
  return names;
}

std::string approvers_of(const policy::Decision& decision) {
  constexpr size_t kMostNames = 5;
  std::string names;
  size_t shown = 0;
  for (const domain::Email& email : decision.approvers) {
    if (++shown > kMostNames) break;
    names += (names.empty() ? "" : ", ") + email.str();
  }
  if (decision.approvers.size() > kMostNames) {
    names += " and " + std::to_string(decision.approvers.size() - kMostNames) + " more";
  }
  const std::string count = decision.required_approvals > 1
                                ? std::to_string(decision.required_approvals) + " of: "
                                : "one of: ";
  return "the approval of " + (decision.approvers.size() > 1 ? count : "") + names;
}

}  // namespace

std::string who_approves(const policy::Decision& decision) {
  if (decision.outcome == policy::Outcome::kGrant) return "No approval is needed.";
  if (decision.outcome == policy::Outcome::kRefuse) return policy::summary(decision);
  return "Needs " + approvers_of(decision) + ".";
}

std::string who_approves(const policy::Decision& decision, const policy::Decision& strict) {
  if (decision.outcome != policy::Outcome::kGrant || strict.outcome == policy::Outcome::kGrant) {
    return who_approves(decision);
  }
  const std::string otherwise = strict.outcome == policy::Outcome::kReview
                                    ? "Otherwise it needs " + approvers_of(strict) + "."
                                    : "Otherwise nobody could approve it.";
  return "No approval is needed if AWS knows you by the address of your Slack profile. " +
         otherwise;
}

std::string why_nothing(const Offer& offer, Kind kind) {
  const bool is_account = kind == Kind::kAccount;
  const std::string thing = is_account ? "an AWS account" : "a group";
  switch (offer.nothing(kind)) {
    case Offer::Nothing::kNothing:
      return "";
    case Offer::Nothing::kNoRule:
      return "No rule lets you ask for " + thing +
             ". If you need one, ask the people who maintain the access rules.";
    case Offer::Nothing::kGroupsUnread:
      return "Who is in the groups that the rules name could not be read just now, so it is not "
             "known whether you may ask for " +
             thing +
             ". Close this and try again in a few minutes; if it stays so, tell your "
             "administrators.";
    case Offer::Nothing::kNotThere:
      return std::string("The rules let you ask for ") +
             (is_account ? "AWS accounts, but the organization has no active account"
                         : "groups, but AWS Identity Center has no group") +
             " that they name" + names_of(offer.named_ids(kind)) + "." + kMaintainers;
    case Offer::Nothing::kNoPermissionSet:
      return std::string(
                 "The rules let you ask for AWS accounts, but AWS has none of the "
                 "permission sets that they name for them.") +
             kMaintainers;
    case Offer::Nothing::kNobodyApproves:
      return "The rules name " + thing +
             " for you, but leave nobody who could approve it: you cannot approve what you ask "
             "for yourself." +
             kMaintainers;
  }
  return "";
}

std::string why_not_listed(base::Kind kind) {
  const std::string nothing_sent = " Nothing was requested.";
  if (kind == base::Kind::kDenied) {
    return "AWS refuses to list what you may ask for: this installation lacks a permission. Tell "
           "your administrators; its log says which one." +
           nothing_sent;
  }
  const bool busy = kind == base::Kind::kThrottled || kind == base::Kind::kUnavailable ||
                    kind == base::Kind::kTimeout;
  return std::string(busy ? "AWS does not answer at the moment, so what you may ask for is not "
                            "known yet."
                          : "What you may ask for could not be read from AWS.") +
         " Close this and try again in a minute; if it stays so, tell your administrators." +
         nothing_sent;
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

std::string about_matches(const std::string& query, const Found& found) {
  if (query.empty()) return "";
  if (found.total == 0) {
    return "Nothing that you may ask for matches \"" + query +
           "\". Try another part of the name or the id.";
  }
  if (found.total <= found.choices.size()) return "";
  return "These are " + std::to_string(found.choices.size()) + " of " +
         std::to_string(found.total) + " matches: type more to see the others.";
}

}  // namespace elevator::app
