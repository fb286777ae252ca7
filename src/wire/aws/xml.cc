#include "wire/aws/xml.h"

#include <array>
#include <charconv>
#include <utility>

namespace elevator::wire::aws {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

struct Element {
  std::string_view content;
  size_t end;  // just behind the closing tag
};

std::optional<Element> find_element(std::string_view xml, std::string_view name, size_t from) {
  const std::string open = "<" + std::string(name);
  const std::string close = "</" + std::string(name) + ">";
  for (size_t at = xml.find(open, from); at != std::string_view::npos;
       at = xml.find(open, at + 1)) {
    const size_t behind_name = at + open.size();
    if (behind_name >= xml.size()) return std::nullopt;
    const char next = xml[behind_name];
    if (next != '>' && next != ' ' && next != '/' && next != '\n' && next != '\t') continue;
    const size_t tag_end = xml.find('>', behind_name);
    if (tag_end == std::string_view::npos) return std::nullopt;
    if (xml[tag_end - 1] == '/') return Element{{}, tag_end + 1};
    const size_t content_end = xml.find(close, tag_end + 1);
    if (content_end == std::string_view::npos) return std::nullopt;
    return Element{xml.substr(tag_end + 1, content_end - tag_end - 1), content_end + close.size()};
  }
  return std::nullopt;
}

void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (code >> 18));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// "#65", "#x41" or a name; false when it is none that we know.
bool append_entity(std::string& text, std::string_view entity) {
  for (const auto& [name, character] : kEntities) {
    if (entity == name) {
      text += character;
      return true;
    }
  }
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  const bool hex = entity.starts_with('x');
  if (hex) entity.remove_prefix(1);
  std::uint32_t code = 0;
  const char* end = entity.data() + entity.size();
  const auto [stop, error] = std::from_chars(entity.data(), end, code, hex ? 16 : 10);
  const bool is_character = code > 0 && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
  if (error != std::errc() || stop != end || !is_character) return false;
  append_utf8(text, code);
  return true;
}

std::string unescape(std::string_view raw) {
  std::string text;
  while (!raw.empty()) {
    const size_t ampersand = raw.find('&');
    text += raw.substr(0, ampersand);
    if (ampersand == std::string_view::npos) break;
    raw.remove_prefix(ampersand + 1);
    const size_t semicolon = raw.find(';');
    if (semicolon != std::string_view::npos && semicolon < 10 &&
        append_entity(text, raw.substr(0, semicolon))) {
      raw.remove_prefix(semicolon + 1);
    } else {
      text += '&';
    }
  }
  return text;
}

}  // namespace

std::optional<std::string_view> xml_element(std::string_view xml, std::string_view name) {
  const auto element = find_element(xml, name, 0);
  if (!element) return std::nullopt;
  return element->content;
}

std::optional<std::string> xml_text(std::string_view xml, std::string_view name) {
  const auto content = xml_element(xml, name);
  if (!content) return std::nullopt;
  return unescape(*content);
}

std::vector<std::string_view> xml_elements(std::string_view xml, std::string_view name) {
  std::vector<std::string_view> result;
  size_t from = 0;
  while (const auto element = find_element(xml, name, from)) {
    result.push_back(element->content);
    from = element->end;
  }
  return result;
}

std::string xml_escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\r':
        result += "&#13;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace elevator::wire::aws
