#include "base/time.h"

#include <doctest/doctest.h>

namespace elevator::base::time_test {
namespace {

TEST_CASE("isoDuration_whenWritten_matchesTheExistingProduct") {
  // The table of COMPAT 1.3.
  struct Row {
    std::int64_t seconds;
    const char* text;
  };
  const Row rows[] = {{0, "PT0S"},          {1500, "PT25M"},     {3600, "PT1H"},
                      {5400, "PT1H30M"},    {84600, "PT23H30M"}, {86400, "P1D"},
                      {88200, "P1DT30M"},   {172800, "P2D"},     {178200, "P2DT1H30M"},
                      {360060, "P4DT4H1M"}, {31536000, "P1Y"},   {34567200, "P1Y35DT2H"}};
  for (const Row& row : rows) {
    CHECK(to_iso8601_duration(Seconds(row.seconds)) == row.text);
    CHECK(parse_duration(row.text)->count() == row.seconds);
  }
}

TEST_CASE("duration_whenInAnotherForm_isRead") {
  CHECK(parse_duration("01:30")->count() == 5400);
  CHECK(parse_duration("49:30")->count() == 178200);
  CHECK(parse_duration("00:00:10")->count() == 10);
  CHECK(parse_duration("P1W")->count() == 7 * 86400);
  CHECK(parse_duration("PT90M")->count() == 5400);
  CHECK(parse_duration("90m")->count() == 5400);
  CHECK(parse_duration("1h30m")->count() == 5400);
}

TEST_CASE("duration_whenMalformed_isRefused") {
  for (const char* text : {"", "3600", "P", "PT", "P1DT", "1:5", "1:60", "-PT1H", "PT1H1H",
                           "PT1M1H", "abc", "1h ", "01:30:", "9999999999:00", "PT1.5H"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("rfc3339_whenReadBack_isTheSame") {
  const TimePoint time = from_unix_milliseconds(1'735'787'045'678);
  CHECK(to_rfc3339(time) == "2025-01-02T03:04:05.678Z");
  CHECK(*parse_rfc3339("2025-01-02T03:04:05.678Z") == time);
  CHECK(*parse_rfc3339("2025-01-02 05:04:05.678901+02:00") == time);
  for (const char* text :
       {"", "2025-02-30T00:00:00Z", "2025-01-02T25:00:00Z", "2025-01-02T03:04:05",
        "2025-01-02T03:04:05Zx", "2025-01-02T03:04:05.Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("humanDuration_rounds_up_to_minutes") {
  CHECK(to_human_duration(Seconds(0)) == "0 m");
  CHECK(to_human_duration(Seconds(61)) == "2 m");
  CHECK(to_human_duration(Seconds(5400)) == "1 h 30 m");
  CHECK(to_human_duration(Seconds(176400)) == "2 d 1 h");
}

}  // namespace
}  // namespace elevator::base::time_test
