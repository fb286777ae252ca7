#include "base/url.h"

#include <algorithm>
#include <optional>

namespace elevator::base {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::optional<int> hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

Result<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      decoded += ' ';
      continue;
    }
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_value(text[i + 2]) : std::nullopt;
    if (!low) return invalid("percent-encoding is cut or wrong at byte " + std::to_string(i));
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) { return decode(text, false); }

Result<std::vector<FormField>> decode_form(std::string_view body) {
  std::vector<FormField> fields;
  while (!body.empty()) {
    const std::string_view part = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(part.size() + 1, body.size()));
    if (part.empty()) continue;
    const size_t equals = part.find('=');
    const bool has_value = equals != std::string_view::npos;
    TRY(auto name, decode(part.substr(0, equals), true));
    TRY(auto value, decode(has_value ? part.substr(equals + 1) : std::string_view(), true));
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

std::string encode_form(const std::vector<FormField>& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    body += percent_encode(name) + '=' + percent_encode(value);
  }
  return body;
}

}  // namespace elevator::base
