// The one message of a request, as it should look in every state. Pure: row in, JSON out.
//
// An approver must see at one glance who wants what, why, how long and until when, and what
// happens next; a developer at night where they stand. Everything people or AWS wrote is escaped.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "domain/request.h"
#include "wire/slack/text.h"

namespace elevator::wire::slack {

// How the installation wants it to look.
struct Look {
  std::string waiting_emoji = ":large_yellow_circle:";
  std::string good_emoji = ":large_green_circle:";
  std::string bad_emoji = ":red_circle:";
  std::string ended_emoji = ":white_circle:";
  std::string portal_url;  // AWS access portal; empty: no sign-in link
};

inline constexpr std::string_view kMessageEvent = "sso_elevator_request";

// {"text":..., "blocks":[...], "metadata":{...}}: the arguments of chat.postMessage and
// chat.update besides the channel.
boost::json::object request_message(const domain::Request& request, const Look& look);

// A message of the existing product after its first click: the same fields, no buttons, and
// "Ask again", whose click gives the suggestion once more.
boost::json::object disarmed_old_message(const std::vector<std::string>& fields, const Look& look);

// The request id in a message's metadata, or "" when it is not one of ours.
std::string request_id_of(const boost::json::value& message);

// --- pieces that notices and forms share ---

Person requester_of(const domain::Request& request);
Person approver_person(const domain::Approver& approver);
// "*AdministratorAccess* in *prod* (111111111111)"; "group *admins*".
std::string describe_target(const domain::Request& request);
// "Approved by <@U1> and <@U2>", "No approval was needed: ..."; "" when neither is true.
std::string describe_approval(const domain::Request& request);
// "its time was over", "<@U1> ended it early".
std::string describe_ending(const domain::Request& request);
// What the person wrote who ended it early; untrusted, "" when there is nothing.
std::string early_end_reason(const domain::Request& request);
// "Waiting for approval": what the state is called wherever people read it.
std::string state_title(const domain::Request& request);
std::string state_emoji(const domain::Request& request, const Look& look);
// Why a decision needs nobody, or cannot be: the sentence for a reason of the rules.
std::string explain_reason(const domain::Decision& decision);
// Of a request for access that was there before.
inline constexpr std::string_view kHasItAlready =
    "The requester has this access already: somebody gave it outside of SSO Elevator. Nothing was "
    "changed, and it does not end here.";
// Why an unanswered request expired: "Nobody answered within 8 h."
std::string describe_expiry(const domain::Request& request);
// By address: whoever the rules let approve, without those who are missing.
std::vector<Person> people_who_can_approve(const domain::Request& request);
// Approvers nobody in the workspace answers to, as text; "" when all were found.
std::string describe_missing_approvers(const domain::Request& request);
// The link that signs in to exactly this access, or "" without a portal.
std::string sign_in_url(const domain::Request& request, const Look& look);
// Until when AWS credentials may live on that were issued before the access ends, or ended.
std::string describe_overrun(const domain::Request& request);

}  // namespace elevator::wire::slack
