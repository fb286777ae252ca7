// Reader: a JSON value with its path. Reads fields by name and writes down everything that is
// wrong, so that a decoder is a list of fields and one look at the problems at the end:
//
//   Problems problems;
//   Reader r(value, problems);
//   Account account{
//       .id = r.required_as("id", AccountId::parse),        // std::optional<AccountId>
//       .name = r.required_string("name"),
//       .age = r.optional_int("age", 0, 150)};
//   for (const Reader& tag : r.optional_array("tags")) use(tag.required_string("key"));
//   r.report_unknown_keys();                                 // strict; leave it out to be lenient
//   TRY_VOID(problems.status());
//
// A missing or wrong field leaves an empty value behind and reading goes on. "optional" fields may
// be absent or null. The value and the problems must outlive the reader. Not thread-safe.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "codec/problem.h"

namespace elevator::codec {

class Reader {
 public:
  Reader(const boost::json::value& value, Problems& problems, std::string path = {})
      : value_(&value), problems_(&problems), path_(std::move(path)) {}
  Reader(const boost::json::value&&, Problems&, std::string = {}) = delete;

  const boost::json::value& value() const { return *value_; }
  const std::string& path() const { return path_; }
  void problem(std::string message) const { problems_->add(path_, std::move(message)); }
  void problem_at(std::string_view key, std::string message) const {
    problems_->add(path_of(key), std::move(message));
  }

  // The value itself. Empty, and a problem, when it is of another type.
  std::string string() const;
  std::optional<std::int64_t> integer(
      std::int64_t least = std::numeric_limits<std::int64_t>::min(),
      std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  std::optional<bool> boolean() const;
  std::optional<double> number() const;
  std::vector<Reader> elements() const;                         // of an array
  std::vector<std::string> strings() const;                     // an array of texts
  std::vector<std::pair<std::string, Reader>> members() const;  // of an object, as a map
  bool expect_object() const;

  // The fields of an object. A value that is not an object is one problem, told at the first
  // access; its fields then read as absent without further problems.
  bool has(std::string_view key) const;                     // present and not null
  std::optional<Reader> field(std::string_view key) const;  // present, null included

  std::string required_string(std::string_view key) const;
  std::optional<std::string> optional_string(std::string_view key) const;
  std::string string_or(std::string_view key, std::string_view fallback) const;

  std::int64_t required_int(std::string_view key,
                            std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                            std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  std::optional<std::int64_t> optional_int(
      std::string_view key, std::int64_t least = std::numeric_limits<std::int64_t>::min(),
      std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;

  bool required_bool(std::string_view key) const;
  std::optional<bool> optional_bool(std::string_view key) const;
  bool bool_or(std::string_view key, bool fallback) const;

  base::TimePoint required_time(std::string_view key) const;  // RFC 3339
  std::optional<base::TimePoint> optional_time(std::string_view key) const;
  std::optional<base::Seconds> optional_duration(std::string_view key) const;

  Reader child(std::string_view key) const;  // when missing: every field reads as absent
  std::optional<Reader> optional_child(std::string_view key) const;
  std::vector<Reader> array(std::string_view key) const;
  std::vector<Reader> optional_array(std::string_view key) const;
  std::vector<std::string> string_array(std::string_view key) const;
  std::vector<std::string> optional_string_array(std::string_view key) const;

  // A text that `parse` (string_view -> Result<T>) turns into a T: every identifier type.
  template <typename Parse>
  auto required_as(std::string_view key, Parse parse) const;
  template <typename Parse>
  auto optional_as(std::string_view key, Parse parse) const;
  template <typename Parse>
  auto as(Parse parse) const;

  // One of a few names.
  template <typename Enum>
  using Names = std::initializer_list<std::pair<std::string_view, Enum>>;
  template <typename Enum>
  std::optional<Enum> required_enum(std::string_view key, Names<Enum> names) const;
  template <typename Enum>
  std::optional<Enum> optional_enum(std::string_view key, Names<Enum> names) const;

  // Every key that no call above has asked this reader for. Copies of a reader do not share what
  // was asked.
  void report_unknown_keys() const;

 private:
  const boost::json::value* find(std::string_view key) const;
  std::optional<Reader> present(std::string_view key, bool required) const;
  std::string path_of(std::string_view key) const;
  void expected(std::string_view what) const;
  template <typename Enum>
  std::optional<Enum> as_enum(Names<Enum> names) const;

  const boost::json::value* value_;
  Problems* problems_;
  std::string path_;
  mutable std::vector<std::string_view> asked_{};
  mutable bool complained_ = false;
};

// "5", "\"text\"", "null", "an object", "a list": for messages, never long.
std::string describe(const boost::json::value& value);

template <typename Parse>
auto Reader::as(Parse parse) const {
  using Parsed = std::decay_t<decltype(*parse(std::string_view()))>;
  std::optional<Parsed> result;
  if (!value_->is_string()) {
    expected("text");
    return result;
  }
  const auto& text = value_->get_string();
  auto parsed = parse(std::string_view(text.data(), text.size()));
  if (parsed) {
    result = *std::move(parsed);
  } else {
    problem(parsed.error().message);
  }
  return result;
}

template <typename Parse>
auto Reader::required_as(std::string_view key, Parse parse) const {
  const std::optional<Reader> reader = present(key, true);
  return reader ? reader->as(parse) : decltype(reader->as(parse))();
}

template <typename Parse>
auto Reader::optional_as(std::string_view key, Parse parse) const {
  const std::optional<Reader> reader = present(key, false);
  return reader ? reader->as(parse) : decltype(reader->as(parse))();
}

template <typename Enum>
std::optional<Enum> Reader::as_enum(Names<Enum> names) const {
  if (!value_->is_string()) {
    expected("text");
    return std::nullopt;
  }
  std::string choices;
  for (const auto& [name, enumerator] : names) {
    const auto& text = value_->get_string();
    if (std::string_view(text.data(), text.size()) == name) return enumerator;
    choices += (choices.empty() ? "" : ", ") + std::string(name);
  }
  problem(describe(*value_) + " is not one of " + choices);
  return std::nullopt;
}

template <typename Enum>
std::optional<Enum> Reader::required_enum(std::string_view key, Names<Enum> names) const {
  const std::optional<Reader> reader = present(key, true);
  return reader ? reader->template as_enum<Enum>(names) : std::nullopt;
}

template <typename Enum>
std::optional<Enum> Reader::optional_enum(std::string_view key, Names<Enum> names) const {
  const std::optional<Reader> reader = present(key, false);
  return reader ? reader->template as_enum<Enum>(names) : std::nullopt;
}

}  // namespace elevator::codec
