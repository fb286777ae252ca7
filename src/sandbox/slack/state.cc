#include "sandbox/slack/state.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/crypto.h"
#include "sandbox/slack/fields.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

constexpr base::Seconds kTriggerLife{3};
constexpr size_t kMostTriggers = 1000;

std::int64_t microseconds(base::TimePoint time) { return base::to_unix_milliseconds(time) * 1000; }

// What an input holds before anybody touched it.
json::object initial_state(const json::object& element) {
  json::object state{{"type", text_field(element, "type")}};
  const std::string type = text_field(element, "type");
  const auto copy = [&](const char* initial, const char* name) {
    const json::value* value = element.if_contains(initial);
    state[name] = value == nullptr ? json::value(nullptr) : *value;
  };
  if (type == "plain_text_input") copy("initial_value", "value");
  if (type == "static_select" || type == "external_select") {
    copy("initial_option", "selected_option");
  }
  if (type == "datetimepicker") copy("initial_date_time", "selected_date_time");
  if (type == "checkboxes") state["selected_options"] = list_field(element, "initial_options");
  return state;
}

}  // namespace

std::string direct_channel_of(const std::string& person) { return "D" + person.substr(1); }

std::string State::next_ts(base::TimePoint now) {
  last_ts_microseconds = std::max(last_ts_microseconds + 1, microseconds(now));
  const std::string fraction = std::to_string(1'000'000 + last_ts_microseconds % 1'000'000);
  return std::to_string(last_ts_microseconds / 1'000'000) + "." + fraction.substr(1);
}

std::string State::new_trigger(const std::string& person, base::TimePoint now, std::string view) {
  std::erase_if(triggers, [&](const auto& one) {
    return triggers.size() > kMostTriggers && one.second.until < now;
  });
  const std::string id = std::to_string(next_number()) + "." + place.team_id + "." +
                         base::to_hex(base::random_bytes(8));
  triggers[id] = {person, now + kTriggerLife, false, std::move(view)};
  return id;
}

Message* State::find_message(const std::string& channel, const std::string& ts) {
  const auto found = std::ranges::find_if(
      messages, [&](const Message& one) { return one.ts == ts && one.channel == channel; });
  return found == messages.end() ? nullptr : &*found;
}

View* State::find_view(const std::string& id) {
  for (auto& [person, stack] : modals) {
    for (View& one : stack) {
      if (one.id == id) return &one;
    }
  }
  for (auto& [person, home] : homes) {
    if (home.id == id) return &home;
  }
  return nullptr;
}

View* State::top_modal(const std::string& person) {
  const auto found = modals.find(person);
  return found == modals.end() || found->second.empty() ? nullptr : &found->second.back();
}

void name_blocks(State& state, json::array& blocks) {
  for (json::value& block : blocks) {
    if (!block.is_object() || block.get_object().contains("block_id")) continue;
    block.get_object()["block_id"] = "b" + std::to_string(state.next_number());
  }
}

void show(State& state, View& view, json::object content, base::TimePoint now) {
  if (json::value* blocks = content.if_contains("blocks"); blocks && blocks->is_array()) {
    name_blocks(state, blocks->get_array());
  }
  view.content = std::move(content);
  view.hash = state.next_ts(now);
  std::map<InputKey, json::object> kept;
  for (const Input& input : inputs_of(view.content)) {
    const InputKey key(input.block_id, input.action_id);
    const auto before = view.inputs.find(key);
    json::object initial = initial_state(*input.element);
    const bool stays = before != view.inputs.end() &&
                       text_field(before->second, "type") == text_field(initial, "type");
    kept[key] = stays ? before->second : std::move(initial);
  }
  view.inputs = std::move(kept);
}

json::object view_json(const State& state, const View& view, WithState with_state) {
  json::object shown{{"id", view.id},
                     {"team_id", state.place.team_id},
                     {"app_id", state.place.app_id},
                     {"bot_id", state.place.bot_id},
                     {"hash", view.hash},
                     {"private_metadata", ""},
                     {"callback_id", ""},
                     {"root_view_id", view.id},
                     {"previous_view_id", nullptr}};
  for (const auto& member : view.content) shown[member.key()] = member.value();
  if (with_state == WithState::kNo) return shown;
  json::object values;
  for (const auto& [key, value] : view.inputs) {
    json::value& block = values[key.first];
    if (!block.is_object()) block = json::object();
    block.get_object()[key.second] = value;
  }
  shown["state"] = json::object{{"values", std::move(values)}};
  return shown;
}

}  // namespace elevator::sandbox::slack
