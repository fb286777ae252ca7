// A Logger that keeps its lines, for tests that look at them. Thread-safe.
#pragma once

#include <mutex>
#include <string>

#include "base/log.h"

namespace elevator::tests {

class RecordingLogger final : public base::Logger {
 public:
  void write(base::LogLevel level, std::string_view event, base::LogFields fields) override {
    const std::lock_guard lock(mutex_);
    text_ += base::format_log_line("", level, event, fields);
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  bool has(std::string_view part) const { return text().find(part) != std::string::npos; }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

}  // namespace elevator::tests
