// Log: one JSON object per line. A Logger is passed, never global.
//
//   log.info("request_accepted", {{"request_id", id.str()}, {"account", account.str()}});
//
// Event names are snake_case constants; values are facts. A Secret cannot be a value (I9).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace elevator::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

std::string_view to_string(LogLevel level);

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view n, std::string_view text) : name(n), value(text) {}
  LogField(std::string_view n, const std::string& text) : name(n), value(std::string_view(text)) {}
  LogField(std::string_view n, const char* text) : name(n), value(std::string_view(text)) {}
  LogField(std::string_view n, bool truth) : name(n), value(truth) {}
  LogField(std::string_view n, double number) : name(n), value(number) {}
  LogField(std::string_view n, int number) : name(n), value(std::int64_t{number}) {}
  LogField(std::string_view n, std::int64_t number) : name(n), value(number) {}
  LogField(std::string_view n, size_t number) : name(n), value(static_cast<std::int64_t>(number)) {}
};

using LogFields = std::initializer_list<LogField>;

// Thread-safe.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual void write(LogLevel level, std::string_view event, LogFields fields) = 0;

  void debug(std::string_view event, LogFields fields = {}) {
    write(LogLevel::kDebug, event, fields);
  }
  void info(std::string_view event, LogFields fields = {}) {
    write(LogLevel::kInfo, event, fields);
  }
  void warning(std::string_view event, LogFields fields = {}) {
    write(LogLevel::kWarning, event, fields);
  }
  void error(std::string_view event, LogFields fields = {}) {
    write(LogLevel::kError, event, fields);
  }
};

// Drops everything: tests that do not look at the log.
class NullLogger final : public Logger {
 public:
  void write(LogLevel, std::string_view, LogFields) override {}
};

// {"time":"...","level":"info","event":"...", fields...} and a newline.
std::string format_log_line(std::string_view time, LogLevel level, std::string_view event,
                            LogFields fields);

}  // namespace elevator::base
