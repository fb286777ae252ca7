#include "wire/slack/payload.h"

#include <boost/json.hpp>

namespace elevator::wire::slack {
namespace {

namespace json = boost::json;

std::string dotted(Path path) {
  std::string joined;
  for (const std::string_view name : path) {
    if (!joined.empty()) joined += '.';
    joined += name;
  }
  return joined;
}

}  // namespace

const json::value* value_at(const json::value& root, Path path) {
  const json::value* current = &root;
  for (const std::string_view name : path) {
    const auto* object = current->if_object();
    current = object ? object->if_contains(json::string_view(name.data(), name.size())) : nullptr;
    if (current == nullptr || current->is_null()) return nullptr;
  }
  return current;
}

base::Result<std::optional<std::string>> optional_text(const json::value& root, Path path,
                                                       size_t limit) {
  const json::value* value = value_at(root, path);
  if (value == nullptr) return std::optional<std::string>();
  const auto* text = value->if_string();
  if (text == nullptr) return base::invalid("Slack payload: " + dotted(path) + " is not text");
  if (text->size() > limit) return base::invalid("Slack payload: " + dotted(path) + " is too long");
  return std::optional<std::string>(std::string(text->data(), text->size()));
}

base::Result<std::string> required_text(const json::value& root, Path path, size_t limit) {
  TRY(auto text, optional_text(root, path, limit));
  if (!text) return base::invalid("Slack payload: " + dotted(path) + " is missing");
  return *std::move(text);
}

base::Result<json::value> parse_object(std::string_view text, size_t limit) {
  if (text.size() > limit) return base::invalid("Slack payload: larger than we accept");
  json::parse_options options;
  options.max_depth = 64;
  json::error_code failure;
  auto value = json::parse(json::string_view(text.data(), text.size()), failure, {}, options);
  if (failure) return base::invalid("Slack payload: not JSON: " + failure.message());
  if (!value.is_object()) return base::invalid("Slack payload: not a JSON object");
  return value;
}

}  // namespace elevator::wire::slack
