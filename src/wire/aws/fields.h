// The two visitors behind encode() and decode(). Included by the .cc files of messages only.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "codec/problem.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "wire/aws/message.h"

namespace elevator::wire::aws {

template <typename T>
inline constexpr bool kIsList = false;
template <typename T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsMap = false;
template <typename T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;

class FieldReader {
 public:
  explicit FieldReader(const codec::Reader& reader) : reader_(reader) {}

  void operator()(std::string_view key, std::string& text) { text = reader_.required_string(key); }
  void operator()(std::string_view key, bool& flag) { flag = reader_.required_bool(key); }
  void operator()(std::string_view key, std::int64_t& number) {
    number = reader_.required_int(key);
  }
  template <typename T>
  void operator()(std::string_view key, std::optional<T>& value) {
    if (!reader_.has(key)) return;
    (*this)(key, value.emplace());
  }
  template <typename T>
  void operator()(std::string_view key, std::vector<T>& list) {
    for (const codec::Reader& element : reader_.array(key)) list.push_back(read<T>(element));
  }
  template <typename Message>
  void operator()(std::string_view key, Message& message) {
    if (!reader_.has(key)) {
      reader_.problem_at(key, "missing");
      return;
    }
    message = read<Message>(reader_.child(key));
  }

  template <typename T>
  static T read(const codec::Reader& reader) {
    if constexpr (std::is_same_v<T, std::string>) {
      return reader.string();
    } else if constexpr (kIsList<T>) {
      T list;
      for (const codec::Reader& element : reader.elements()) {
        list.push_back(read<typename T::value_type>(element));
      }
      return list;
    } else if constexpr (kIsMap<T>) {
      T map;
      for (const auto& [key, member] : reader.members()) {
        map.emplace(key, read<typename T::mapped_type>(member));
      }
      return map;
    } else {
      T message{};
      if (!reader.expect_object()) return message;
      FieldReader fields(reader);
      T::fields(fields, message);
      return message;
    }
  }

 private:
  const codec::Reader& reader_;
};

class FieldWriter {
 public:
  explicit FieldWriter(boost::json::object& object) : object_(object) {}

  template <typename T>
  void operator()(std::string_view key, const T& value) {
    object_.emplace(key, write(value));
  }
  template <typename T>
  void operator()(std::string_view key, const std::optional<T>& value) {
    if (value) object_.emplace(key, write(*value));
  }

  static boost::json::value write(const std::string& text) { return boost::json::string(text); }
  static boost::json::value write(bool flag) { return flag; }
  static boost::json::value write(std::int64_t number) { return number; }
  template <typename T>
  static boost::json::value write(const std::vector<T>& list) {
    boost::json::array array;
    for (const T& element : list) array.push_back(write(element));
    return array;
  }
  template <typename T>
  static boost::json::value write(const std::map<std::string, T>& map) {
    boost::json::object object;
    for (const auto& [key, member] : map) object.emplace(key, write(member));
    return object;
  }
  template <typename Message>
    requires std::is_class_v<Message>
  static boost::json::value write(const Message& message) {
    boost::json::object object;
    FieldWriter fields(object);
    Message::fields(fields, message);
    return object;
  }

 private:
  boost::json::object& object_;
};

template <typename Message>
std::string encode(const Message& message) {
  return codec::to_json_text(FieldWriter::write(message));
}

template <typename Message>
base::Result<Message> decode(std::string_view text) {
  // An empty body is what AWS sends for an operation without output.
  auto parsed = codec::parse_json(text.empty() ? "{}" : text);
  if (!parsed) {
    return base::corrupt("a reply of AWS is not JSON: " + parsed.error().message);
  }
  codec::Problems problems;
  Message message = FieldReader::read<Message>(codec::Reader(*parsed, problems));
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return message;
}

// Both directions of both sides of an operation.
#define ELEVATOR_AWS_MESSAGE(Message)          \
  template std::string encode(const Message&); \
  template base::Result<Message> decode(std::string_view)
#define ELEVATOR_AWS_OPERATION(Name)   \
  ELEVATOR_AWS_MESSAGE(Name::Request); \
  ELEVATOR_AWS_MESSAGE(Name::Response)

}  // namespace elevator::wire::aws
