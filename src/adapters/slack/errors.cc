#include "adapters/slack/errors.h"

#include <algorithm>
#include <array>

namespace elevator::adapters::slack {
namespace {

using base::Effect;
using base::Kind;
using base::Retry;

struct Class {
  std::string_view code;
  Kind kind;
  Retry retry;
  Effect effect;
  std::string_view advice;
};

constexpr Class kClasses[] = {
    {"ratelimited", Kind::kThrottled, Retry::kBackoff, Effect::kNone, ""},
    {"rate_limited", Kind::kThrottled, Retry::kBackoff, Effect::kNone, ""},
    // "It is possible some aspect of the operation succeeded before the error was raised."
    {"internal_error", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown, ""},
    {"fatal_error", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown, ""},
    {"service_unavailable", Kind::kUnavailable, Retry::kBackoff, Effect::kUnknown, ""},
    {"request_timeout", Kind::kUnavailable, Retry::kBackoff, Effect::kNone, ""},
    {"team_added_to_org", Kind::kUnavailable, Retry::kBackoff, Effect::kNone, ""},

    {"channel_not_found", Kind::kNotFound, Retry::kNever, Effect::kNone,
     "check the channel id, and invite the app when the channel is private"},
    // There is such a channel, but not for this app: a message there is lost.
    {"not_in_channel", Kind::kNotFound, Retry::kNever, Effect::kNone,
     "invite the app to the channel"},
    {"is_archived", Kind::kNotFound, Retry::kNever, Effect::kNone, "the channel is archived"},
    {"restricted_action", Kind::kNotFound, Retry::kNever, Effect::kNone,
     "the workspace does not let this app post in the channel"},
    {"message_not_found", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},
    {"thread_not_found", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},
    {"user_not_found", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},
    {"users_not_found", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},
    {"user_not_visible", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},
    {"not_found", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},  // a view that was closed
    {"view_not_found", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},
    {"no_such_subteam", Kind::kNotFound, Retry::kNever, Effect::kNone, ""},

    {"hash_conflict", Kind::kConflict, Retry::kNever, Effect::kNone, ""},

    {"expired_trigger_id", Kind::kInvalid, Retry::kNever, Effect::kNone,
     "the click was more than three seconds ago: click again"},
    {"exchanged_trigger_id", Kind::kInvalid, Retry::kNever, Effect::kNone,
     "the click was already used: click again"},
    {"trigger_expired", Kind::kInvalid, Retry::kNever, Effect::kNone,
     "the click was more than three seconds ago: click again"},
    {"trigger_exchanged", Kind::kInvalid, Retry::kNever, Effect::kNone,
     "the click was already used: click again"},
    {"invalid_trigger_id", Kind::kInvalid, Retry::kNever, Effect::kNone, ""},

    {"not_authed", Kind::kDenied, Retry::kNever, Effect::kNone, "set SLACK_BOT_TOKEN"},
    {"invalid_auth", Kind::kDenied, Retry::kNever, Effect::kNone, "check SLACK_BOT_TOKEN"},
    {"token_revoked", Kind::kDenied, Retry::kNever, Effect::kNone,
     "reinstall the Slack app and set its new SLACK_BOT_TOKEN"},
    {"token_expired", Kind::kDenied, Retry::kNever, Effect::kNone,
     "reinstall the Slack app and set its new SLACK_BOT_TOKEN"},
    {"account_inactive", Kind::kDenied, Retry::kNever, Effect::kNone,
     "the Slack app was removed: install it again"},
    {"missing_scope", Kind::kDenied, Retry::kNever, Effect::kNone,
     "add the scope to the Slack app and reinstall it"},
    {"no_permission", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"not_allowed_token_type", Kind::kDenied, Retry::kNever, Effect::kNone,
     "SLACK_BOT_TOKEN has to be a bot token (xoxb-)"},
    {"access_denied", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"accesslimited", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"ekm_access_denied", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"enterprise_is_restricted", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"team_access_not_granted", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"org_login_required", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"user_not_in_channel", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"cant_update_message", Kind::kDenied, Retry::kNever, Effect::kNone,
     "the message was posted by another app"},
    {"edit_window_closed", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"cannot_dm_bot", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"user_disabled", Kind::kDenied, Retry::kNever, Effect::kNone, ""},
    {"messages_tab_disabled", Kind::kDenied, Retry::kNever, Effect::kNone,
     "enable the messages tab of the Slack app"},
    {"not_enabled", Kind::kDenied, Retry::kNever, Effect::kNone,
     "enable the home tab of the Slack app"},
};

}  // namespace

base::Error classify(std::string_view method, std::string_view code, std::string_view detail) {
  // Whatever is not in the table is a call that Slack refused as it was: nothing happened, and
  // sending the same again does not help.
  Class found{code, Kind::kInternal, Retry::kNever, Effect::kNone, ""};
  const auto* known = std::find_if(std::begin(kClasses), std::end(kClasses),
                                   [code](const Class& one) { return one.code == code; });
  if (known != std::end(kClasses)) found = *known;
  std::string message = "Slack " + std::string(method) + ": " + std::string(code.substr(0, 100));
  if (!detail.empty()) message += " (" + std::string(detail.substr(0, 300)) + ")";
  if (!found.advice.empty()) message += ": " + std::string(found.advice);
  return {found.kind, std::move(message), found.retry, found.effect};
}

}  // namespace elevator::adapters::slack
