#include "adapters/telemetry/json_logger.h"

#include <unistd.h>

#include <cerrno>

namespace elevator::adapters::telemetry {

void JsonLogger::write(base::LogLevel level, std::string_view event, base::LogFields fields) {
  if (level < least_) return;
  const std::string line =
      base::format_log_line(base::to_rfc3339(clock_.now()), level, event, fields);
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads the log any more: the work goes on
    rest.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace elevator::adapters::telemetry
