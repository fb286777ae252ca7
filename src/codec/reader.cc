#include "codec/reader.h"

#include <algorithm>
#include <cmath>

#include "codec/text.h"

namespace elevator::codec {
namespace {

constexpr size_t kLongestQuote = 60;

std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }

// Cuts between characters, not inside one.
std::string shortened(std::string_view text) {
  if (text.size() <= kLongestQuote) return std::string(text);
  size_t end = kLongestQuote;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::optional<std::int64_t> exact_integer(const boost::json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) {
    const double number = value.get_double();
    constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double is not exact
    if (std::trunc(number) == number && std::abs(number) <= kExact) {
      return static_cast<std::int64_t>(number);
    }
  }
  return std::nullopt;
}

std::string range(std::int64_t least, std::int64_t most) {
  if (most == std::numeric_limits<std::int64_t>::max()) return std::to_string(least) + " or more";
  if (least == std::numeric_limits<std::int64_t>::min()) return std::to_string(most) + " or less";
  return std::to_string(least) + " to " + std::to_string(most);
}

const boost::json::value& null_value() {
  static const boost::json::value kNull = nullptr;
  return kNull;
}

}  // namespace

std::string describe(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::object:
      return "an object";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::string:
      return to_json_text(boost::json::string(shortened(view(value.get_string()))));
    case boost::json::kind::null:
    case boost::json::kind::bool_:
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return to_json_text(value);
  }
  return "something else";
}

void Reader::expected(std::string_view what) const {
  problem("expected " + std::string(what) + ", got " + describe(*value_));
}

std::string Reader::string() const {
  if (value_->is_string()) return std::string(view(value_->get_string()));
  expected("text");
  return {};
}

std::optional<std::int64_t> Reader::integer(std::int64_t least, std::int64_t most) const {
  const std::optional<std::int64_t> number = exact_integer(*value_);
  if (!number) {
    expected("a whole number");
    return std::nullopt;
  }
  if (*number < least || *number > most) {
    expected("a whole number, " + range(least, most));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Reader::boolean() const {
  if (value_->is_bool()) return value_->get_bool();
  expected("true or false");
  return std::nullopt;
}

std::optional<double> Reader::number() const {
  if (value_->is_number()) return value_->to_number<double>();
  expected("a number");
  return std::nullopt;
}

std::vector<Reader> Reader::elements() const {
  std::vector<Reader> readers;
  if (!value_->is_array()) {
    expected("a list");
    return readers;
  }
  for (const boost::json::value& item : value_->get_array()) {
    readers.emplace_back(item, *problems_, path_ + "[" + std::to_string(readers.size()) + "]");
  }
  return readers;
}

std::vector<std::string> Reader::strings() const {
  std::vector<std::string> texts;
  for (const Reader& element : elements()) texts.push_back(element.string());
  return texts;
}

std::vector<std::pair<std::string, Reader>> Reader::members() const {
  std::vector<std::pair<std::string, Reader>> result;
  if (!expect_object()) return result;
  for (const auto& member : value_->get_object()) {
    result.emplace_back(std::string(member.key()),
                        Reader(member.value(), *problems_, path_of(member.key())));
  }
  return result;
}

bool Reader::expect_object() const {
  if (value_->is_object()) return true;
  if (!complained_) expected("an object");
  complained_ = true;
  return false;
}

std::string Reader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const boost::json::value* Reader::find(std::string_view key) const {
  if (!expect_object()) return nullptr;
  const auto& object = value_->get_object();
  const auto found = object.find(key);
  if (found == object.end()) return nullptr;
  // The key's own characters: the caller's may be gone when unknown keys are reported.
  asked_.push_back(found->key());
  return &found->value();
}

std::optional<Reader> Reader::field(std::string_view key) const {
  const boost::json::value* found = find(key);
  if (found == nullptr) return std::nullopt;
  return Reader(*found, *problems_, path_of(key));
}

std::optional<Reader> Reader::present(std::string_view key, bool required) const {
  std::optional<Reader> reader = field(key);
  if (!reader && required && value_->is_object()) problem_at(key, "missing");
  if (reader && !required && reader->value_->is_null()) return std::nullopt;
  return reader;
}

bool Reader::has(std::string_view key) const { return present(key, false).has_value(); }

std::string Reader::required_string(std::string_view key) const {
  const auto reader = present(key, true);
  return reader ? reader->string() : std::string();
}

std::optional<std::string> Reader::optional_string(std::string_view key) const {
  const auto reader = present(key, false);
  if (!reader) return std::nullopt;
  return reader->string();
}

std::string Reader::string_or(std::string_view key, std::string_view fallback) const {
  return optional_string(key).value_or(std::string(fallback));
}

std::int64_t Reader::required_int(std::string_view key, std::int64_t least,
                                  std::int64_t most) const {
  const auto reader = present(key, true);
  return reader ? reader->integer(least, most).value_or(0) : 0;
}

std::optional<std::int64_t> Reader::optional_int(std::string_view key, std::int64_t least,
                                                 std::int64_t most) const {
  const auto reader = present(key, false);
  return reader ? reader->integer(least, most) : std::nullopt;
}

bool Reader::required_bool(std::string_view key) const {
  const auto reader = present(key, true);
  return reader && reader->boolean().value_or(false);
}

std::optional<bool> Reader::optional_bool(std::string_view key) const {
  const auto reader = present(key, false);
  return reader ? reader->boolean() : std::nullopt;
}

bool Reader::bool_or(std::string_view key, bool fallback) const {
  return optional_bool(key).value_or(fallback);
}

base::TimePoint Reader::required_time(std::string_view key) const {
  return required_as(key, base::parse_rfc3339).value_or(base::TimePoint());
}

std::optional<base::TimePoint> Reader::optional_time(std::string_view key) const {
  return optional_as(key, base::parse_rfc3339);
}

std::optional<base::Seconds> Reader::optional_duration(std::string_view key) const {
  return optional_as(key, base::parse_duration);
}

Reader Reader::child(std::string_view key) const {
  const auto reader = present(key, true);
  if (reader && reader->expect_object()) return *reader;
  Reader stand_in(null_value(), *problems_, path_of(key));
  stand_in.complained_ = true;  // one problem is enough: its fields read as absent, quietly
  return stand_in;
}

std::optional<Reader> Reader::optional_child(std::string_view key) const {
  auto reader = present(key, false);
  if (reader && !reader->expect_object()) return std::nullopt;
  return reader;
}

std::vector<Reader> Reader::array(std::string_view key) const {
  const auto reader = present(key, true);
  return reader ? reader->elements() : std::vector<Reader>();
}

std::vector<Reader> Reader::optional_array(std::string_view key) const {
  const auto reader = present(key, false);
  return reader ? reader->elements() : std::vector<Reader>();
}

std::vector<std::string> Reader::string_array(std::string_view key) const {
  const auto reader = present(key, true);
  return reader ? reader->strings() : std::vector<std::string>();
}

std::vector<std::string> Reader::optional_string_array(std::string_view key) const {
  const auto reader = present(key, false);
  return reader ? reader->strings() : std::vector<std::string>();
}

void Reader::report_unknown_keys() const {
  if (!value_->is_object()) return;
  for (const auto& member : value_->get_object()) {
    const bool known = std::find(asked_.begin(), asked_.end(), member.key()) != asked_.end();
    if (!known) problems_->add_unknown_key(path_of(member.key()));
  }
}

}  // namespace elevator::codec
