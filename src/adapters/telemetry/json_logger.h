// JsonLogger: one JSON object per line, written with one call so that lines of several threads
// never mix. Lines below the level are dropped. Thread-safe.
#pragma once

#include <mutex>
#include <string>

#include "base/log.h"
#include "base/time.h"

namespace elevator::adapters::telemetry {

class JsonLogger final : public base::Logger {
 public:
  // Writes to the descriptor (2 = standard error), which it does not own.
  JsonLogger(base::LogLevel least, const base::Clock& clock, int descriptor = 2)
      : least_(least), clock_(clock), descriptor_(descriptor) {}

  void write(base::LogLevel level, std::string_view event, base::LogFields fields) override;

  // What every line ends with from now on. Names that lines have themselves are not for this.
  void end_lines_with(base::LogFields fields);

 private:
  base::LogLevel least_;
  const base::Clock& clock_;
  int descriptor_;
  std::mutex mutex_;
  std::string end_ = "}\n";
};

}  // namespace elevator::adapters::telemetry
