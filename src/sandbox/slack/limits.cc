#include "sandbox/slack/limits.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>

#include "sandbox/slack/fields.h"
#include "wire/slack/text.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;
using std::string_view;

constexpr size_t kMessageBlocks = 50;
constexpr size_t kViewBlocks = 100;
constexpr size_t kViewBytes = 250'000;
constexpr size_t kOptions = 100;
constexpr size_t kOptionGroups = 100;
constexpr size_t kOptionText = 75;
constexpr size_t kOptionValue = 150;
constexpr size_t kLongInput = 3000;

enum class Surface { kMessage, kView };
enum class Kinds { kPlain, kAny };

constexpr std::array<string_view, 12> kInputElements = {
    "static_select",       "external_select",
    "plain_text_input",    "checkboxes",
    "radio_buttons",       "datepicker",
    "timepicker",          "datetimepicker",
    "multi_static_select", "multi_external_select",
    "users_select",        "email_text_input"};

class Checker {
 public:
  Problems problems;

  void add(std::string problem) { problems.push_back(std::move(problem)); }

  void text(const json::value* value, size_t limit, const std::string& what) {
    if (value == nullptr || !value->is_string() || value->get_string().empty()) {
      return add(what + " must be a non-empty text");
    }
    const auto& string = value->get_string();
    if (wire::slack::length_utf16({string.data(), string.size()}) > limit) {
      add(what + " must be less than " + std::to_string(limit + 1) + " characters");
    }
  }

  void text_object(const json::value* value, size_t limit, const std::string& what, Kinds kinds) {
    const json::object* object = value == nullptr ? nullptr : value->if_object();
    const std::string kind = object == nullptr ? "" : text_field(*object, "type");
    const bool fits = kind == "plain_text" || (kind == "mrkdwn" && kinds == Kinds::kAny);
    if (!fits) return add(what + " must be a text object");
    const string_view extra = kind == "plain_text" ? "emoji" : "verbatim";
    for (const auto& member : *object) {
      const string_view key{member.key().data(), member.key().size()};
      if (key != "type" && key != "text" && key != extra) {
        add(what + " has the unknown key " + std::string(key));
      }
    }
    text(object->if_contains("text"), limit, what);
  }

  // The elements of a list that must not be empty nor longer than `most`.
  json::array list(const json::value* value, size_t most, const std::string& what) {
    const json::array* array = value == nullptr ? nullptr : value->if_array();
    if (array == nullptr || array->empty()) {
      add(what + " must be a non-empty list");
      return {};
    }
    if (array->size() > most) add("no more than " + std::to_string(most) + " " + what + " allowed");
    return *array;
  }

  void blocks(const json::value* value, size_t most, Surface surface) {
    std::set<std::string> ids;
    for (const json::value& one : list(value, most, "blocks")) {
      const json::object* block = one.if_object();
      if (block == nullptr) {
        add("a block must be an object");
        continue;
      }
      if (const json::value* id = block->if_contains("block_id")) {
        text(id, 255, "block_id");
        if (!ids.insert(text_field(*block, "block_id")).second) add("block_id is not unique");
      }
      check_block(*block, surface);
    }
  }

  void option(const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr) return add("an option must be an object");
    text_object(object->if_contains("text"), kOptionText, "option text", Kinds::kPlain);
    text(object->if_contains("value"), kOptionValue, "option value");
  }

  void options(const json::value* value) {
    for (const json::value& one : list(value, kOptions, "options")) option(one);
  }

  void option_groups(const json::value* value) {
    for (const json::value& one : list(value, kOptionGroups, "option_groups")) {
      const json::object* group = one.if_object();
      if (group == nullptr) {
        add("an option group must be an object");
        continue;
      }
      text_object(group->if_contains("label"), kOptionText, "group label", Kinds::kPlain);
      options(group->if_contains("options"));
    }
  }

 private:
  void check_block(const json::object& block, Surface surface) {
    const std::string kind = text_field(block, "type");
    if (kind == "section") return section(block);
    if (kind == "context") {
      for (const json::value& one : list(block.if_contains("elements"), 10, "context elements")) {
        text_object(&one, 3000, "context element", Kinds::kAny);
      }
      return;
    }
    if (kind == "actions") {
      for (const json::value& one : list(block.if_contains("elements"), 25, "actions elements")) {
        element(one);
      }
      return;
    }
    if (kind == "input") {
      if (surface == Surface::kMessage) add("input blocks are not allowed in messages");
      return input(block);
    }
    if (kind == "header") {
      return text_object(block.if_contains("text"), 150, "header", Kinds::kPlain);
    }
    if (kind != "divider") add("unsupported block type " + kind);
  }

  void section(const json::object& block) {
    const json::value* text_value = block.if_contains("text");
    const json::value* fields = block.if_contains("fields");
    if (text_value == nullptr && fields == nullptr) add("a section needs text or fields");
    if (text_value != nullptr) text_object(text_value, 3000, "section text", Kinds::kAny);
    if (fields != nullptr) {
      for (const json::value& one : list(fields, 10, "fields")) {
        text_object(&one, 2000, "field", Kinds::kAny);
      }
    }
    if (const json::value* accessory = block.if_contains("accessory")) element(*accessory);
  }

  void input(const json::object& block) {
    text_object(block.if_contains("label"), 2000, "label", Kinds::kPlain);
    if (const json::value* hint = block.if_contains("hint")) {
      text_object(hint, 2000, "hint", Kinds::kPlain);
    }
    const json::value* value = block.if_contains("element");
    const json::object* object = value == nullptr ? nullptr : value->if_object();
    const std::string kind = object == nullptr ? "" : text_field(*object, "type");
    if (std::ranges::find(kInputElements, kind) == kInputElements.end()) {
      return add("an input block needs an input element");
    }
    element(*value);
  }

  void element(const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr) return add("an element must be an object");
    text(object->if_contains("action_id"), 255, "action_id");
    if (const json::value* placeholder = object->if_contains("placeholder")) {
      text_object(placeholder, 150, "placeholder", Kinds::kPlain);
    }
    const std::string kind = text_field(*object, "type");
    if (kind == "button") return button(*object);
    if (kind == "static_select") return static_select(*object);
    if (kind == "external_select") return external_select(*object);
    if (kind == "plain_text_input") return text_input(*object);
  }

  void button(const json::object& object) {
    text_object(object.if_contains("text"), 75, "button text", Kinds::kPlain);
    if (const json::value* value = object.if_contains("value")) text(value, 2000, "button value");
    if (const json::value* url = object.if_contains("url")) text(url, 3000, "button url");
    const std::string style = text_field(object, "style");
    if (object.contains("style") && style != "primary" && style != "danger") {
      add("button style must be primary or danger");
    }
  }

  void static_select(const json::object& object) {
    const json::value* plain = object.if_contains("options");
    const json::value* groups = object.if_contains("option_groups");
    if ((plain == nullptr) == (groups == nullptr)) {
      return add("a static_select has either options or option_groups");
    }
    if (plain != nullptr) options(plain);
    if (groups != nullptr) option_groups(groups);
    const json::value* initial = object.if_contains("initial_option");
    if (initial == nullptr) return;
    const json::array choices = options_of(object);
    if (std::ranges::find(choices, *initial) == choices.end()) {
      add("initial_option must be one of the options");
    }
  }

  void external_select(const json::object& object) {
    if (object.contains("options") || object.contains("option_groups")) {
      add("an external_select has no options of its own");
    }
    if (const json::value* initial = object.if_contains("initial_option")) option(*initial);
  }

  void text_input(const json::object& object) {
    const size_t most = most_characters(object);
    if (most > kLongInput) add("max_length must be less than 3001");
    if (wire::slack::length_utf16(text_field(object, "initial_value")) > most) {
      add("initial_value is longer than max_length");
    }
  }
};

}  // namespace

MessageVerdict judge_message(const json::object& message, size_t text_limit) {
  const std::string text = text_field(message, "text");
  const json::value* blocks = message.if_contains("blocks");
  if (wire::slack::length_utf16(text) > text_limit) return {"msg_too_long", {}};
  if (text.empty() && (blocks == nullptr || is_empty_list(*blocks))) return {"no_text", {}};
  if (const json::value* value = message.if_contains("metadata")) {
    const json::object* metadata = value->if_object();
    const bool valid = metadata != nullptr && metadata->size() == 2 &&
                       metadata->contains("event_type") && object_field(*metadata, "event_payload");
    if (!valid) return {"invalid_metadata_format", {}};
  }
  Checker checker;
  if (blocks != nullptr && !is_empty_list(*blocks)) {
    checker.blocks(blocks, kMessageBlocks, Surface::kMessage);
  }
  return {checker.problems.empty() ? "" : "invalid_blocks", checker.problems};
}

Problems problems_of_view(const json::object& view) {
  Checker checker;
  const std::string kind = text_field(view, "type");
  if (kind != "modal" && kind != "home") return {"view type must be modal or home"};
  checker.blocks(view.if_contains("blocks"), kViewBlocks, Surface::kView);
  const auto at_most = [&](string_view name, size_t limit) {
    if (wire::slack::length_utf16(text_field(view, name)) > limit) {
      checker.add(std::string(name) + " must be less than " + std::to_string(limit + 1) +
                  " characters");
    }
  };
  at_most("private_metadata", 3000);
  at_most("callback_id", 255);
  if (kind == "home") return checker.problems;
  checker.text_object(view.if_contains("title"), 24, "title", Kinds::kPlain);
  for (const char* name : {"submit", "close"}) {
    if (const json::value* label = view.if_contains(name)) {
      checker.text_object(label, 24, name, Kinds::kPlain);
    }
  }
  if (!inputs_of(view).empty() && !view.contains("submit")) {
    checker.add("a modal with input blocks needs submit");
  }
  return checker.problems;
}

bool is_view_too_large(const json::object& view) {
  return json::serialize(view).size() > kViewBytes;
}

Problems problems_of_options(const json::object& answer) {
  Checker checker;
  const json::value* plain = answer.if_contains("options");
  const json::value* groups = answer.if_contains("option_groups");
  if ((plain == nullptr) == (groups == nullptr)) {
    return {"an answer holds options or option_groups"};
  }
  // No match is an empty list here, unlike in a menu of its own.
  if (plain != nullptr && !is_empty_list(*plain)) checker.options(plain);
  if (groups != nullptr && !is_empty_list(*groups)) checker.option_groups(groups);
  return checker.problems;
}

}  // namespace elevator::sandbox::slack
