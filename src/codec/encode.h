// Helpers to build JSON objects whose keys keep their order, leaving out what is absent:
//
//   boost::json::object object;
//   put(object, "id", request.id);                 // ids, e-mails, texts, numbers, bools
//   put(object, "deadline", grant.deadline);       // times as RFC 3339, durations as ISO 8601
//   put(object, "reason", request.reason);         // std::optional: left out when empty
//   put(object, "approvers", decision.approvers);  // any range of the above
#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <optional>
#include <ranges>
#include <string_view>

#include "base/time.h"

namespace elevator::codec {

inline boost::json::value encode(std::string_view text) { return boost::json::string(text); }
inline boost::json::value encode(const char* text) { return boost::json::string(text); }
inline boost::json::value encode(boost::json::value value) { return value; }
inline boost::json::value encode(base::TimePoint time) { return encode(base::to_rfc3339(time)); }
inline boost::json::value encode(base::Seconds duration) {
  return encode(base::to_iso8601_duration(duration));
}

template <std::same_as<bool> T>
boost::json::value encode(T flag) {
  return flag;
}

template <std::integral T>
  requires(!std::same_as<T, bool>)
boost::json::value encode(T number) {
  return static_cast<std::int64_t>(number);
}

// Everything that shows itself as text by view(): identifiers and e-mail addresses.
template <typename T>
  requires requires(const T& id) {
    { id.view() } -> std::same_as<std::string_view>;
  }
boost::json::value encode(const T& id) {
  return encode(id.view());
}

template <std::ranges::input_range Range>
  requires(!std::convertible_to<Range, std::string_view> &&
           !std::convertible_to<Range, boost::json::value>)
boost::json::value encode(const Range& range) {
  boost::json::array array;
  for (const auto& item : range) array.push_back(encode(item));
  return array;
}

template <typename T>
void put(boost::json::object& object, std::string_view key, const T& value) {
  object.insert_or_assign(key, encode(value));
}

template <typename T>
void put(boost::json::object& object, std::string_view key, const std::optional<T>& value) {
  if (value) put(object, key, *value);
}

}  // namespace elevator::codec
