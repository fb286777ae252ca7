#include "adapters/telemetry/json_logger.h"

#include <unistd.h>

#include <cerrno>

namespace elevator::adapters::telemetry {
namespace {

constexpr std::string_view kEnd = "}\n";

// Of a line: everything after its event.
std::string only_fields(base::LogFields fields) {
  const size_t without = base::format_log_line("", base::LogLevel::kInfo, "", {}).size();
  return base::format_log_line("", base::LogLevel::kInfo, "", fields).substr(without - kEnd.size());
}

}  // namespace

void JsonLogger::end_lines_with(base::LogFields fields) {
  std::string end = only_fields(fields);
  const std::lock_guard lock(mutex_);
  end_ = std::move(end);
}

void JsonLogger::write(base::LogLevel level, std::string_view event, base::LogFields fields) {
  if (level < least_) return;
  std::string line = base::format_log_line(base::to_rfc3339(clock_.now()), level, event, fields);
  {
    const std::lock_guard lock(mutex_);
    line.replace(line.size() - kEnd.size(), kEnd.size(), end_);
  }
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads the log any more: the work goes on
    rest.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace elevator::adapters::telemetry
