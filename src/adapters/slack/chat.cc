#include "adapters/slack/chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "wire/slack/form.h"
#include "wire/slack/form_values.h"
#include "wire/slack/payload.h"
#include "wire/slack/report.h"

namespace elevator::adapters::slack {
namespace {

namespace json = boost::json;
using base::Result;
using base::Status;
using domain::MessageRef;
using domain::Request;
using wire::slack::Delivery;
using wire::slack::optional_text;
using wire::slack::value_at;

constexpr size_t kMaxHistoryPages = 50;  // 10,000 messages since the request was made
constexpr size_t kMaxRemembered = 4096;
constexpr base::Seconds kClockTolerance{300};
constexpr base::Seconds kPatience{15};  // with one more call it stays below the claim of a notice

std::vector<wire::slack::Option> options(const std::vector<ports::Choice>& choices) {
  std::vector<wire::slack::Option> converted;
  converted.reserve(choices.size());
  for (const auto& choice : choices) converted.push_back({choice.label, choice.value});
  return converted;
}

std::optional<wire::slack::Option> option(const std::optional<ports::Choice>& choice) {
  if (!choice) return std::nullopt;
  return wire::slack::Option{choice->label, choice->value};
}

wire::slack::RequestForm::Menu menu_of(ports::Form::Menu menu) {
  using Menu = wire::slack::RequestForm::Menu;
  switch (menu) {
    case ports::Form::Menu::kTypeAhead:
      return Menu::kTypeAhead;
    case ports::Form::Menu::kStatic:
      return Menu::kStatic;
    case ports::Form::Menu::kSearch:
      return Menu::kSearch;
  }
  return Menu::kTypeAhead;
}

json::object render(const ports::Form& form) {
  using wire::slack::RequestKind;
  const bool account = form.kind == ports::Form::Kind::kAccount;
  return wire::slack::request_form({.kind = account ? RequestKind::kAccount : RequestKind::kGroup,
                                    .menu = menu_of(form.menu),
                                    .loading = form.loading,
                                    .nothing_to_ask_for = form.nothing_to_ask_for,
                                    .targets = options(form.targets),
                                    .matches = form.matches,
                                    .chosen = option(form.chosen),
                                    .permission_sets = options(form.permission_sets),
                                    .permission_set = option(form.permission_set),
                                    .durations = form.durations,
                                    .duration = form.duration,
                                    .reason = form.reason,
                                    .reason_hint = form.reason_hint,
                                    .who_approves = form.who_approves,
                                    .notice = form.notice,
                                    .as_of = form.as_of,
                                    .allow_start = form.allow_start});
}

// Neither previews of links nor names that people wrote as links.
void without_extras(json::object& message) {
  message["unfurl_links"] = false;
  message["unfurl_media"] = false;
}

// Slack is sure that it did nothing and will not do it later either.
bool is_permanent(const base::Error& error) {
  return error.retry == base::Retry::kNever && !error.may_have_happened();
}

}  // namespace

SlackChat::SlackChat(ChatOptions options, Api& api, People& people, ApiWorld world)
    : options_(std::move(options)), api_(api), people_(people), world_(world) {}

const domain::ChannelId& SlackChat::channel_of(const Request& request) const {
  if (request.message.ref) return request.message.ref->channel;
  if (request.decision && request.decision->channel) return *request.decision->channel;
  return options_.channel;
}

Result<MessageRef> SlackChat::post_message(const domain::ChannelId& channel, json::object message) {
  without_extras(message);
  message["channel"] = channel.str();
  TRY(const json::object answer, api_.write("chat.postMessage", message));
  const auto timestamp = optional_text(answer, {"ts"});
  const auto posted_in = wire::slack::optional_id<domain::ChannelId>(answer, {"channel"});
  if (!timestamp || !*timestamp || !posted_in) {
    return base::unavailable("Slack chat.postMessage: an answer without a message",
                             base::Effect::kApplied);
  }
  return MessageRef{posted_in->value_or(channel), **timestamp};
}

Result<MessageRef> SlackChat::post(const Request& request) {
  const auto message = wire::slack::request_message(request, options_.look);
  auto posted = post_message(channel_of(request), message);
  // A rule names a channel that is not there for this app: somebody has to see the request.
  if (!posted && posted.error().kind == base::Kind::kNotFound &&
      channel_of(request) != options_.channel) {
    world_.log.error("channel_of_rule_refused", {{"request_id", request.id.str()},
                                                 {"channel", channel_of(request).str()},
                                                 {"error", posted.error().message}});
    posted = post_message(options_.channel, message);
  }
  if (posted || !posted.error().may_have_happened()) return posted;
  // Slack has no idempotency key: the message is found again by its metadata. Not finding it
  // proves nothing yet, so the error stays.
  const auto found = find_posted(request);
  if (found && *found) return **found;
  return posted;
}

Result<std::optional<MessageRef>> SlackChat::find_posted(const Request& request) {
  auto found = find_posted_in(channel_of(request), request);
  const bool elsewhere = channel_of(request) != options_.channel;
  const bool nowhere = found ? !*found : found.error().kind == base::Kind::kNotFound;
  if (!elsewhere || !nowhere) return found;
  return find_posted_in(options_.channel, request);
}

Result<std::optional<MessageRef>> SlackChat::find_posted_in(const domain::ChannelId& channel,
                                                            const Request& request) {
  TRY(const Identity own, people_.identity());
  const auto oldest = base::to_unix_milliseconds(request.created_at - kClockTolerance) / 1000;
  std::optional<MessageRef> found;
  const auto use = [&](const json::object& page) -> Result<bool> {
    const json::value value(page);
    const json::value* messages = value_at(value, {"messages"});
    if (messages == nullptr || !messages->is_array()) {
      return base::corrupt("Slack conversations.history: no messages");
    }
    for (const json::value& message : messages->get_array()) {
      if (wire::slack::request_id_of(message) != request.id.str()) continue;
      // Another app could carry the same metadata; only our own message can be edited.
      const auto bot = optional_text(message, {"bot_id"});
      const auto user = optional_text(message, {"user"});
      const bool ours =
          (bot && *bot && **bot == own.bot) || (user && *user && **user == own.bot_user);
      const auto timestamp = optional_text(message, {"ts"});
      if (!ours || !timestamp || !*timestamp) continue;
      found = MessageRef{channel, **timestamp};
      return false;
    }
    return true;
  };
  TRY_VOID(api_.read_pages("conversations.history",
                           {{"channel", channel.str()},
                            {"oldest", std::to_string(oldest)},
                            {"include_all_metadata", "true"},
                            {"limit", "200"}},
                           kMaxHistoryPages, use));
  return found;
}

Status SlackChat::update(const Request& request) {
  if (!request.message.ref) return base::conflict("the request has no message yet");
  json::object message = wire::slack::request_message(request, options_.look);
  message["channel"] = request.message.ref->channel.str();
  message["ts"] = request.message.ref->timestamp;
  TRY_VOID(api_.write("chat.update", message));
  return {};
}

// To whoever was told directly, the answer comes there, too; and to whoever is not in the channel.
Status SlackChat::whisper_about(const Request& request, const Delivery& delivery) {
  const std::string& person = delivery.person->str();
  const bool directly = std::ranges::any_of(
      request.copies, [&](const domain::Copy& copy) { return copy.person == delivery.person; });
  if (!directly) {
    json::object message = delivery.message;
    message["channel"] = channel_of(request).str();
    message["user"] = person;
    const auto answer = api_.write("chat.postEphemeral", message);
    if (answer) return {};
    if (!is_permanent(answer.error())) return answer.error();
  }
  json::object message = delivery.message;
  without_extras(message);
  message["channel"] = person;
  TRY_VOID(api_.write("chat.postMessage", message));
  return {};
}

Result<std::optional<domain::Copy>> SlackChat::deliver(const Request& request,
                                                       const Delivery& delivery) {
  using Place = Delivery::Place;
  if (delivery.place == Place::kWhisper) {
    TRY_VOID(whisper_about(request, delivery));
    return std::optional<domain::Copy>();
  }
  json::object message = delivery.message;
  without_extras(message);
  message["channel"] = channel_of(request).str();
  if (delivery.place == Place::kDirect) message["channel"] = delivery.person->str();
  if (delivery.place == Place::kThread) {
    if (!request.message.ref) return base::conflict("the request has no message yet");
    message["thread_ts"] = request.message.ref->timestamp;
  }
  TRY(const json::object answer, api_.write("chat.postMessage", message));
  if (!delivery.is_copy) return std::optional<domain::Copy>();
  const auto timestamp = optional_text(answer, {"ts"});
  const auto channel = wire::slack::optional_id<domain::ChannelId>(answer, {"channel"});
  if (!timestamp || !*timestamp || !channel || !*channel) return std::optional<domain::Copy>();
  return std::optional(domain::Copy{delivery.person, {**channel, **timestamp}});
}

Result<SlackChat::Copies> SlackChat::notify(const Request& request, const domain::Notice& notice) {
  using Place = Delivery::Place;
  // Without a message there is no thread: then the requester is told directly in any case.
  const bool has_thread = request.message.ref.has_value();
  Request seen = request;
  wire::slack::Silence silence = options_.silence;
  if (!has_thread) {
    silence.outsiders = silence.outsiders && !request.requester_in_channel;
    seen.requester_in_channel = false;
  }
  const auto all = wire::slack::deliveries(seen, notice, options_.look, silence);
  const auto until = world_.clock.now() + kPatience;
  Copies copies;
  for (const Delivery& delivery : all) {
    const bool thread = delivery.place == Place::kThread;
    if (thread && !has_thread) continue;
    const std::string key = fmt::format("{}:{}:{}:{}", request.id.view(), notice.number,
                                        static_cast<int>(delivery.place),
                                        delivery.person ? delivery.person->str() : "");
    if (const auto before = delivered(key)) {
      if (*before) copies.push_back(**before);
      continue;
    }
    // Whoever claimed this notice has it for a limited time only.
    if (world_.clock.now() >= until)
      return base::unavailable("Slack is slow; telling the rest later");
    const auto told = deliver(request, delivery);
    if (!told && thread && told.error().kind == base::Kind::kNotFound) {
      // The channel is not there any more for this app: who can be told directly, is.
      Request without = request;
      without.message.ref.reset();
      return notify(without, notice);
    }
    // Somebody who cannot be told directly (disabled, no scope) must not stop the others.
    const bool skipped = !told && !thread && is_permanent(told.error());
    if (!told && !skipped) return told.error();
    if (skipped) {
      world_.log.warning("notice_not_deliverable",
                         {{"request_id", request.id.str()}, {"error", told.error().message}});
    }
    const auto copy = told ? *told : std::nullopt;
    if (copy) copies.push_back(*copy);
    remember_delivered(key, copy);
  }
  return copies;
}

Status SlackChat::close_copy(const Request& request, const domain::Copy& copy) {
  json::object message = wire::slack::closed_copy(request, copy, options_.look);
  message["channel"] = copy.ref.channel.str();
  message["ts"] = copy.ref.timestamp;
  TRY_VOID(api_.write("chat.update", message));
  return {};
}

std::optional<std::optional<domain::Copy>> SlackChat::delivered(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = delivered_.find(key);
  if (found == delivered_.end()) return std::nullopt;
  return found->second;
}

void SlackChat::remember_delivered(const std::string& key,
                                   const std::optional<domain::Copy>& copy) {
  const std::lock_guard lock(mutex_);
  if (!delivered_.emplace(key, copy).second) return;
  delivered_in_order_.push_back(key);
  if (delivered_in_order_.size() <= kMaxRemembered) return;
  delivered_.erase(delivered_in_order_.front());
  delivered_in_order_.pop_front();
}

Status SlackChat::announce(const std::string& text) {
  TRY_VOID(post_message(options_.channel, wire::slack::line(text)));
  return {};
}

Status SlackChat::report(const ports::Report& report) {
  std::vector<wire::slack::ReportText> lines;
  for (const ports::ReportLine& line : report.lines) lines.push_back({line.text, line.at});
  std::optional<wire::slack::ButtonSpec> button;
  if (report.button) {
    button = wire::slack::ButtonSpec{.action_id = report.button->action,
                                     .label = report.button->label,
                                     .value = report.button->value,
                                     .style = wire::slack::Style::kDanger};
  }
  TRY_VOID(
      post_message(options_.channel, wire::slack::report_message(report.title, lines, button)));
  return {};
}

Result<domain::ChatUser> SlackChat::user(const domain::SlackUserId& id) { return people_.user(id); }

Result<domain::SlackUserId> SlackChat::user_by_email(const domain::Email& email) {
  return people_.user_by_email(email);
}

Result<std::set<domain::Email>> SlackChat::user_group_members(const std::string& id) {
  return people_.user_group_members(id);
}

Result<bool> SlackChat::is_in_user_group(const std::string& group,
                                         const domain::SlackUserId& person) {
  return people_.is_in_user_group(group, person);
}

Result<bool> SlackChat::is_in_channel(const domain::SlackUserId& id,
                                      const std::optional<domain::ChannelId>& channel) {
  return people_.is_in_channel(id, channel.value_or(options_.channel));
}

Status SlackChat::open_view(const std::string& trigger_id, json::object view) {
  TRY_VOID(api_.write("views.open", {{"trigger_id", trigger_id}, {"view", std::move(view)}}));
  return {};
}

Result<ports::OpenView> SlackChat::open_form(const std::string& trigger_id,
                                             const ports::Form& form) {
  TRY(const json::object answer,
      api_.write("views.open", {{"trigger_id", trigger_id}, {"view", render(form)}}));
  const auto id = optional_text(answer, {"view", "id"});
  const auto hash = optional_text(answer, {"view", "hash"});
  if (!id || !*id) return base::corrupt("Slack views.open: an answer without a view");
  return ports::OpenView{**id, hash && *hash ? **hash : std::string()};
}

Status SlackChat::update_form(const ports::OpenView& view, const ports::Form& form) {
  json::object arguments{{"view_id", view.id}, {"view", render(form)}};
  if (!view.hash.empty()) arguments["hash"] = view.hash;
  TRY_VOID(api_.write("views.update", arguments));
  return {};
}

Status SlackChat::open_denial(const std::string& trigger_id, const Request& request) {
  return open_view(trigger_id, wire::slack::deny_form(request));
}

Status SlackChat::open_end(const std::string& trigger_id, const Request& request) {
  return open_view(trigger_id, wire::slack::end_form(request));
}

Status SlackChat::open_extension(const std::string& trigger_id, const Request& request,
                                 const ports::ExtensionForm& form) {
  return open_view(trigger_id, wire::slack::extend_form(request, {.attempt = form.attempt,
                                                                  .durations = form.durations,
                                                                  .duration = form.duration,
                                                                  .reason_hint = form.reason_hint,
                                                                  .who_approves = form.who_approves,
                                                                  .notice = form.notice}));
}

Status SlackChat::show_home(const domain::SlackUserId& person, const std::vector<Request>& mine,
                            const std::vector<Request>& to_approve) {
  TRY_VOID(api_.write("views.publish", {{"user_id", person.str()},
                                        {"view", wire::slack::home_view({mine, to_approve})}}));
  return {};
}

Status SlackChat::disarm(const MessageRef& message, const std::vector<std::string>& fields) {
  json::object arguments = wire::slack::disarmed_old_message(fields, options_.look);
  arguments["channel"] = message.channel.str();
  arguments["ts"] = message.timestamp;
  TRY_VOID(api_.write("chat.update", arguments));
  return {};
}

// https://docs.slack.dev/reference/methods/conversations.history: with `inclusive` the message of
// the time `latest` is the newest of the page.
Status SlackChat::retire(const MessageRef& message) {
  TRY(const auto page, api_.read("conversations.history", {{"channel", message.channel.str()},
                                                           {"latest", message.timestamp},
                                                           {"inclusive", "true"},
                                                           {"limit", "1"}}));
  const json::value value(page);
  const json::value* messages = value_at(value, {"messages"});
  if (messages == nullptr || !messages->is_array()) {
    return base::corrupt("Slack conversations.history: no messages");
  }
  for (const json::value& one : messages->get_array()) {
    const auto timestamp = optional_text(one, {"ts"});
    const bool is_it = timestamp && *timestamp && **timestamp == message.timestamp;
    if (!is_it || !wire::slack::has_old_buttons(one)) continue;
    return disarm(message, wire::slack::read_old_message(one).fields);
  }
  return {};
}

// In a direct message there is nobody to whisper past; and who is not in the channel is told there.
Status SlackChat::whisper(const domain::ChannelId& channel, const domain::SlackUserId& person,
                          const std::string& text) {
  json::object message = wire::slack::line(text);
  message["channel"] = channel.str();
  if (!channel.view().starts_with('D')) {
    message["user"] = person.str();
    const auto answer = api_.write("chat.postEphemeral", message);
    if (answer) return {};
    if (!is_permanent(answer.error())) return answer.error();
    message.erase("user");
    message["channel"] = person.str();
  }
  without_extras(message);
  TRY_VOID(api_.write("chat.postMessage", message));
  return {};
}

Status SlackChat::tell(const domain::SlackUserId& person, const std::string& text) {
  json::object message = wire::slack::line(text);
  without_extras(message);
  message["channel"] = person.str();
  TRY_VOID(api_.write("chat.postMessage", message));
  return {};
}

}  // namespace elevator::adapters::slack
