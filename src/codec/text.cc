#include "codec/text.h"

#include <boost/json/serialize.hpp>
#include <boost/json/serializer.hpp>

namespace elevator::codec {
namespace {

// Length of the UTF-8 sequence at the start of `text`, 0 when it is malformed, overlong, a
// surrogate or beyond U+10FFFF (RFC 3629, section 4).
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void write_pretty(const boost::json::value& value, size_t level, std::string& out) {
  const std::string inner((level + 1) * 2, ' ');
  const auto list = [&](char open, char close, const auto& container, auto write_item) {
    out += open;
    const char* separator = "\n";
    for (const auto& item : container) {
      out += separator;
      out += inner;
      write_item(item);
      separator = ",\n";
    }
    out += "\n" + std::string(level * 2, ' ') + close;
  };
  if (value.is_object() && !value.get_object().empty()) {
    list('{', '}', value.get_object(), [&](const auto& item) {
      out += to_json_text(boost::json::string(item.key())) + ": ";
      write_pretty(item.value(), level + 1, out);
    });
  } else if (value.is_array() && !value.get_array().empty()) {
    list('[', ']', value.get_array(),
         [&](const auto& item) { write_pretty(item, level + 1, out); });
  } else {
    out += to_json_text(value);
  }
}

}  // namespace

base::Result<boost::json::value> parse_document(std::string_view text, const TextLimits& limits) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != text.npos && (text[first] == '{' || text[first] == '[');
  return json ? parse_json(text, limits) : parse_yaml(text, limits);
}

std::string to_json_text(const boost::json::value& value) { return boost::json::serialize(value); }

std::string to_pretty_json_text(const boost::json::value& value) {
  std::string out;
  write_pretty(value, 0, out);
  return out + "\n";
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace elevator::codec
