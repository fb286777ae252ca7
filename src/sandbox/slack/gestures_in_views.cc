// Clicks on messages and in views, menus that load their options, and forms.
#include <algorithm>
#include <boost/json.hpp>

#include "sandbox/slack/entered.h"
#include "sandbox/slack/fields.h"
#include "sandbox/slack/gestures.h"
#include "sandbox/slack/limits.h"
#include "wire/slack/text.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;
using base::Result;

constexpr std::int64_t kSlacksQueryLength = 3;

base::Error gone() { return base::not_found("That is no longer on the screen."); }

// The view of that person; nobody uses somebody else's.
View* own_view(State& state, const std::string& person, const std::string& id) {
  View* view = state.find_view(id);
  return view != nullptr && view->person == person ? view : nullptr;
}

struct Seen {
  const Message* message = nullptr;
  bool is_whisper = false;
};

Seen find_seen(State& state, const std::string& person, const std::string& channel,
               const std::string& ts) {
  for (const Whisper& one : state.whispers) {
    if (one.person == person && one.message.ts == ts && one.message.channel == channel) {
      return {&one.message, true};
    }
  }
  const bool others = channel.starts_with('D') && channel != direct_channel_of(person);
  return {others ? nullptr : state.find_message(channel, ts), false};
}

// An action as block_actions shows it, before what was chosen.
json::object action_json(const json::object& element, const std::string& block_id, std::string ts) {
  json::object action{{"type", text_field(element, "type")},
                      {"action_id", text_field(element, "action_id")},
                      {"block_id", block_id},
                      {"action_ts", std::move(ts)}};
  for (const char* name : {"text", "value"}) {
    if (const json::value* value = element.if_contains(name)) action[name] = *value;
  }
  return action;
}

std::string action_id_of(const json::object& act) {
  const json::object* action = object_field(act, "action");
  return action == nullptr ? text_field(act, "action_id") : text_field(*action, "action_id");
}

json::object errors_of(const json::object& errors) { return {{"errors", errors}}; }

}  // namespace

Result<json::object> Gestures::click(const std::string& person, const json::object& act) {
  const json::object* container = object_field(act, "container");
  if (container == nullptr) return base::invalid("A click needs a container.");
  const bool on_view = container->contains("view_id");
  TRY(const json::object sent, workspace_.change([&](State& state) {
    return on_view ? click_view(state, person, act) : click_message(state, person, act);
  }));
  if (sent.empty()) return json::object();
  TRY(const json::object ignored, deliver_payload(sent));
  static_cast<void>(ignored);
  return json::object();
}

Result<json::object> Gestures::click_message(State& state, const std::string& person,
                                             const json::object& act) const {
  const json::object& container = *object_field(act, "container");
  const std::string channel = text_field(container, "channel");
  const std::string ts = text_field(container, "ts");
  const Seen seen = find_seen(state, person, channel, ts);
  if (seen.message == nullptr) return gone();
  const std::string block_id = text_field(act, "block_id");
  const json::object content{{"blocks", seen.message->blocks}};
  const json::object* element = find_element(content, block_id, action_id_of(act));
  if (element == nullptr) return gone();
  const auto now = workspace_.clock().now();
  json::object action = action_json(*element, block_id, state.next_ts(now));
  if (const json::value* chosen = act.if_contains("selected_option")) {
    action["selected_option"] = *chosen;
  }
  json::object sent = payload(state, person, "block_actions");
  sent["container"] = json::object{{"type", "message"},
                                   {"message_ts", ts},
                                   {"channel_id", channel},
                                   {"is_ephemeral", seen.is_whisper}};
  sent["channel"] = json::object{{"id", channel}, {"name", "access"}};
  if (!seen.is_whisper) {
    json::object shown{{"type", "message"},
                       {"ts", ts},
                       {"user", state.place.bot_user},
                       {"bot_id", state.place.bot_id},
                       {"app_id", state.place.app_id},
                       {"text", seen.message->text},
                       {"blocks", seen.message->blocks}};
    if (!seen.message->thread_ts.empty()) shown["thread_ts"] = seen.message->thread_ts;
    sent["message"] = std::move(shown);
  }
  sent["actions"] = json::array{std::move(action)};
  sent["trigger_id"] = state.new_trigger(person, now);
  sent["response_url"] =
      response_url(state, {.channel = channel, .person = person, .message_ts = ts});
  return sent;
}

Result<json::object> Gestures::click_view(State& state, const std::string& person,
                                          const json::object& act) const {
  View* view = own_view(state, person, text_field(*object_field(act, "container"), "view_id"));
  if (view == nullptr) return gone();
  if (const json::object* entered = object_field(act, "state")) {
    TRY_VOID(enter_all(*view, *entered));
  }
  const std::string block_id = text_field(act, "block_id");
  const std::string action_id = action_id_of(act);
  const json::object* element = find_element(view->content, block_id, action_id);
  if (element == nullptr) return gone();
  const auto now = workspace_.clock().now();
  json::object action = action_json(*element, block_id, state.next_ts(now));
  for (const Input& input : inputs_of(view->content)) {
    if (input.block_id != block_id || input.action_id != action_id) continue;
    TRY_VOID(enter(*view, input, act));
    if (!truth_field(*input.block, "dispatch_action")) return json::object();
    const std::string_view name = value_name(text_field(*element, "type"));
    const json::string_view key(name.data(), name.size());
    action[key] = view->inputs[{block_id, action_id}][key];
  }
  json::object sent = payload(state, person, "block_actions");
  sent["container"] = json::object{{"type", "view"}, {"view_id", view->id}};
  sent["view"] = view_json(state, *view, WithState::kYes);
  sent["actions"] = json::array{std::move(action)};
  sent["trigger_id"] = state.new_trigger(person, now, view->id);
  return sent;
}

Result<json::object> Gestures::load_options(const std::string& person, const json::object& act) {
  const std::string view_id = text_field(act, "view_id");
  const InputKey key(text_field(act, "block_id"), text_field(act, "action_id"));
  const std::string query = text_field(act, "query");
  TRY(const json::object sent, workspace_.change([&](State& state) -> Result<json::object> {
    const View* view = own_view(state, person, view_id);
    const json::object* element =
        view == nullptr ? nullptr : find_element(view->content, key.first, key.second);
    if (element == nullptr) return gone();
    if (text_field(*element, "type") != "external_select") {
      return base::invalid("That menu has its options already.");
    }
    const json::value* least = element->if_contains("min_query_length");
    const std::int64_t needed =
        least != nullptr && least->is_int64() ? least->get_int64() : kSlacksQueryLength;
    if (static_cast<std::int64_t>(wire::slack::length_utf16(query)) < needed) {
      return base::invalid("Type at least " + std::to_string(needed) + " characters.");
    }
    json::object out = payload(state, person, "block_suggestion");
    out["container"] = json::object{{"type", "view"}, {"view_id", view_id}};
    out["block_id"] = key.first;
    out["action_id"] = key.second;
    out["value"] = query;
    // Slack does not say what the other inputs hold.
    out["view"] = view_json(state, *view, WithState::kNo);
    return out;
  }));
  TRY(json::object answer, deliver_payload(sent));
  const Problems problems = problems_of_options(answer);
  if (!problems.empty()) {
    return base::corrupt("Slack shows no results: " + problems.front() + ".");
  }
  workspace_.change([&](State& state) {
    if (View* view = own_view(state, person, view_id)) view->offered[key] = options_of(answer);
  });
  json::object shown;
  for (const char* name : {"options", "option_groups"}) {
    if (const json::value* list = answer.if_contains(name)) shown[name] = *list;
  }
  return shown;
}

Result<json::object> Gestures::submit(const std::string& person, const json::object& act) {
  const std::string view_id = text_field(act, "view_id");
  json::object missing;
  TRY(const json::object sent, workspace_.change([&](State& state) -> Result<json::object> {
    View* view = own_view(state, person, view_id);
    if (view == nullptr) return gone();
    if (!view->content.contains("submit")) return base::invalid("This modal has nothing to send.");
    if (const json::object* entered = object_field(act, "state")) {
      TRY_VOID(enter_all(*view, *entered));
    }
    missing = missing_inputs(*view);
    if (!missing.empty()) return json::object();
    json::object out = payload(state, person, "view_submission");
    out["trigger_id"] = state.new_trigger(person, workspace_.clock().now(), view_id);
    out["view"] = view_json(state, *view, WithState::kYes);
    out["response_urls"] = json::array();
    return out;
  }));
  if (!missing.empty()) return errors_of(missing);
  TRY(const json::object answer, deliver_payload(sent));
  return take_answer(view_id, answer);
}

// What Slack's client does with the answer to a submission.
Result<json::object> Gestures::take_answer(const std::string& view_id, const json::object& answer) {
  const std::string action = text_field(answer, "response_action");
  return workspace_.change([&](State& state) -> Result<json::object> {
    View* view = state.find_view(view_id);
    if (view == nullptr) return json::object();  // closed meanwhile
    const auto now = workspace_.clock().now();
    if (action == "errors") {
      const json::object* errors = object_field(answer, "errors");
      const auto inputs = inputs_of(view->content);
      const bool fit = errors != nullptr && !errors->empty() &&
                       std::ranges::all_of(*errors, [&](const auto& one) {
                         const std::string_view id(one.key().data(), one.key().size());
                         return std::ranges::find(inputs, id, &Input::block_id) != inputs.end();
                       });
      if (!fit) return base::corrupt("Slack shows an error: the errors belong to no input.");
      return errors_of(*errors);
    }
    auto& stack = state.modals[view->person];
    if (action == "clear") stack.clear();
    if (action == "clear") return json::object();
    if (action == "update" || action == "push") {
      const json::object* next = object_field(answer, "view");
      if (next == nullptr || !problems_of_view(*next).empty()) {
        return base::corrupt("Slack shows an error: the program answered with a view it refuses.");
      }
      if (action == "update") {
        show(state, *view, *next, now);
        return json::object();
      }
      View above{.id = "V" + std::to_string(10'000'000 + state.next_number()),
                 .person = view->person};
      show(state, above, *next, now);
      stack.push_back(std::move(above));
      return json::object();
    }
    if (!action.empty()) return base::corrupt("Slack shows an error: unknown response_action.");
    std::erase_if(stack, [&](const View& one) { return one.id == view_id; });
    return json::object();
  });
}

}  // namespace elevator::sandbox::slack
