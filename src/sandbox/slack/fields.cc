#include "sandbox/slack/fields.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

json::string_view key_of(std::string_view text) { return {text.data(), text.size()}; }

bool has_ids(const json::object& element, const json::object& block, std::string_view block_id,
             std::string_view action_id) {
  return text_field(block, "block_id") == block_id && text_field(element, "action_id") == action_id;
}

}  // namespace

std::string text_field(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(key_of(name));
  if (value == nullptr || !value->is_string()) return {};
  const auto& text = value->get_string();
  return {text.data(), text.size()};
}

bool truth_field(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(key_of(name));
  return value != nullptr && value->is_bool() && value->get_bool();
}

const json::object* object_field(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(key_of(name));
  return value == nullptr ? nullptr : value->if_object();
}

const json::array& list_field(const json::object& object, std::string_view name) {
  static const json::array kNone;
  const json::value* value = object.if_contains(key_of(name));
  const json::array* list = value == nullptr ? nullptr : value->if_array();
  return list == nullptr ? kNone : *list;
}

bool is_empty_list(const json::value& value) {
  return value.is_array() && value.get_array().empty();
}

json::array options_of(const json::object& menu_or_answer) {
  json::array all = list_field(menu_or_answer, "options");
  for (const json::value& group : list_field(menu_or_answer, "option_groups")) {
    if (!group.is_object()) continue;
    for (const json::value& option : list_field(group.get_object(), "options")) {
      all.push_back(option);
    }
  }
  return all;
}

size_t most_characters(const json::object& text_input) {
  constexpr size_t kSlacks = 3000;
  const json::value* value = text_input.if_contains("max_length");
  if (value == nullptr || !value->is_int64() || value->get_int64() < 1) return kSlacks;
  return static_cast<size_t>(value->get_int64());
}

std::vector<Input> inputs_of(const json::object& view_object) {
  std::vector<Input> inputs;
  for (const json::value& value : list_field(view_object, "blocks")) {
    const json::object* block = value.if_object();
    if (block == nullptr || text_field(*block, "type") != "input") continue;
    const json::object* element = object_field(*block, "element");
    if (element == nullptr) continue;
    inputs.push_back(
        {block, element, text_field(*block, "block_id"), text_field(*element, "action_id")});
  }
  return inputs;
}

const json::object* find_element(const json::object& message_or_view, std::string_view block_id,
                                 std::string_view action_id) {
  for (const json::value& value : list_field(message_or_view, "blocks")) {
    const json::object* block = value.if_object();
    if (block == nullptr) continue;
    for (const char* name : {"element", "accessory"}) {
      const json::object* element = object_field(*block, name);
      if (element != nullptr && has_ids(*element, *block, block_id, action_id)) return element;
    }
    for (const json::value& one : list_field(*block, "elements")) {
      const json::object* element = one.if_object();
      if (element != nullptr && has_ids(*element, *block, block_id, action_id)) return element;
    }
  }
  return nullptr;
}

}  // namespace elevator::sandbox::slack
