#include "wire/slack/interaction.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/url.h"
#include "wire/slack/blocks.h"
#include "wire/slack/form_values.h"
#include "wire/slack/names.h"
#include "wire/slack/payload.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;
using base::invalid;
using base::Result;
using std::string_view;

constexpr string_view kOldMessage = "old";  // value of "Ask again" below an old message

std::string quoted(string_view text) { return "\"" + std::string(text.substr(0, 80)) + "\""; }

Result<std::uint32_t> parse_number(string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return invalid("Slack payload: the button's revision is not a number");
  }
  return number;
}

Result<Source> read_source(const json::value& payload) {
  TRY(auto user, required_id<domain::SlackUserId>(payload, {"user", "id"}));
  Source source{.user = std::move(user)};
  TRY(source.workspace, optional_id<domain::WorkspaceId>(payload, {"team", "id"}));
  TRY(source.enterprise, optional_id<domain::WorkspaceId>(payload, {"enterprise", "id"}));
  if (!source.enterprise) {
    TRY(source.enterprise, optional_id<domain::WorkspaceId>(payload, {"team", "enterprise_id"}));
  }
  TRY(source.user_workspace, optional_id<domain::WorkspaceId>(payload, {"user", "team_id"}));
  if (!source.workspace && !source.enterprise) {
    return invalid("Slack payload: neither team nor enterprise is named");
  }
  TRY(auto trigger, optional_text(payload, {"trigger_id"}));
  source.trigger_id = trigger.value_or("");
  return source;
}

Result<ViewRef> read_view(const json::value& payload) {
  ViewRef view;
  TRY(view.id, required_text(payload, {"view", "id"}));
  TRY(auto hash, optional_text(payload, {"view", "hash"}));
  TRY(auto metadata, optional_text(payload, {"view", "private_metadata"}, kMaxMetadata * 4));
  view.hash = hash.value_or("");
  view.private_metadata = metadata.value_or("");
  return view;
}

Result<MessageRef> read_message(const json::value& payload) {
  TRY(auto channel, optional_id<domain::ChannelId>(payload, {"channel", "id"}));
  if (!channel) {
    TRY(channel, optional_id<domain::ChannelId>(payload, {"container", "channel_id"}));
  }
  if (!channel) return invalid("Slack payload: the click names no channel");
  TRY(auto timestamp, optional_text(payload, {"message", "ts"}));
  if (!timestamp) {
    TRY(timestamp, optional_text(payload, {"container", "message_ts"}));
  }
  if (!timestamp || timestamp->empty() ||
      timestamp->find_first_not_of("0123456789.") != std::string::npos) {
    return invalid("Slack payload: the click names no message");
  }
  return MessageRef{*channel, *timestamp};
}

Result<RequestKind> kind_of_form(string_view callback_id) {
  if (callback_id == callback::kAccountForm) return RequestKind::kAccount;
  if (callback_id == callback::kGroupForm) return RequestKind::kGroup;
  return invalid("Slack payload: unknown view " + quoted(callback_id));
}

Result<Inbound> read_shortcut(const json::value& payload) {
  TRY(auto source, read_source(payload));
  TRY(const auto id, required_text(payload, {"callback_id"}));
  if (id == callback::kRequestAccount) {
    return Inbound(FormWanted{std::move(source), RequestKind::kAccount, ""});
  }
  if (id == callback::kRequestGroup) {
    return Inbound(FormWanted{std::move(source), RequestKind::kGroup, ""});
  }
  return invalid("Slack payload: unknown shortcut " + quoted(id));
}

Result<Inbound> read_request_submission(const json::value& payload, Source source,
                                        string_view callback_id) {
  TRY(const RequestKind kind, kind_of_form(callback_id));
  TRY(auto view, read_view(payload));
  const json::value& view_value = *value_at(payload, {"view"});
  TRY(auto values, read_form_values(view_value));
  return Inbound(FormSubmitted{std::move(source), kind, std::move(view), std::move(values),
                               target_block(view_value, kind),
                               permission_set_block(view_value, kind)});
}

Result<Inbound> read_submission(const json::value& payload) {
  TRY(auto source, read_source(payload));
  TRY(const auto id, required_text(payload, {"view", "callback_id"}));
  const bool deny = id == callback::kDenyForm;
  const bool end = id == callback::kEndForm;
  if (!deny && !end && id != callback::kExtendForm) {
    return read_request_submission(payload, std::move(source), id);
  }
  TRY(auto view, read_view(payload));
  TRY(auto request, parse_request_ref(view.private_metadata));
  TRY(auto values, read_form_values(*value_at(payload, {"view"})));
  if (deny) {
    return Inbound(DenySubmitted{std::move(source), std::move(request), values.reason});
  }
  if (end) return Inbound(EndSubmitted{std::move(source), std::move(request), values.reason});
  return Inbound(ExtendSubmitted{std::move(source), std::move(view), std::move(request),
                                 values.duration, values.reason});
}

Result<Inbound> read_closed(const json::value& payload) {
  TRY(auto source, read_source(payload));
  TRY(auto id, required_text(payload, {"view", "callback_id"}));
  return Inbound(ViewClosed{std::move(source), std::move(id)});
}

bool is_button(string_view id) {
  constexpr std::array kIds = {action::kApprove, action::kDeny,   action::kCancel,
                               action::kEnd,     action::kExtend, action::kAskAgain};
  return std::find(kIds.begin(), kIds.end(), id) != kIds.end();
}

Button button_of(string_view id) {
  if (id == action::kApprove) return Button::kApprove;
  if (id == action::kDeny) return Button::kDeny;
  if (id == action::kCancel) return Button::kCancel;
  if (id == action::kEnd) return Button::kEnd;
  if (id == action::kExtend) return Button::kExtend;
  return Button::kAskAgain;
}

Result<Inbound> read_button(const json::value& payload, Source source, string_view action_id,
                            string_view value) {
  // The home tab has buttons, too; only a message has a place to go back to.
  static const json::value kNoMessage;
  const json::value* message = value_at(payload, {"message"});
  const bool old =
      value == action_id && (action_id == action::kApprove || action_id == action::kDeny);
  const bool again = value == kOldMessage && action_id == action::kAskAgain;
  TRY(auto reference, read_message(payload));
  if (old || again) {
    auto suggestion = read_old_message(message ? *message : kNoMessage);
    if (again) {
      return Inbound(
          AskAgainClicked{std::move(source), std::move(reference), std::move(suggestion)});
    }
    return Inbound(
        OldMessageClicked{std::move(source), std::move(reference), std::move(suggestion)});
  }
  TRY(auto request, parse_request_ref(value));
  return Inbound(ButtonClicked{std::move(source), button_of(action_id), std::move(request),
                               std::move(reference)});
}

Result<Inbound> read_form_change(const json::value& payload, Source source, std::string action_id) {
  TRY(const auto id, required_text(payload, {"view", "callback_id"}));
  if (id == callback::kExtendForm) return Inbound(Ignored{"a menu of the extension form"});
  TRY(const RequestKind kind, kind_of_form(id));
  TRY(auto view, read_view(payload));
  TRY(auto values, read_form_values(*value_at(payload, {"view"})));
  const json::value& action = value_at(payload, {"actions"})->get_array().front();
  TRY(auto changed_at, optional_text(action, {"action_ts"}));
  return Inbound(FormChanged{std::move(source), kind, std::move(view), std::move(values),
                             std::move(action_id), changed_at.value_or("")});
}

bool is_form_input(string_view id) {
  constexpr std::array kIds = {action::kDuration,      action::kReason,        action::kAccount,
                               action::kAccountSearch, action::kPermissionSet, action::kGroup};
  return std::find(kIds.begin(), kIds.end(), id) != kIds.end();
}

Result<Inbound> read_action(const json::value& payload) {
  TRY(auto source, read_source(payload));
  const json::value* actions = value_at(payload, {"actions"});
  if (actions == nullptr || !actions->is_array() || actions->get_array().empty()) {
    return invalid("Slack payload: block_actions without actions");
  }
  const json::value& first = actions->get_array().front();
  TRY(auto id, required_text(first, {"action_id"}));
  TRY(const auto value, optional_text(first, {"value"}, kMaxText));
  if (is_button(id)) return read_button(payload, std::move(source), id, value.value_or(""));
  if (id == action::kOpenAccountForm) {
    return Inbound(FormWanted{std::move(source), RequestKind::kAccount, ""});
  }
  if (id == action::kOpenGroupForm) {
    return Inbound(FormWanted{std::move(source), RequestKind::kGroup, ""});
  }
  if (id == action::kSweepAllow) {
    TRY(auto message, read_message(payload));
    return Inbound(ReportButtonClicked{std::move(source), std::move(message), value.value_or("")});
  }
  if (id == action::kSignIn) return Inbound(Ignored{"the sign-in link was opened"});
  if (!is_form_input(id)) return invalid("Slack payload: unknown action " + quoted(id));
  // The existing product put the duration menu into messages of its own; only forms matter.
  if (value_at(payload, {"view"}) == nullptr) return Inbound(Ignored{"an input outside of a form"});
  return read_form_change(payload, std::move(source), std::move(id));
}

Result<Inbound> read_suggestion(const json::value& payload) {
  TRY(auto source, read_source(payload));
  TRY(const auto id, required_text(payload, {"action_id"}));
  TRY(auto view, read_view(payload));
  TRY(auto query, optional_text(payload, {"value"}, kMaxText));
  OptionsWanted wanted{std::move(source), Menu::kAccounts, std::move(view), query.value_or("")};
  if (id == action::kAccount) return Inbound(std::move(wanted));
  if (id == action::kPermissionSet) {
    wanted.menu = Menu::kPermissionSets;
    return Inbound(std::move(wanted));
  }
  if (id == action::kGroup) {
    wanted.menu = Menu::kGroups;
    return Inbound(std::move(wanted));
  }
  return invalid("Slack payload: options of an unknown menu " + quoted(id));
}

Result<Inbound> read_home(const json::value& payload) {
  TRY(const auto tab, optional_text(payload, {"event", "tab"}));
  if (tab && *tab != "home") return Inbound(Ignored{"the messages tab was opened"});
  TRY(auto user, required_id<domain::SlackUserId>(payload, {"event", "user"}));
  Source source{.user = std::move(user)};
  TRY(source.workspace, optional_id<domain::WorkspaceId>(payload, {"team_id"}));
  TRY(source.enterprise, optional_id<domain::WorkspaceId>(payload, {"enterprise_id"}));
  if (!source.workspace && !source.enterprise) {
    return invalid("Slack payload: neither team nor enterprise is named");
  }
  return Inbound(HomeOpened{std::move(source)});
}

Result<Inbound> read_payload(const json::value& payload) {
  TRY(const auto type, required_text(payload, {"type"}));
  if (type == "shortcut") return read_shortcut(payload);
  if (type == "view_submission") return read_submission(payload);
  if (type == "view_closed") return read_closed(payload);
  if (type == "block_actions") return read_action(payload);
  if (type == "block_suggestion") return read_suggestion(payload);
  if (type == "url_verification") {
    TRY(auto challenge, required_text(payload, {"challenge"}));
    return Inbound(UrlVerification{std::move(challenge)});
  }
  if (type == "event_callback") {
    TRY(const auto event, required_text(payload, {"event", "type"}));
    if (event == "app_home_opened") return read_home(payload);
    return Inbound(Ignored{"event " + event.substr(0, 80)});
  }
  return invalid("Slack payload: unknown type " + quoted(type));
}

// The first value of a field; Slack sends each once.
std::optional<std::string> find_field(const std::vector<base::FormField>& fields,
                                      string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const auto& field) { return field.first == name; });
  return found == fields.end() ? std::nullopt : std::optional<std::string>(found->second);
}

template <typename T>
Result<std::optional<T>> id_field(const std::vector<base::FormField>& fields, string_view name) {
  const auto text = find_field(fields, name);
  if (!text || text->empty()) return std::optional<T>();
  TRY(auto id, T::parse(*text));
  return std::optional<T>(std::move(id));
}

Result<Inbound> read_command(const std::vector<base::FormField>& fields, string_view name) {
  const bool account = name == command::kAccess;
  if (!account && name != command::kGroupAccess) {
    return invalid("Slack payload: unknown command " + quoted(name));
  }
  TRY(auto user, id_field<domain::SlackUserId>(fields, "user_id"));
  if (!user) return invalid("Slack payload: the command names no user");
  Source source{.user = *user};
  TRY(source.workspace, id_field<domain::WorkspaceId>(fields, "team_id"));
  TRY(source.enterprise, id_field<domain::WorkspaceId>(fields, "enterprise_id"));
  if (!source.workspace && !source.enterprise) {
    return invalid("Slack payload: neither team nor enterprise is named");
  }
  source.trigger_id = find_field(fields, "trigger_id").value_or("");
  std::string text = find_field(fields, "text").value_or("");
  if (text.size() > kMaxText || source.trigger_id.size() > kMaxShortText) {
    return invalid("Slack payload: the command is too long");
  }
  // A command in a direct message between people names a channel we cannot use: not an error.
  const auto channel = domain::ChannelId::parse(find_field(fields, "channel_id").value_or(""));
  return Inbound(FormWanted{std::move(source),
                            account ? RequestKind::kAccount : RequestKind::kGroup, std::move(text),
                            channel ? std::optional(*channel) : std::nullopt,
                            /*is_command=*/true});
}

Result<Inbound> read_form(string_view body) {
  TRY(const auto fields, base::decode_form(body));
  if (const auto payload = find_field(fields, "payload")) return parse_interaction(*payload);
  if (const auto name = find_field(fields, "command")) return read_command(fields, *name);
  if (find_field(fields, "ssl_check") == "1") return Inbound(SslCheck{});
  return invalid("Slack payload: a form without payload or command");
}

}  // namespace

Result<Inbound> parse_interaction(string_view text) {
  TRY(const json::value payload, parse_object(text, kMaxBodyBytes));
  return read_payload(payload);
}

Result<Inbound> parse_inbound(string_view body, string_view content_type) {
  if (body.size() > kMaxBodyBytes) return invalid("Slack payload: larger than we accept");
  if (body.starts_with('{') || content_type.starts_with("application/json")) {
    return parse_interaction(body);
  }
  return read_form(body);
}

std::string format_request_ref(const RequestRef& reference) {
  const std::string text = reference.request.str() + ":" + std::to_string(reference.revision);
  return reference.attempt == 0 ? text : text + ":" + std::to_string(reference.attempt);
}

Result<RequestRef> parse_request_ref(string_view text) {
  const size_t colon = text.find(':');
  if (colon == string_view::npos) return invalid("Slack payload: the button names no request");
  TRY(auto request, domain::RequestId::parse(text.substr(0, colon)));
  RequestRef reference{std::move(request)};
  const string_view numbers = text.substr(colon + 1);
  const size_t second = numbers.find(':');
  TRY(reference.revision, parse_number(numbers.substr(0, second)));
  if (second != string_view::npos) {
    TRY(reference.attempt, parse_number(numbers.substr(second + 1)));
  }
  return reference;
}

std::string format_form_metadata(const FormMetadata& metadata) {
  json::object object{{"kind", metadata.kind == RequestKind::kAccount ? "account" : "group"}};
  if (metadata.account) object["account"] = metadata.account->str();
  return json::serialize(object);
}

Result<FormMetadata> parse_form_metadata(string_view text) {
  TRY(const json::value value, parse_object(text, kMaxMetadata));
  FormMetadata metadata;
  TRY(const auto kind, required_text(value, {"kind"}));
  if (kind != "account" && kind != "group") return invalid("Slack payload: unknown kind of form");
  metadata.kind = kind == "account" ? RequestKind::kAccount : RequestKind::kGroup;
  TRY(metadata.account, optional_id<domain::AccountId>(value, {"account"}));
  return metadata;
}

}  // namespace elevator::wire::slack
