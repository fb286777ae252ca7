#include "wire/slack/form_values.h"

#include <boost/json.hpp>

#include "wire/slack/names.h"
#include "wire/slack/payload.h"

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;
using std::string_view;

constexpr size_t kMaxBlocks = 100;

bool is_block(string_view id, string_view name) {
  return id == name || (id.starts_with(name) && id.substr(name.size()).starts_with(':'));
}

// The whole block id of an input, with its suffix.
std::optional<std::string> find_block(const json::value& view, string_view name) {
  const json::value* values = value_at(view, {"state", "values"});
  if (values == nullptr || !values->is_object()) return std::nullopt;
  for (const auto& entry : values->get_object()) {
    const string_view id(entry.key().data(), entry.key().size());
    if (is_block(id, name)) return std::string(id.substr(0, 255));
  }
  return std::nullopt;
}

// The state of one input, whatever the suffix of its block id: {"type":...,"value":...}.
const json::value* find_input(const json::value& view, string_view name, string_view action_id) {
  const json::value* values = value_at(view, {"state", "values"});
  if (values == nullptr || !values->is_object()) return nullptr;
  for (const auto& entry : values->get_object()) {
    if (is_block({entry.key().data(), entry.key().size()}, name)) {
      return value_at(entry.value(), {action_id});
    }
  }
  return nullptr;
}

base::Result<std::optional<std::string>> chosen(const json::value& view, string_view name,
                                                string_view action_id) {
  const json::value* input = find_input(view, name, action_id);
  if (input == nullptr) return std::optional<std::string>();
  return optional_text(*input, {"selected_option", "value"});
}

base::Result<std::string> typed(const json::value& view, string_view name, string_view action_id) {
  const json::value* input = find_input(view, name, action_id);
  if (input == nullptr) return std::string();
  TRY(auto text, optional_text(*input, {"value"}, kMaxText));
  return text.value_or("");
}

// A datetimepicker gives seconds since 1970; anything outside of 1970 to 9999 is refused.
base::Result<std::optional<base::TimePoint>> chosen_time(const json::value& view, string_view name,
                                                         string_view action_id) {
  const json::value* input = find_input(view, name, action_id);
  const json::value* time = input ? value_at(*input, {"selected_date_time"}) : nullptr;
  if (time == nullptr) return std::optional<base::TimePoint>();
  constexpr std::int64_t kEndOf9999 = 253'402'300'799;
  if (!time->is_int64() || time->get_int64() < 0 || time->get_int64() > kEndOf9999) {
    return base::invalid("Slack payload: the start is not a time");
  }
  return std::optional(base::TimePoint(base::Seconds(time->get_int64())));
}

template <typename T>
base::Result<std::optional<T>> parsed(base::Result<std::optional<std::string>> text) {
  if (!text) return std::move(text).error();
  if (!*text) return std::optional<T>();
  TRY(auto value, T::parse(**text));
  return std::optional<T>(std::move(value));
}

string_view trim(string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// "1d 0h 30m", as the existing product writes durations.
std::optional<base::Seconds> parse_old_duration(string_view text) {
  base::Seconds total{0};
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits > 5 || digits == string_view::npos) return std::nullopt;
    const int number = std::stoi(std::string(text.substr(0, digits)));
    switch (text[digits]) {
      case 'd':
        total += base::hours(24 * number);
        break;
      case 'h':
        total += base::hours(number);
        break;
      case 'm':
        total += base::minutes(number);
        break;
      default:
        return std::nullopt;
    }
    text.remove_prefix(digits + 1);
  }
  if (total == base::Seconds(0)) return std::nullopt;
  return total;
}

std::string unescape(string_view text) {
  std::string plain;
  while (!text.empty()) {
    bool replaced = false;
    for (const auto& [entity, character] :
         {std::pair<string_view, char>{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}}) {
      if (!text.starts_with(entity)) continue;
      plain += character;
      text.remove_prefix(entity.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    plain += text.front();
    text.remove_prefix(1);
  }
  return plain;
}

template <typename T>
std::optional<T> id_after_hash(string_view text) {
  const size_t hash = text.rfind('#');
  if (hash == string_view::npos) return std::nullopt;
  const auto id = T::parse(trim(text.substr(hash + 1)));
  return id ? std::optional<T>(*id) : std::nullopt;
}

void read_old_field(string_view text, Suggestion& suggestion) {
  const size_t colon = text.find(": ");
  if (colon == string_view::npos) return;
  const string_view key = text.substr(0, colon);
  const string_view value = trim(text.substr(colon + 2));
  auto& form = suggestion.values;
  if (key == "Requester" && value.starts_with("<@") && value.ends_with(">")) {
    const auto user = domain::SlackUserId::parse(value.substr(2, value.size() - 3));
    if (user) suggestion.requester = *user;
  } else if (key == "Account") {
    form.account = id_after_hash<domain::AccountId>(value);
  } else if (key == "Group") {
    form.group = id_after_hash<domain::GroupId>(value);
    suggestion.kind = RequestKind::kGroup;
  } else if (key == "Role name") {
    const auto name = domain::PermissionSetName::parse(unescape(value));
    if (name) form.permission_set = *name;
  } else if (key == "Reason") {
    form.reason = unescape(value);
  } else if (key == "Permission duration") {
    form.duration = parse_old_duration(value);
  }
}

}  // namespace

base::Result<FormValues> read_form_values(const json::value& view) {
  FormValues values;
  TRY(values.account, parsed<domain::AccountId>(chosen(view, block::kAccount, action::kAccount)));
  TRY(values.permission_set, parsed<domain::PermissionSetName>(
                                 chosen(view, block::kPermissionSet, action::kPermissionSet)));
  TRY(values.group, parsed<domain::GroupId>(chosen(view, block::kGroup, action::kGroup)));
  TRY(const auto duration, chosen(view, block::kDuration, action::kDuration));
  if (duration) {
    TRY(values.duration, base::parse_duration(*duration));
  }
  TRY(values.start, chosen_time(view, block::kStart, action::kStart));
  TRY(const std::string reason, typed(view, block::kReason, action::kReason));
  values.reason = std::string(trim(reason));
  TRY(const std::string search, typed(view, block::kAccountSearch, action::kAccountSearch));
  values.account_search = std::string(trim(search));
  return values;
}

std::string target_block(const json::value& view, RequestKind kind) {
  const string_view menu = kind == RequestKind::kAccount ? block::kAccount : block::kGroup;
  for (const string_view name : {menu, block::kAccountSearch}) {
    if (const auto id = find_block(view, name)) return *id;
  }
  return std::string(block::kReason);
}

std::string permission_set_block(const json::value& view, RequestKind kind) {
  return find_block(view, block::kPermissionSet).value_or(target_block(view, kind));
}

Suggestion read_old_message(const json::value& message) {
  Suggestion suggestion;
  const json::value* blocks = value_at(message, {"blocks"});
  if (blocks == nullptr || !blocks->is_array()) return suggestion;
  size_t seen = 0;
  for (const json::value& block : blocks->get_array()) {
    if (++seen > kMaxBlocks) break;
    const auto id = optional_text(block, {"block_id"});
    const json::value* fields = value_at(block, {"fields"});
    if (!id || *id != block::kContent || fields == nullptr || !fields->is_array()) continue;
    for (const json::value& field : fields->get_array()) {
      const auto text = optional_text(field, {"text"}, kMaxText);
      if (!text || !*text || suggestion.fields.size() >= 10) continue;
      suggestion.fields.push_back(**text);
      read_old_field(**text, suggestion);
    }
  }
  return suggestion;
}

bool has_old_buttons(const json::value& message) {
  const json::value* blocks = value_at(message, {"blocks"});
  if (blocks == nullptr || !blocks->is_array()) return false;
  for (const json::value& block : blocks->get_array()) {
    const json::value* elements = value_at(block, {"elements"});
    if (elements == nullptr || !elements->is_array()) continue;
    for (const json::value& element : elements->get_array()) {
      const auto id = optional_text(element, {"action_id"});
      const auto value = optional_text(element, {"value"});
      if (id && value && *id && *id == *value && **id == action::kApprove) return true;
    }
  }
  return false;
}

}  // namespace elevator::wire::slack
