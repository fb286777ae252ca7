#include "base/time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace elevator::base {
namespace {

using std::chrono::days;

bool read_digits(std::string_view& text, size_t count, int& value) {
  if (text.size() < count) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
  if (error != std::errc() || end != text.data() + count || text[0] == '-') return false;
  text.remove_prefix(count);
  return true;
}

bool skip(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// A whole number without sign; at most nine digits, so that no unit can overflow it.
bool read_number(std::string_view& text, std::int64_t& value) {
  size_t length = 0;
  while (length < text.size() && text[length] >= '0' && text[length] <= '9') ++length;
  if (length == 0 || length > 9) return false;
  std::from_chars(text.data(), text.data() + length, value);
  text.remove_prefix(length);
  return true;
}

Error bad_duration(std::string_view text) {
  return invalid(fmt::format(
      "\"{}\" is not a duration: write hours and minutes (\"01:30\"), \"90m\", or ISO 8601 "
      "(\"PT1H30M\")",
      text));
}

struct Unit {
  char letter;
  std::int64_t seconds;
};

// Reads "1H30M" style parts in the given order of units; each at most once.
template <size_t kCount>
bool read_units(std::string_view& text, const std::array<Unit, kCount>& units, Seconds& sum,
                bool& any) {
  size_t next_unit = 0;
  while (!text.empty() && text.front() != 'T') {
    std::int64_t number = 0;
    if (!read_number(text, number) || text.empty()) return false;
    while (next_unit < kCount && units[next_unit].letter != text.front()) ++next_unit;
    if (next_unit == kCount) return false;
    sum += Seconds(number * units[next_unit].seconds);
    ++next_unit;
    text.remove_prefix(1);
    any = true;
  }
  return true;
}

constexpr std::array<Unit, 4> kDateUnits{
    {{'Y', 365 * 86400}, {'M', 30 * 86400}, {'W', 7 * 86400}, {'D', 86400}}};
constexpr std::array<Unit, 3> kTimeUnits{{{'H', 3600}, {'M', 60}, {'S', 1}}};
constexpr std::array<Unit, 4> kShortUnits{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

Result<Seconds> parse_clock_form(std::string_view text) {
  std::string_view rest = text;
  std::int64_t hour = 0;
  int minute = 0;
  int second = 0;
  bool valid = read_number(rest, hour) && skip(rest, ':') && read_digits(rest, 2, minute);
  if (valid && !rest.empty()) valid = skip(rest, ':') && read_digits(rest, 2, second);
  if (!valid || !rest.empty() || minute > 59 || second > 59) return bad_duration(text);
  return Seconds(hour * 3600 + minute * 60 + second);
}

}  // namespace

TimePoint SystemClock::now() const {
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

std::int64_t to_unix_milliseconds(TimePoint time) { return time.time_since_epoch().count(); }

TimePoint from_unix_milliseconds(std::int64_t milliseconds) {
  return TimePoint(Milliseconds(milliseconds));
}

std::string to_rfc3339(TimePoint time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                  unsigned(date.day()), clock.hours().count(), clock.minutes().count(),
                  clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:03}", clock.subseconds().count());
  return text + "Z";
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
  const Error bad = invalid(fmt::format("\"{}\" is not an RFC 3339 time", text));
  std::string_view rest = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!read_digits(rest, 4, year) || !skip(rest, '-') || !read_digits(rest, 2, month) ||
      !skip(rest, '-') || !read_digits(rest, 2, day) || (!skip(rest, 'T') && !skip(rest, ' ')) ||
      !read_digits(rest, 2, hour) || !skip(rest, ':') || !read_digits(rest, 2, minute) ||
      !skip(rest, ':') || !read_digits(rest, 2, second)) {
    return bad;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return bad;

  int milliseconds = 0;
  if (skip(rest, '.')) {
    int scale = 100;
    if (rest.empty() || rest.front() < '0' || rest.front() > '9') return bad;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
      milliseconds += (rest.front() - '0') * scale;
      scale /= 10;
      rest.remove_prefix(1);
    }
  }
  Seconds offset{0};
  if (!skip(rest, 'Z')) {
    if (rest.empty() || (rest.front() != '+' && rest.front() != '-')) return bad;
    const bool east = rest.front() == '+';
    rest.remove_prefix(1);
    int offset_hours = 0, offset_minutes = 0;
    if (!read_digits(rest, 2, offset_hours)) return bad;
    skip(rest, ':');
    if (!read_digits(rest, 2, offset_minutes) || offset_hours > 23 || offset_minutes > 59) {
      return bad;
    }
    offset = hours(offset_hours) + minutes(offset_minutes);
    if (!east) offset = -offset;
  }
  if (!rest.empty()) return bad;
  return TimePoint(std::chrono::sys_days(date)) + hours(hour) + minutes(minute) + Seconds(second) +
         Milliseconds(milliseconds) - offset;
}

std::string to_iso8601_duration(Seconds duration) {
  std::int64_t left = duration.count();
  if (left <= 0) return "PT0S";
  std::string text = "P";
  const auto put = [&](std::int64_t size, char letter) {
    if (left >= size) text += fmt::format("{}{}", left / size, letter);
    left %= size;
  };
  put(365 * 86400, 'Y');
  put(86400, 'D');
  if (left > 0) {
    text += 'T';
    put(3600, 'H');
    put(60, 'M');
    put(1, 'S');
  }
  return text;
}

Result<Seconds> parse_duration(std::string_view text) {
  if (text.empty() || text.size() > 64) return bad_duration(text);
  Seconds sum{0};
  bool any = false;
  std::string_view rest = text;
  if (skip(rest, 'P')) {
    if (!read_units(rest, kDateUnits, sum, any)) return bad_duration(text);
    if (skip(rest, 'T')) {
      any = false;
      if (!read_units(rest, kTimeUnits, sum, any)) return bad_duration(text);
    }
    if (!any || !rest.empty()) return bad_duration(text);
    return sum;
  }
  if (text.find(':') != std::string_view::npos) return parse_clock_form(text);
  if (!read_units(rest, kShortUnits, sum, any) || !any || !rest.empty()) return bad_duration(text);
  return sum;
}

std::string to_human_duration(Seconds duration) {
  std::int64_t left = (duration.count() + 59) / 60;
  if (left <= 0) return "0 m";
  std::string text;
  const auto put = [&](std::int64_t size, std::string_view unit) {
    if (left >= size) text += fmt::format("{}{} {}", text.empty() ? "" : " ", left / size, unit);
    left %= size;
  };
  if (left >= 48 * 60) put(24 * 60, "d");  // "24 h" and "36 h" among other hours
  put(60, "h");
  put(1, "m");
  return text;
}

}  // namespace elevator::base
