// parse_json(): Boost.JSON's push parser with a handler of ours, because the stock parser lets the
// last of two equal keys win without a word.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <unordered_set>
#include <vector>

#include "codec/text.h"

namespace elevator::codec {
namespace {

namespace json = boost::json;

// Builds the value and remembers where the parser is, for messages.
class Handler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit Handler(size_t values_left) : values_left_(values_left) {}

  json::value release() { return stack_.release(); }
  const std::string& complaint() const { return complaint_; }

  bool on_document_begin(json::error_code&) {
    stack_.reset();
    return true;
  }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code& error) { return count(error) && open(false); }
  bool on_object_end(std::size_t size, json::error_code&) {
    places_.pop_back();
    stack_.push_object(size);
    return true;
  }
  bool on_array_begin(json::error_code& error) { return count(error) && open(true); }
  bool on_array_end(std::size_t size, json::error_code&) {
    places_.pop_back();
    stack_.push_array(size);
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    key_.append(part.data(), part.size());
    Place& place = places_.back();
    if (!place.keys.insert(key_).second) {
      complaint_ = path() + "key \"" + key_ + "\" appears twice";
      error = json::error::syntax;
      return false;
    }
    place.key = std::move(key_);
    key_.clear();
    stack_.push_key(part);
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& error) {
    stack_.push_string(part);
    return count(error);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code& error) {
    stack_.push_int64(number);
    return count(error);
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code& error) {
    stack_.push_uint64(number);
    return count(error);
  }
  bool on_double(double number, json::string_view, json::error_code& error) {
    stack_.push_double(number);
    return count(error);
  }
  bool on_bool(bool flag, json::error_code& error) {
    stack_.push_bool(flag);
    return count(error);
  }
  bool on_null(json::error_code& error) {
    stack_.push_null();
    return count(error);
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  struct Place {
    bool is_array;
    size_t index = 0;  // of the element that is being read, plus one
    std::string key{};
    std::unordered_set<std::string> keys{};
  };

  bool open(bool is_array) {
    places_.push_back({is_array});
    return true;
  }

  bool count(json::error_code& error) {
    if (!places_.empty() && places_.back().is_array) ++places_.back().index;
    if (values_left_ == 0) {
      complaint_ = "too many values";
      error = json::error::syntax;
      return false;
    }
    --values_left_;
    return true;
  }

  // "statements[3]: ", the object whose key is wrong; empty at the top.
  std::string path() const {
    std::string text;
    for (size_t i = 0; i + 1 < places_.size(); ++i) {
      const Place& place = places_[i];
      if (place.is_array) {
        text += "[" + std::to_string(place.index - 1) + "]";
      } else {
        text += (text.empty() ? "" : ".") + place.key;
      }
    }
    return text.empty() ? text : text + ": ";
  }

  json::value_stack stack_;
  std::vector<Place> places_;
  std::string key_;
  size_t values_left_;
  std::string complaint_;
};

std::string where(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t start = before.rfind('\n');
  const size_t column = start == before.npos ? offset + 1 : offset - start;
  return "line " + std::to_string(line) + ", column " + std::to_string(column) + ": ";
}

base::Error describe(std::string_view text, size_t offset, json::error_code error,
                     const TextLimits& limits) {
  if (error == json::error::too_deep) {
    return base::invalid(where(text, offset) + "nested more than " + std::to_string(limits.depth) +
                         " levels deep");
  }
  if (error == json::error::incomplete) {
    return base::invalid("JSON ends too early, after " + std::to_string(text.size()) + " bytes");
  }
  return base::invalid("invalid JSON at " + where(text, offset) + error.message());
}

}  // namespace

base::Result<json::value> parse_json(std::string_view text, const TextLimits& limits) try {
  if (text.size() > limits.bytes) {
    return base::invalid("larger than " + std::to_string(limits.bytes) + " bytes");
  }
  json::parse_options options;
  options.max_depth = limits.depth;
  json::basic_parser<Handler> parser(options, limits.values);
  json::error_code error;
  size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!parser.handler().complaint().empty()) {
    return base::invalid(parser.handler().complaint());
  }
  if (error) return describe(text, read, error, limits);
  if (text.find_first_not_of(" \t\r\n", read) != text.npos) {
    return base::invalid("invalid JSON at " + where(text, read) +
                         "text after the end of the value");
  }
  return parser.handler().release();
} catch (const std::exception& exception) {
  return base::invalid(std::string("JSON cannot be read: ") + exception.what());
}

}  // namespace elevator::codec
