#include "wire/slack/text.h"

#include <fmt/chrono.h>

#include <algorithm>

namespace elevator::wire::slack {
namespace {

using std::string_view;

constexpr string_view kEllipsis = "…";
constexpr char32_t kReplacement = 0xFFFD;

// Takes one character off the front; a byte that is not part of well-formed UTF-8 is U+FFFD.
char32_t take_character(string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const auto fail = [&] {
    text.remove_prefix(1);
    return kReplacement;
  };
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return fail();
  char32_t character = first & (0xFFU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return fail();
    character = (character << 6) | (byte(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && character < 0x800) || (size == 4 && character < 0x10000);
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (overlong || surrogate || character > 0x10FFFF) return fail();
  text.remove_prefix(size);
  return character;
}

void append(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

size_t units_of(char32_t character) { return character >= 0x10000 ? 2 : 1; }

bool is_line_break(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

bool is_blank(char32_t c) {
  return c < 0x20 || c == ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || c == 0x3000 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3164;
}

// Direction marks and overrides, invisible characters, tags. The two joiners stay: languages and
// emoji need them.
bool is_dropped(char32_t c) {
  return c == 0xAD || c == 0x034F || c == 0x061C || c == 0x180E || c == 0x200B || c == 0x200E ||
         c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string clean(string_view text, bool keep_lines) {
  std::string cleaned;
  int breaks = 0;
  bool blank = false;
  while (!text.empty()) {
    const char32_t c = take_character(text);
    if (is_dropped(c)) continue;
    if (is_line_break(c) && keep_lines) {
      // "\r\n" is one break.
      if (c == '\r' && text.starts_with('\n')) text.remove_prefix(1);
      ++breaks;
      continue;
    }
    if (is_line_break(c) || is_blank(c)) {
      blank = true;
      continue;
    }
    if (!cleaned.empty()) {
      if (breaks > 0) cleaned += breaks > 1 ? "\n\n" : "\n";
      if (breaks == 0 && blank) cleaned += ' ';
    }
    breaks = 0;
    blank = false;
    append(cleaned, c);
  }
  return cleaned;
}

string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return {};
  }
}

// Appends escaped characters of `text` while at most `limit` units; false when something is left.
bool append_escaped(std::string& out, string_view text, size_t limit) {
  size_t units = 0;
  while (!text.empty()) {
    const string_view rest = text;
    const char32_t character = take_character(text);
    const string_view entity = character < 0x80 ? entity_of(rest.front()) : string_view();
    const size_t size = entity.empty() ? units_of(character) : entity.size();
    if (units + size > limit) return false;
    units += size;
    if (entity.empty()) {
      append(out, character);
    } else {
      out += entity;
    }
  }
  return true;
}

std::string escape_to(string_view text, size_t limit) {
  std::string escaped;
  if (append_escaped(escaped, text, limit)) return escaped;
  escaped.clear();
  if (limit == 0) return escaped;
  append_escaped(escaped, text, limit - 1);
  return escaped + std::string(kEllipsis);
}

}  // namespace

size_t length_utf16(string_view utf8) {
  size_t units = 0;
  while (!utf8.empty()) units += units_of(take_character(utf8));
  return units;
}

std::string cut(string_view utf8, size_t limit) {
  std::string repaired;
  size_t units = 0;
  size_t fits = 0;  // bytes that leave room for the ellipsis
  while (!utf8.empty()) {
    const char32_t character = take_character(utf8);
    units += units_of(character);
    if (units > limit) {
      repaired.resize(fits);
      return limit == 0 ? std::string() : repaired + std::string(kEllipsis);
    }
    append(repaired, character);
    if (units + 1 <= limit) fits = repaired.size();
  }
  return repaired;
}

std::string one_line(string_view text) { return clean(text, false); }

std::string several_lines(string_view text) { return clean(text, true); }

std::string escape(string_view text) {
  std::string escaped;
  append_escaped(escaped, text, static_cast<size_t>(-1));
  return escaped;
}

std::string escape_line(string_view text, size_t limit) { return escape_to(one_line(text), limit); }

std::string quote(string_view text, size_t limit) {
  const std::string lines = several_lines(text);
  const auto breaks = static_cast<size_t>(std::count(lines.begin(), lines.end(), '\n'));
  const size_t marks = 2 * (breaks + 1);
  std::string quoted = "> ";
  for (const char c : escape_to(lines, limit > marks ? limit - marks : 0)) {
    quoted += c;
    if (c == '\n') quoted += "> ";
  }
  return quoted;
}

std::string sentence(string_view text) {
  std::string out = one_line(text);
  if (out.empty()) return out;
  if (out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 32);
  const char last = out.back();
  if (last != '.' && last != '!' && last != '?' && !out.ends_with(kEllipsis)) out += '.';
  return out;
}

std::string date(base::TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("<!date^{}^{{date_short_pretty}} at {{time}}|{:%Y-%m-%d %H:%M} UTC>",
                     seconds.time_since_epoch().count(),
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

std::string plain_name(const Person& person) {
  std::string name = escape_line(person.name, 80);
  if (name.empty()) name = escape_line(person.email, 80);
  return name.empty() ? "somebody" : name;
}

std::string mention(const Person& person) {
  return person.slack_id ? "<@" + person.slack_id->str() + ">" : plain_name(person);
}

std::string mentions(const std::vector<Person>& people, size_t most) {
  if (people.empty()) return "nobody";
  std::string text;
  const size_t shown = people.size() <= most ? people.size() : most;
  for (size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == people.size();
    if (i > 0) text += last ? " and " : ", ";
    text += mention(people[i]);
  }
  if (shown < people.size()) text += fmt::format(" and {} more", people.size() - shown);
  return text;
}

}  // namespace elevator::wire::slack
