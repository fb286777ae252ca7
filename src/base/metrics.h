// Metrics: counters, gauges and one-shot observations by name and labels.
// The adapter decides what becomes of them (Prometheus text, CloudWatch embedded format).
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace elevator::base {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Thread-safe.
class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void count(std::string_view name, Labels labels = {}, double by = 1) = 0;
  virtual void gauge(std::string_view name, double value, Labels labels = {}) = 0;
  // Seconds, for durations.
  virtual void observe(std::string_view name, double value, Labels labels = {}) = 0;
};

class NullMetrics final : public Metrics {
 public:
  void count(std::string_view, Labels, double) override {}
  void gauge(std::string_view, double, Labels) override {}
  void observe(std::string_view, double, Labels) override {}
};

}  // namespace elevator::base
