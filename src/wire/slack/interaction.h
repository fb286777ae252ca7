// Everything Slack sends us, as types: parse_inbound(bytes) after the signature was verified.
//
// Nothing here is trusted beyond "Slack sent it": ids have the right form, texts a bounded length,
// and what a message of the existing product says is a suggestion for a form, never a fact.
// Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/request.h"

namespace elevator::wire::slack {

inline constexpr size_t kMaxBodyBytes = 1024 * 1024;

enum class RequestKind { kAccount, kGroup };

// Who did something, and where. `workspace` and `enterprise` are compared with the configured ones
// by the caller: at least one of them is there.
struct Source {
  domain::SlackUserId user;
  std::optional<domain::WorkspaceId> workspace{};
  std::optional<domain::WorkspaceId> enterprise{};
  std::optional<domain::WorkspaceId> user_workspace{};  // where the person's account lives, if told
  std::string trigger_id{};                             // empty where Slack gives none
};

// A modal on somebody's screen. `hash` makes views.update refuse when the view changed meanwhile.
struct ViewRef {
  std::string id;
  std::string hash;
  std::string private_metadata;
};

using domain::MessageRef;

// What a form says right now. Absent: not chosen yet.
struct FormValues {
  std::optional<domain::AccountId> account{};
  std::optional<domain::PermissionSetName> permission_set{};
  std::optional<domain::GroupId> group{};
  std::optional<base::Seconds> duration{};
  std::optional<base::TimePoint> start{};  // absent: at once
  std::string reason;
  std::string account_search;
};

// A request and the revision of the facts that the person saw.
struct RequestRef {
  domain::RequestId request;
  std::uint32_t revision = 0;
  std::uint32_t attempt = 0;  // of asking for more time
};

enum class Button { kApprove, kDeny, kCancel, kEnd, kExtend, kAskAgain };

struct SslCheck {};
struct UrlVerification {
  std::string challenge;
};
// Acknowledged and forgotten: link buttons, events we do not use. `what` is for the log.
struct Ignored {
  std::string what;
};
struct HomeOpened {
  Source source;
};
// Shortcut, slash command or button of the home tab: open the form.
struct FormWanted {
  Source source;
  RequestKind kind = RequestKind::kAccount;
  std::string text;  // what followed the slash command
  std::optional<domain::ChannelId> channel{};
  bool is_command = false;  // Slack shows what we answer
};
struct FormSubmitted {
  Source source;
  RequestKind kind = RequestKind::kAccount;
  ViewRef view;
  FormValues values;
  // Where an error about the account or group, and one about the permission set, is shown.
  std::string target_block;
  std::string permission_set_block;
};
// An input of an open form changed: the form may have to be rebuilt.
struct FormChanged {
  Source source;
  RequestKind kind = RequestKind::kAccount;
  ViewRef view;
  FormValues values;
  std::string action_id;
  std::string changed_at{};  // Slack's time of the choice: orders two choices in one view
};
enum class Menu { kAccounts, kPermissionSets, kGroups };
// Slack does not say what the other inputs hold; the account is in private_metadata.
struct OptionsWanted {
  Source source;
  Menu menu = Menu::kAccounts;
  ViewRef view;
  std::string query;
};
struct ButtonClicked {
  Source source;
  Button button = Button::kApprove;
  RequestRef request;
  MessageRef message;
};
// What the text of an old message seems to say. Only ever a prefill.
struct Suggestion {
  RequestKind kind = RequestKind::kAccount;
  std::optional<domain::SlackUserId> requester{};
  FormValues values;
  std::vector<std::string> fields;  // the texts as shown, to show them again without buttons
};
// A button of a message that the existing product posted: it carries no request id.
struct OldMessageClicked {
  Source source;
  MessageRef message;
  Suggestion suggestion;
};
// "Ask again" below an old message that lost its buttons.
struct AskAgainClicked {
  Source source;
  MessageRef message;
  Suggestion suggestion;
};
// A button below a report: it belongs to no request.
struct ReportButtonClicked {
  Source source;
  MessageRef message;
  std::string value;
};
struct DenySubmitted {
  Source source;
  RequestRef request;
  std::string reason;
};
struct EndSubmitted {
  Source source;
  RequestRef request;
  std::string reason;
};
struct ExtendSubmitted {
  Source source;
  ViewRef view;
  RequestRef request;
  std::optional<base::Seconds> duration{};
  std::string reason;
};
struct ViewClosed {
  Source source;
  std::string callback_id;
};

using Inbound =
    std::variant<SslCheck, UrlVerification, Ignored, HomeOpened, FormWanted, FormSubmitted,
                 FormChanged, OptionsWanted, ButtonClicked, OldMessageClicked, AskAgainClicked,
                 ReportButtonClicked, DenySubmitted, EndSubmitted, ExtendSubmitted, ViewClosed>;

// `content_type` as the header says it. Unknown callbacks, actions and commands, wrong types,
// missing keys and bodies that are too large are kInvalid with a sentence for the log.
base::Result<Inbound> parse_inbound(std::string_view body, std::string_view content_type);

// One interaction payload as JSON text: what the form field `payload` holds, and what Socket Mode
// delivers without a form around it.
base::Result<Inbound> parse_interaction(std::string_view json);

// "value" of our buttons and private_metadata of the confirmation modals:
// "<request id>:<revision>"; the form for more time adds ":<attempt>" from the second one on.
std::string format_request_ref(const RequestRef& reference);
base::Result<RequestRef> parse_request_ref(std::string_view text);

// private_metadata of the request form.
struct FormMetadata {
  RequestKind kind = RequestKind::kAccount;
  std::optional<domain::AccountId> account{};
  friend bool operator==(const FormMetadata&, const FormMetadata&) = default;
};
std::string format_form_metadata(const FormMetadata& metadata);
base::Result<FormMetadata> parse_form_metadata(std::string_view text);

}  // namespace elevator::wire::slack
