// Requests as the Slack tests need them: one of each state, plain and hostile. Header only, so that
// every suite can use it.
#pragma once

#include <vector>

#include "domain/request.h"

namespace elevator::testing {

using domain::RequestState;

inline base::TimePoint at(int minutes) {
  return base::from_unix_milliseconds(1'735'786'800'000) + base::minutes(minutes);
}

inline void add_decision(domain::Request& request) {
  domain::Decision decision{.outcome = domain::Outcome::kReview, .reason = "RequiresApproval"};
  const auto lead = domain::Email::literal("lead@corp.com");
  const auto gone = domain::Email::literal("gone@corp.com");
  decision.approvers = {{lead, domain::SlackUserId::literal("U2")}, {gone, std::nullopt}};
  decision.mention = {lead, gone};
  decision.allow_extension = true;
  request.decision = decision;
}

inline void add_click(domain::Request& request, domain::Act act) {
  request.clicks.push_back({.person = domain::SlackUserId::literal("U2"),
                            .act = act,
                            .revision = 1,
                            .comment = "not today",
                            .at = at(3),
                            .state = domain::Click::State::kCounted,
                            .name = "Lea"});
}

inline bool was_approved(RequestState state) {
  return state == RequestState::kApproved || state == RequestState::kScheduled ||
         domain::has_live_lease(state) || state == RequestState::kEnded ||
         state == RequestState::kFailed;
}

// Every state a request can be in.
inline std::vector<RequestState> all_states() {
  return {RequestState::kReceived,  RequestState::kPending,  RequestState::kApproved,
          RequestState::kScheduled, RequestState::kGranting, RequestState::kActive,
          RequestState::kEnding,    RequestState::kEnded,    RequestState::kFailed,
          RequestState::kRefused,   RequestState::kDenied,   RequestState::kCancelled,
          RequestState::kExpired};
}

// One approver is in Slack, another one is not.
inline domain::Request sample_request(RequestState state) {
  domain::Request request{
      .id = domain::RequestId::literal("0123456789abcdef0123456789abcdef"),
      .state = state,
      .requester = domain::SlackUserId::literal("U1"),
      .target = domain::AccountTarget{domain::AccountId::literal("111111111111"),
                                      domain::PermissionSetName::literal("AdministratorAccess")},
      .duration = base::minutes(90),
      .reason = "deploy the fix",
      .created_at = at(0),
      .expires_at = at(480),
      .requester_name = "Ann",
      .target_name = "prod",
      .session_duration = base::hours(1)};
  request.requester_email = domain::Email::literal("ann@corp.com");
  if (state != RequestState::kReceived) add_decision(request);
  if (was_approved(state)) {
    add_click(request, domain::Act::kApprove);
    request.lease_start = at(5);
    request.lease_end = at(95);
  }
  if (state == RequestState::kDenied) add_click(request, domain::Act::kDeny);
  if (state == RequestState::kCancelled) add_click(request, domain::Act::kCancel);
  if (state == RequestState::kDenied) request.detail = "not today";
  if (state == RequestState::kFailed) request.detail = "AWS does not know the user";
  if (state == RequestState::kRefused) request.detail = "no rule covers this";
  if (state == RequestState::kEnding || state == RequestState::kEnded) {
    request.ending =
        domain::Ending{"ended early", domain::SlackUserId::literal("U2"), "lead@corp.com", at(30)};
  }
  return request;
}

inline domain::Request sample_group_request() {
  domain::Request request = sample_request(RequestState::kPending);
  request.target =
      domain::GroupTarget{domain::GroupId::literal("11e111e1-e111-11ee-e111-1e11e1ee11e1")};
  request.target_name = "admins";
  return request;
}

// Mentions, links, dates, fields of ours, direction overrides, bytes that are no UTF-8, and length.
inline std::string hostile_text() {
  std::string text =
      "<!channel> <@U666> <#C1|general> <https://evil|ok> <!date^1^{time}|x> & :tada:\n"
      "Requester: <@U777>\r\nApproved by <@U2>\n\xE2\x80\xAE\xE2\x80\x8B\xff\xfe";
  while (text.size() < 9000) text += "<&>😀";
  return text;
}

// hostile_text in every place a person, AWS or Slack can write to.
inline domain::Request hostile_request(RequestState state) {
  domain::Request request = sample_request(state);
  const std::string text = hostile_text();
  request.reason = text;
  request.target_name = text;
  request.requester_name = text;
  request.detail = text;
  for (auto& click : request.clicks) click.name = click.comment = text;
  if (request.ending) request.ending->why = text;
  if (request.decision) {
    request.decision->reason = text;
    request.decision->applied = {text, text};
    request.decision->outcome = domain::Outcome::kGrant;
    request.clicks.clear();
  }
  return request;
}

}  // namespace elevator::testing
