// The names that Slack sends back to us: callback, block and action ids. Existing Slack apps, open
// modals and posted messages hold them, so they change for nobody (docs/formats).
#pragma once

#include <string_view>

namespace elevator::wire::slack {

namespace callback {
// Shortcuts, named in the Slack app's manifest.
inline constexpr std::string_view kRequestAccount = "request_for_access";
inline constexpr std::string_view kRequestGroup = "request_for_group_membership";
// Modals. The two underscores in the first one are part of the name.
inline constexpr std::string_view kAccountForm = "request_for__account_access_submitted";
inline constexpr std::string_view kGroupForm = "request_for_group_access_submitted";
inline constexpr std::string_view kDenyForm = "deny_request_submitted";
inline constexpr std::string_view kEndForm = "end_access_submitted";
inline constexpr std::string_view kExtendForm = "extend_access_submitted";
inline constexpr std::string_view kNotice = "notice";  // a modal that only says something
}  // namespace callback

namespace command {
inline constexpr std::string_view kAccess = "/access";
inline constexpr std::string_view kGroupAccess = "/group-access";
}  // namespace command

namespace block {
// Inputs of the request form.
inline constexpr std::string_view kDuration = "duration_picker";
inline constexpr std::string_view kReason = "provide_reason";
inline constexpr std::string_view kStart = "choose_start";
inline constexpr std::string_view kAccount = "select_account";
inline constexpr std::string_view kAccountSearch = "search_account";
// Followed by ":" and what it depends on, so that a new account gets an empty menu.
inline constexpr std::string_view kPermissionSet = "select_permission_set";
inline constexpr std::string_view kGroup = "select_group";
inline constexpr std::string_view kLoading = "loading";
// The request message.
inline constexpr std::string_view kHeader = "header";
inline constexpr std::string_view kContent = "content";
inline constexpr std::string_view kButtons = "buttons";
inline constexpr std::string_view kFooter = "footer";
}  // namespace block

// What people read beside a fact: in the form that asks for it and in the message that shows it.
namespace label {
inline constexpr std::string_view kRequester = "Requester";
inline constexpr std::string_view kAccount = "Account";
inline constexpr std::string_view kPermissionSet = "Permission set";
inline constexpr std::string_view kGroup = "Group";
inline constexpr std::string_view kDuration = "Duration";
inline constexpr std::string_view kStart = "Start";
inline constexpr std::string_view kEnd = "End";
inline constexpr std::string_view kEnded = "Ended";
inline constexpr std::string_view kReason = "Reason";
}  // namespace label

namespace action {
inline constexpr std::string_view kDuration = "duration_picker_action";
inline constexpr std::string_view kReason = "provided_reason";
inline constexpr std::string_view kStart = "chosen_start";
inline constexpr std::string_view kAccount = "selected_account";
inline constexpr std::string_view kAccountSearch = "searched_account";
inline constexpr std::string_view kPermissionSet = "selected_permission_set";
inline constexpr std::string_view kGroup = "selected_group";
inline constexpr std::string_view kApprove = "approve";
inline constexpr std::string_view kDeny = "discard";
inline constexpr std::string_view kCancel = "cancel";
inline constexpr std::string_view kEnd = "end_access";
inline constexpr std::string_view kExtend = "extend_access";
inline constexpr std::string_view kAskAgain = "ask_again";
inline constexpr std::string_view kSignIn = "sign_in";  // a link: nothing to do
inline constexpr std::string_view kOpenAccountForm = "open_account_form";
inline constexpr std::string_view kOpenGroupForm = "open_group_form";
inline constexpr std::string_view kSweepAllow = "sweep_allow";  // of the sweep's report
}  // namespace action

}  // namespace elevator::wire::slack
