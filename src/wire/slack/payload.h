// Reading Slack's JSON: values by path, with type and size checked. Absent and null are the same.
#pragma once

#include <boost/json/value.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::wire::slack {

using Path = std::initializer_list<std::string_view>;

inline constexpr size_t kMaxText = 3000 * 4;  // Slack's longest input, in bytes of UTF-8
inline constexpr size_t kMaxShortText = 1024;

// The value at `path`, or nullptr when it is absent or null or something on the way is no object.
const boost::json::value* value_at(const boost::json::value& root, Path path);

// Refuses another type and more than `limit` bytes.
base::Result<std::optional<std::string>> optional_text(const boost::json::value& root, Path path,
                                                       size_t limit = kMaxShortText);
base::Result<std::string> required_text(const boost::json::value& root, Path path,
                                        size_t limit = kMaxShortText);

// Refuses JSON that is not an object, is nested too deeply or is larger than `limit`.
base::Result<boost::json::value> parse_object(std::string_view json, size_t limit);

template <typename T>
base::Result<std::optional<T>> optional_id(const boost::json::value& root, Path path) {
  TRY(const auto text, optional_text(root, path));
  if (!text || text->empty()) return std::optional<T>();
  TRY(auto id, T::parse(*text));
  return std::optional<T>(std::move(id));
}

template <typename T>
base::Result<T> required_id(const boost::json::value& root, Path path) {
  TRY(const auto text, required_text(root, path));
  return T::parse(text);
}

}  // namespace elevator::wire::slack
