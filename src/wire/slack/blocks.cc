#include "wire/slack/blocks.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/check.h"
#include "wire/slack/text.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;
using std::string_view;

constexpr size_t kMaxButtonText = 75;
constexpr size_t kMaxLabel = 2000;

json::string_view view(string_view text) { return {text.data(), text.size()}; }

void set(json::object& object, string_view key, string_view value) {
  if (!value.empty()) object[view(key)] = view(value);
}

string_view name_of(Style style) {
  switch (style) {
    case Style::kDefault:
      return "";
    case Style::kPrimary:
      return "primary";
    case Style::kDanger:
      return "danger";
  }
  return "";
}

}  // namespace

json::object plain_text(string_view plain, size_t limit) {
  // Slack refuses an empty text object.
  const std::string text = cut(plain, limit);
  return {{"type", "plain_text"}, {"text", text.empty() ? "-" : text}, {"emoji", false}};
}

json::object mrkdwn(string_view markup, size_t limit) {
  const std::string text = cut(markup, limit);
  return {{"type", "mrkdwn"}, {"text", text.empty() ? "-" : text}, {"verbatim", true}};
}

json::object section(string_view block_id, string_view markup) {
  json::object block{{"type", "section"}};
  set(block, "block_id", block_id);
  block["text"] = mrkdwn(markup, kMaxSection);
  return block;
}

json::object fields_section(string_view block_id, const std::vector<std::string>& markups) {
  json::object block{{"type", "section"}};
  set(block, "block_id", block_id);
  json::array fields;
  for (const auto& markup : markups) {
    if (fields.size() < kMaxFields) fields.push_back(mrkdwn(markup, kMaxField));
  }
  block["fields"] = std::move(fields);
  return block;
}

json::object context(string_view block_id, string_view markup) {
  json::object block{{"type", "context"}};
  set(block, "block_id", block_id);
  block["elements"] = json::array{mrkdwn(markup, kMaxSection)};
  return block;
}

json::object divider() { return {{"type", "divider"}}; }

json::object actions(string_view block_id, const std::vector<ButtonSpec>& buttons) {
  json::array elements;
  for (const auto& spec : buttons) {
    CHECK_THAT(spec.value.size() <= kMaxButtonValue, "button values are request references");
    json::object button{{"type", "button"},
                        {"action_id", view(spec.action_id)},
                        {"text", plain_text(spec.label, kMaxButtonText)}};
    set(button, "value", spec.value);
    set(button, "style", name_of(spec.style));
    set(button, "url", spec.url);
    elements.push_back(std::move(button));
  }
  json::object block{{"type", "actions"}};
  set(block, "block_id", block_id);
  block["elements"] = std::move(elements);
  return block;
}

json::object option(const Option& option) {
  CHECK_THAT(option.value.size() <= kMaxOptionValue, "option values are ids");
  return {{"text", plain_text(one_line(option.label), kMaxOptionText)}, {"value", option.value}};
}

json::array options(const std::vector<Option>& choices) {
  json::array array;
  for (const auto& choice : choices) {
    if (array.size() < kMaxOptions) array.push_back(option(choice));
  }
  return array;
}

json::object static_select(string_view action_id, const std::vector<Option>& choices,
                           const Option* chosen, string_view placeholder) {
  CHECK_THAT(!choices.empty(), "Slack refuses an empty menu");
  CHECK_THAT(choices.size() <= kMaxOptions * kMaxOptionGroups, "a menu holds 10,000 options");
  json::object menu{{"type", "static_select"}, {"action_id", view(action_id)}};
  menu["placeholder"] = plain_text(placeholder, kMaxPlaceholder);
  if (choices.size() <= kMaxOptions) {
    menu["options"] = options(choices);
  } else {
    json::array groups;
    for (size_t begin = 0; begin < choices.size(); begin += kMaxOptions) {
      const size_t end = std::min(begin + kMaxOptions, choices.size());
      const std::string first = cut(one_line(choices[begin].label), 36);
      const std::string last = cut(one_line(choices[end - 1].label), 36);
      groups.push_back(
          json::object{{"label", plain_text(first + " – " + last, kMaxOptionText)},
                       {"options", options({choices.begin() + static_cast<std::ptrdiff_t>(begin),
                                            choices.begin() + static_cast<std::ptrdiff_t>(end)})}});
    }
    menu["option_groups"] = std::move(groups);
  }
  if (chosen != nullptr) menu["initial_option"] = option(*chosen);
  return menu;
}

json::object external_select(string_view action_id, const Option* chosen, string_view placeholder) {
  json::object menu{{"type", "external_select"},
                    {"action_id", view(action_id)},
                    {"min_query_length", 0},
                    {"placeholder", plain_text(placeholder, kMaxPlaceholder)}};
  if (chosen != nullptr) menu["initial_option"] = option(*chosen);
  return menu;
}

json::object text_input(const TextInput& input) {
  json::object element{{"type", "plain_text_input"}, {"action_id", view(input.action_id)}};
  if (input.multiline) element["multiline"] = true;
  if (input.min_length > 0) element["min_length"] = input.min_length;
  element["max_length"] = input.max_length;
  set(element, "initial_value", cut(input.initial, input.max_length));
  if (!input.placeholder.empty()) {
    element["placeholder"] = plain_text(input.placeholder, kMaxPlaceholder);
  }
  if (input.dispatch_on_enter) {
    element["dispatch_action_config"] =
        json::object{{"trigger_actions_on", json::array{"on_enter_pressed"}}};
  }
  return element;
}

json::object time_picker(string_view action_id) {
  return {{"type", "datetimepicker"}, {"action_id", view(action_id)}};
}

json::object input(const InputSpec& spec, json::object element) {
  json::object block{{"type", "input"}, {"block_id", spec.block_id}};
  block["label"] = plain_text(spec.label, kMaxLabel);
  block["element"] = std::move(element);
  if (!spec.hint.empty()) block["hint"] = plain_text(several_lines(spec.hint), kMaxLabel);
  if (spec.optional) block["optional"] = true;
  if (spec.dispatch) block["dispatch_action"] = true;
  return block;
}

json::object modal(const ModalSpec& spec, json::array blocks) {
  CHECK_THAT(spec.private_metadata.size() <= kMaxMetadata, "metadata holds ids only");
  json::object object{{"type", "modal"},
                      {"callback_id", view(spec.callback_id)},
                      {"title", plain_text(spec.title, kMaxTitle)},
                      {"close", plain_text(spec.close, kMaxTitle)}};
  if (!spec.submit.empty()) object["submit"] = plain_text(spec.submit, kMaxTitle);
  set(object, "private_metadata", spec.private_metadata);
  object["blocks"] = std::move(blocks);
  return object;
}

}  // namespace elevator::wire::slack
