#include "sandbox/slack/entered.h"

#include <algorithm>
#include <boost/json.hpp>

#include "wire/slack/text.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

bool is_among(const json::array& choices, const json::value& chosen) {
  return std::ranges::any_of(choices, [&](const json::value& one) {
    return one.is_object() && chosen.is_object() &&
           text_field(one.get_object(), "value") == text_field(chosen.get_object(), "value");
  });
}

// The menu's own option, so that nobody can change its label; null when it offers no such thing.
json::value choice_of(const View& view, const Input& input, const json::value& chosen) {
  json::array choices = options_of(*input.element);
  const InputKey key(input.block_id, input.action_id);
  if (const auto offered = view.offered.find(key); offered != view.offered.end()) {
    for (const json::value& one : offered->second) choices.push_back(one);
  }
  if (const auto* initial = object_field(*input.element, "initial_option")) {
    choices.push_back(*initial);
  }
  if (const auto now = view.inputs.find(key); now != view.inputs.end()) {
    if (const auto* held = object_field(now->second, "selected_option")) choices.push_back(*held);
  }
  const auto found = std::ranges::find_if(
      choices, [&](const json::value& one) { return is_among({one}, chosen); });
  return found == choices.end() ? json::value(nullptr) : *found;
}

base::Result<json::value> checked(const View& view, const Input& input, const json::value& given) {
  const std::string type = text_field(*input.element, "type");
  if (given.is_null()) return json::value(nullptr);
  if (type == "plain_text_input") {
    if (!given.is_string()) return base::invalid("A text is expected here.");
    const auto& text = given.get_string();
    if (text.empty()) return json::value(nullptr);
    const size_t most = most_characters(*input.element);
    if (wire::slack::length_utf16({text.data(), text.size()}) > most) {
      return base::invalid("Slack takes at most " + std::to_string(most) + " characters here.");
    }
    return given;
  }
  if (type == "static_select" || type == "external_select") {
    json::value choice = choice_of(view, input, given);
    if (choice.is_null()) return base::invalid("The menu does not offer that.");
    return choice;
  }
  if (type == "datetimepicker" && !given.is_int64()) {
    return base::invalid("A time in seconds is expected here.");
  }
  return given;
}

bool is_empty(const json::object& held, std::string_view type) {
  const std::string_view name = value_name(type);
  const json::value* value = held.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr || value->is_null() || is_empty_list(*value)) return true;
  return value->is_string() && value->get_string().empty();
}

}  // namespace

std::string_view value_name(std::string_view type) {
  if (type == "static_select" || type == "external_select" || type == "radio_buttons") {
    return "selected_option";
  }
  if (type == "checkboxes" || type.starts_with("multi_")) return "selected_options";
  if (type == "datetimepicker") return "selected_date_time";
  if (type == "datepicker") return "selected_date";
  if (type == "timepicker") return "selected_time";
  return "value";
}

base::Status enter(View& view, const Input& input, const json::object& given) {
  const std::string type = text_field(*input.element, "type");
  const std::string_view name = value_name(type);
  const json::string_view key(name.data(), name.size());
  const json::value* value = given.if_contains(key);
  TRY(json::value held, checked(view, input, value == nullptr ? json::value(nullptr) : *value));
  view.inputs[{input.block_id, input.action_id}] =
      json::object{{"type", type}, {key, std::move(held)}};
  return {};
}

base::Status enter_all(View& view, const json::object& state) {
  for (const Input& input : inputs_of(view.content)) {
    const json::object* block = object_field(state, input.block_id);
    const json::object* given = block == nullptr ? nullptr : object_field(*block, input.action_id);
    if (given != nullptr) TRY_VOID(enter(view, input, *given));
  }
  return {};
}

json::object missing_inputs(const View& view) {
  json::object missing;
  for (const Input& input : inputs_of(view.content)) {
    if (truth_field(*input.block, "optional")) continue;
    const auto held = view.inputs.find({input.block_id, input.action_id});
    const bool empty =
        held == view.inputs.end() || is_empty(held->second, text_field(*input.element, "type"));
    if (empty) missing[input.block_id] = "Please complete this required field.";
  }
  return missing;
}

}  // namespace elevator::sandbox::slack
