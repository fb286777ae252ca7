// parse_yaml(): the only file that sees yaml-cpp.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <sstream>

#include "codec/text.h"

namespace elevator::codec {
namespace {

namespace json = boost::json;

constexpr std::string_view kStringTag = "tag:yaml.org,2002:str";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> choices) {
  return std::find(choices.begin(), choices.end(), text) != choices.end();
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// The core schema of YAML 1.2 (section 10.3.2): what a plain scalar means.
json::value resolve(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return nullptr;
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;

  const bool account_id = text.size() == 12 && all_digits(text);
  const std::string_view unsigned_text = text.substr(text[0] == '+' || text[0] == '-' ? 1 : 0);
  const char* const end = text.data() + text.size();
  if (!account_id && all_digits(unsigned_text)) {
    const char* const begin = text[0] == '+' ? unsigned_text.data() : text.data();
    std::int64_t number = 0;
    if (const auto [rest, error] = std::from_chars(begin, end, number);
        error == std::errc() && rest == end) {
      return number;
    }
    return json::string(text);  // a number too large to be exact is kept as written
  }
  const bool may_be_float = !account_id && text.find_first_of("0123456789") != text.npos &&
                            text.find_first_not_of("0123456789.eE+-") == text.npos &&
                            text.find_first_of(".eE") != text.npos;
  if (may_be_float) {
    const char* const begin = text[0] == '+' ? unsigned_text.data() : text.data();
    double number = 0;
    if (const auto [rest, error] = std::from_chars(begin, end, number);
        error == std::errc() && rest == end && std::isfinite(number)) {
      return number;
    }
  }
  return json::string(text);
}

std::string where(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1) +
         ": ";
}

// Turns nodes into values. Aliases are expanded, so everything is counted.
class Converter {
 public:
  explicit Converter(const TextLimits& limits)
      : limits_(limits), values_left_(limits.values), bytes_left_(limits.bytes) {}

  base::Result<json::value> convert(const YAML::Node& node, size_t depth) {
    if (values_left_-- == 0) return base::invalid("too many values");
    if (depth > limits_.depth) {
      return base::invalid(where(node.Mark()) + "nested more than " +
                           std::to_string(limits_.depth) + " levels deep");
    }
    if (!is_one_of(node.Tag(), {"", "?", "!", kStringTag})) {
      return base::invalid(where(node.Mark()) + "tag " + node.Tag() + " is not supported");
    }
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return json::value(nullptr);
      case YAML::NodeType::Scalar:
        return scalar(node);
      case YAML::NodeType::Sequence:
        return sequence(node, depth);
      case YAML::NodeType::Map:
        return map(node, depth);
    }
    return base::invalid(where(node.Mark()) + "unknown kind of YAML node");
  }

 private:
  base::Result<json::value> scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (text.size() > bytes_left_) return base::invalid("too large once aliases are expanded");
    bytes_left_ -= text.size();
    return node.Tag() == "?" ? resolve(text) : json::value(json::string(text));
  }

  base::Result<json::value> sequence(const YAML::Node& node, size_t depth) {
    json::array array;
    for (const YAML::Node& item : node) {
      TRY(json::value value, convert(item, depth + 1));
      array.push_back(std::move(value));
    }
    return json::value(std::move(array));
  }

  base::Result<json::value> map(const YAML::Node& node, size_t depth) {
    json::object object;
    for (const auto& item : node) {
      if (!item.first.IsScalar()) {
        return base::invalid(where(item.first.Mark()) + "a key must be text");
      }
      const std::string& key = item.first.Scalar();
      if (key == "<<") {
        return base::invalid(where(item.first.Mark()) + "merge keys are not supported");
      }
      if (object.contains(key)) {
        return base::invalid(where(item.first.Mark()) + "key \"" + key + "\" appears twice");
      }
      TRY(json::value value, convert(item.second, depth + 1));
      object.emplace(key, std::move(value));
    }
    return json::value(std::move(object));
  }

  const TextLimits& limits_;
  size_t values_left_;
  size_t bytes_left_;
};

class IgnoreEvents final : public YAML::EventHandler {
  using Mark = const YAML::Mark&;
  using Text = const std::string&;
  using Style = YAML::EmitterStyle::value;
  void OnDocumentStart(Mark) override {}
  void OnDocumentEnd() override {}
  void OnNull(Mark, YAML::anchor_t) override {}
  void OnAlias(Mark, YAML::anchor_t) override {}
  void OnScalar(Mark, Text, YAML::anchor_t, Text) override {}
  void OnSequenceStart(Mark, Text, YAML::anchor_t, Style) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(Mark, Text, YAML::anchor_t, Style) override {}
  void OnMapEnd() override {}
};

// YAML::LoadAll() never ends, and takes all memory, on texts that stop its parser in the middle.
bool has_two_documents(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  IgnoreEvents events;
  return parser.HandleNextDocument(events) && parser.HandleNextDocument(events);
}

}  // namespace

base::Result<json::value> parse_yaml(std::string_view text, const TextLimits& limits) try {
  if (text.size() > limits.bytes) {
    return base::invalid("larger than " + std::to_string(limits.bytes) + " bytes");
  }
  if (!is_utf8(text)) return base::invalid("not UTF-8");
  const std::string copy(text);
  if (has_two_documents(copy)) return base::invalid("more than one YAML document");
  return Converter(limits).convert(YAML::Load(copy), 1);
} catch (const YAML::Exception& exception) {
  return base::invalid("invalid YAML at " + where(exception.mark) + exception.msg);
} catch (const std::exception& exception) {
  return base::invalid(std::string("YAML cannot be read: ") + exception.what());
}

}  // namespace elevator::codec
