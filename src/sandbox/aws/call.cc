#include "sandbox/aws/call.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <charconv>

#include "base/crypto.h"
#include "codec/text.h"

namespace elevator::sandbox::aws {
namespace {

namespace json = boost::json;

const json::object& no_fields() {
  static const json::object kNothing;
  return kNothing;
}

// AWS names members with a small first letter in these messages.
std::string member_name(std::string_view key) {
  std::string name(key);
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') {
    name[0] = static_cast<char>(name[0] - 'A' + 'a');
  }
  return name;
}

Refusal bad_member(std::string_view key, std::string_view value, std::string_view constraint) {
  return validation(fmt::format(
      "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}",
      value.substr(0, 200), member_name(key), constraint));
}

Refusal missing(std::string_view key) {
  return validation(fmt::format(
      "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must "
      "not be null",
      member_name(key)));
}

// What JSON of the wrong type gets.
Refusal wrong_type(std::string_view key) {
  return {"SerializationException", fmt::format("{} is of the wrong type", key)};
}

struct Token {
  int page = 1;
  std::string listing;
  std::string after;
};

std::optional<Token> parse_token(std::string_view text) {
  const auto bytes = base::from_base64(text);
  if (!bytes) return std::nullopt;
  const size_t first = bytes->find('\n');
  const size_t second = first == std::string::npos ? first : bytes->find('\n', first + 1);
  if (second == std::string::npos) return std::nullopt;
  Token token;
  const auto parsed = std::from_chars(bytes->data(), bytes->data() + first, token.page);
  if (parsed.ec != std::errc() || parsed.ptr != bytes->data() + first) return std::nullopt;
  token.listing = bytes->substr(first + 1, second - first - 1);
  token.after = bytes->substr(second + 1);
  return token;
}

}  // namespace

const json::value* Call::find(std::string_view key) const {
  const json::value* value = body_->if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Answer<std::string> Call::text(std::string_view key, Valid valid) const {
  if (find(key) == nullptr) return missing(key);
  TRY(auto result, optional_text(key, valid));
  if (result.empty()) {
    return bad_member(key, "", "Member must have length greater than or equal to 1");
  }
  return result;
}

Answer<std::string> Call::optional_text(std::string_view key, Valid valid) const {
  const json::value* value = find(key);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return wrong_type(key);
  std::string result(value->get_string());
  if (valid != nullptr && !valid(result)) {
    return bad_member(key, result, "Member must satisfy the pattern of its type");
  }
  return result;
}

Answer<Call> Call::child(std::string_view key) const {
  const json::value* value = find(key);
  if (value == nullptr) return Call(operation_, no_fields(), now_, *settings_);
  if (!value->is_object()) return wrong_type(key);
  return Call(operation_, value->get_object(), now_, *settings_);
}

Answer<std::vector<std::string>> Call::texts(std::string_view key, size_t least,
                                             size_t most) const {
  const json::value* value = find(key);
  if (value == nullptr && least > 0) return missing(key);
  std::vector<std::string> result;
  if (value == nullptr) return result;
  if (!value->is_array()) return wrong_type(key);
  for (const json::value& element : value->get_array()) {
    if (!element.is_string()) return wrong_type(key);
    result.emplace_back(element.get_string());
  }
  if (result.size() < least || result.size() > most) {
    return bad_member(key, "[...]",
                      fmt::format("Member must have between {} and {} entries", least, most));
  }
  return result;
}

Answer<std::vector<Call>> Call::children(std::string_view key, size_t most) const {
  const json::value* value = find(key);
  std::vector<Call> result;
  if (value == nullptr) return result;
  if (!value->is_array()) return wrong_type(key);
  for (const json::value& element : value->get_array()) {
    if (!element.is_object()) return wrong_type(key);
    result.emplace_back(operation_, element.get_object(), now_, *settings_);
  }
  if (result.size() > most) {
    return bad_member(key, "[...]",
                      fmt::format("Member must have length less than or equal to {}", most));
  }
  return result;
}

Answer<std::int64_t> Call::number(std::string_view key, std::int64_t least, std::int64_t most,
                                  std::int64_t fallback) const {
  const json::value* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_int64()) return wrong_type(key);
  const std::int64_t number = value->get_int64();
  if (number < least) {
    return bad_member(key, std::to_string(number),
                      fmt::format("Member must have value greater than or equal to {}", least));
  }
  if (number > most) {
    return bad_member(key, std::to_string(number),
                      fmt::format("Member must have value less than or equal to {}", most));
  }
  return number;
}

std::string Call::listing() const {
  json::object parameters = *body_;
  parameters.erase("NextToken");
  parameters.erase("MaxResults");
  return base::sha256_hex(fmt::format("{} {}", operation_, codec::to_json_text(parameters)))
      .substr(0, 16);
}

Answer<PageStart> page_start(const Call& call, size_t most) {
  const auto limit = static_cast<std::int64_t>(most);
  TRY(const std::int64_t size, call.number("MaxResults", 1, limit, limit));
  PageStart start{.after = {}, .page = 1, .size = static_cast<size_t>(size)};
  if (call.settings().page_size > 0) start.size = std::min(start.size, call.settings().page_size);
  TRY(const std::string text, call.optional_text("NextToken"));
  if (text.empty()) return start;
  auto token = parse_token(text);
  if (!token || token->listing != call.listing()) return validation("NextToken is invalid.");
  start.after = std::move(token->after);
  start.page = token->page;
  return start;
}

std::string next_token(const Call& call, const PageStart& start, std::string_view last_key) {
  return base::to_base64(fmt::format("{}\n{}\n{}", start.page + 1, call.listing(), last_key));
}

int page_number(const json::object& body) {
  const json::value* value = body.if_contains("NextToken");
  if (value == nullptr || !value->is_string()) return 1;
  const auto token = parse_token(std::string_view(value->get_string()));
  return token ? token->page : 1;
}

}  // namespace elevator::sandbox::aws
