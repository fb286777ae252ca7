// Time: the one clock type of the product, and the texts that stand for it on wires.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::base {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using std::chrono::hours;
using std::chrono::minutes;

// Where "now" comes from. Everything that needs the time takes a Clock; nothing reads a global one.
// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

// The wall clock of the machine.
class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
};

// A clock that stands still until it is moved: tests and the demo. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start) : since_epoch_(start.time_since_epoch().count()) {}
  TimePoint now() const override { return TimePoint(Milliseconds(since_epoch_.load())); }
  void set(TimePoint now) { since_epoch_ = now.time_since_epoch().count(); }
  void advance(Milliseconds by) { since_epoch_ += by.count(); }

 private:
  std::atomic<std::int64_t> since_epoch_;  // in milliseconds
};

std::int64_t to_unix_milliseconds(TimePoint time);
TimePoint from_unix_milliseconds(std::int64_t milliseconds);

// "2025-01-02T03:04:05Z", with ".678" when there are milliseconds. RFC 3339, UTC.
std::string to_rfc3339(TimePoint time);
// Accepts RFC 3339 with Z or a numeric offset, fractions of any length (cut to milliseconds).
Result<TimePoint> parse_rfc3339(std::string_view text);

// ISO 8601 as the existing product writes it (COMPAT 1.3): "PT1H30M", "P2DT1H", "P1Y35DT2H",
// "PT0S".
std::string to_iso8601_duration(Seconds duration);
// Accepts the ISO 8601 form (weeks = 7 d, months = 30 d, years = 365 d), "HH:MM[:SS]" and "90m".
// Refuses negative and empty durations.
Result<Seconds> parse_duration(std::string_view text);

// "25 m", "1 h 30 m", "2 d 1 h": for people. Whole minutes, rounded up; "0 m" for zero.
std::string to_human_duration(Seconds duration);

}  // namespace elevator::base
