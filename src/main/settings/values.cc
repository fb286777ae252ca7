#include "main/settings/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/lower_case.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "main/settings/table.h"

namespace elevator::settings {
namespace {

namespace json = boost::json;

std::string trimmed_lower(std::string_view text) {
  const auto blank = [](unsigned char c) { return std::isspace(c) != 0; };
  while (!text.empty() && blank(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && blank(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return base::lower_ascii(text);
}

std::optional<bool> parse_bool(std::string_view text) {
  const std::string word = trimmed_lower(text);
  for (const auto* yes : {"true", "1", "yes", "on", "y", "t"}) {
    if (word == yes) return true;
  }
  for (const auto* no : {"false", "0", "no", "off", "n", "f"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

// "15", " 15 " and "15.0", as the existing product reads them; not "1.5", "1e2" or "".
std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::string word = trimmed_lower(text);
  if (const size_t dot = word.find('.'); dot != std::string::npos) {
    if (word.find_first_not_of('0', dot + 1) != std::string::npos) return std::nullopt;
    word.resize(dot);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

}  // namespace

const Values::Given* Values::find(std::string_view name) const {
  CHECK_THAT(settings::find(name) != nullptr, "a setting that is read is in the table");
  const auto found = given_.find(name);
  return found == given_.end() ? nullptr : &found->second;
}

std::string Values::where(std::string_view name) const {
  const Given* given = find(name);
  return fmt::format("{}{}", name, given && given->from_file ? " (in the file)" : "");
}

void Values::problem(std::string_view name, const std::string& what) {
  problems_.push_back(where(name) + ": " + what);
}

void Values::wrong(std::string_view name, const std::string& expected) {
  constexpr size_t kLongestShown = 80;
  const Given* given = find(name);
  // A token that was put into the wrong setting is a secret there, too.
  const bool is_token = given != nullptr && given->value.is_string() &&
                        view(given->value.get_string()).find("xox") != std::string_view::npos;
  const bool is_secret = is_token || settings::find(name)->type == Type::kSecret;
  std::string got;
  if (given != nullptr && !is_secret) {
    got = given->value.is_string() ? codec::to_json_text(given->value)
                                   : codec::describe(given->value);
    if (got.size() > kLongestShown) got = got.substr(0, kLongestShown) + "...";
    got = ", got " + got;
  }
  problem(name, "expected " + expected + got);
}

void Values::read_file(const std::string& text) {
  const auto document = codec::parse_document(text);
  if (!document) {
    problems_.push_back("configuration file: " + document.error().message);
    return;
  }
  if (document->is_null()) return;  // an empty file
  if (!document->is_object()) {
    problems_.push_back("configuration file: expected an object of settings, got " +
                        codec::describe(*document));
    return;
  }
  for (const auto& [key, value] : document->get_object()) {
    const std::string_view name(key.data(), key.size());
    const Setting* setting = settings::find(name);
    if (setting == nullptr) {
      problems_.push_back(
          fmt::format("configuration file: unknown key \"{}\"; docs/settings.md lists the settings",
                      name.substr(0, 80)));
    } else if (!given_.emplace(std::string(setting->name), Given{value, true}).second) {
      problems_.push_back(fmt::format("configuration file: {} appears twice", setting->name));
    }
  }
}

void Values::read_environment(const Environment& environment) {
  for (const auto& [name, value] : environment) {
    const Setting* setting = settings::find(name);
    if (setting == nullptr) continue;
    given_.insert_or_assign(std::string(setting->name), Given{json::string(value), false});
  }
}

bool Values::given(std::string_view name) const { return find(name) != nullptr; }

std::string Values::text(std::string_view name) {
  const Given* given = find(name);
  if (given == nullptr || given->value.is_null())
    return std::string(settings::find(name)->fallback);
  if (given->value.is_string()) return std::string(view(given->value.get_string()));
  if (given->value.is_int64()) return std::to_string(given->value.get_int64());
  if (given->value.is_bool()) return given->value.get_bool() ? "true" : "false";
  wrong(name, "text");
  return std::string(settings::find(name)->fallback);
}

bool Values::boolean(std::string_view name) {
  if (const auto flag = parse_bool(text(name))) return *flag;
  wrong(name, "true or false");
  return *parse_bool(settings::find(name)->fallback);
}

std::int64_t Values::integer(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto number = parse_integer(text(name));
  if (number && *number >= least && *number <= most) return *number;
  wrong(name, fmt::format("a whole number from {} to {}", least, most));
  return *parse_integer(settings::find(name)->fallback);
}

std::optional<json::value> Values::document(std::string_view name) {
  const Given* given = find(name);
  if (given == nullptr || given->value.is_null()) return std::nullopt;
  if (!given->value.is_string()) return given->value;
  auto parsed = codec::parse_json(view(given->value.get_string()));
  if (parsed) return *std::move(parsed);
  wrong(name, "JSON (" + parsed.error().message + ")");
  return std::nullopt;
}

std::vector<std::string> Values::texts(std::string_view name) {
  std::vector<std::string> out;
  const auto list = document(name);
  if (!list) return out;
  if (!list->is_array()) {
    wrong(name, "a JSON list of texts like [\"a\", \"b\"]");
    return out;
  }
  for (const json::value& item : list->get_array()) {
    if (item.is_string()) {
      out.emplace_back(view(item.get_string()));
    } else {
      problem(name, "expected texts in the list, got " + codec::describe(item));
    }
  }
  return out;
}

}  // namespace elevator::settings
