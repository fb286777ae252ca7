// Gauges: the numbers that alarms look at. CloudWatch reads them from one line of the log, in which
// each is a key of the top level (docs/aws.md). Everything else that is counted is Lambda's and
// CloudWatch's own to count. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/log.h"
#include "base/metrics.h"

namespace elevator::lambda {

class Gauges final : public base::Metrics {
 public:
  void count(std::string_view, base::Labels, double) override {}
  void observe(std::string_view, double, base::Labels) override {}
  void gauge(std::string_view name, double value, base::Labels labels) override;

  // What was measured since the last line. Without the grants there is no line: nothing is known
  // then, and a zero would say that all is well. Answers whether there is one.
  [[nodiscard]] bool write(base::Logger& log);

 private:
  std::mutex mutex_;
  std::map<std::string, double, std::less<>> values_;
};

}  // namespace elevator::lambda
