// Prometheus: metrics kept in memory and shown as the text that Prometheus reads
// (https://prometheus.io/docs/instrumenting/exposition_formats/). Thread-safe.
//
// The number of label combinations is bounded; what does not fit any more is counted in
// sso_elevator_metrics_dropped_total.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/metrics.h"

namespace elevator::adapters::telemetry {

inline constexpr size_t kMaxSeries = 2000;

class Prometheus final : public base::Metrics {
 public:
  enum class Type { kCounter, kGauge, kHistogram };

  // What a metric tells, for people; and that it is there before anything happened: a counter whose
  // first value is not zero hides its first step. `label` and its values: the series to begin with;
  // none: those that turn up.
  struct Description {
    std::string_view name;
    Type type = Type::kCounter;
    std::string_view help;
    std::string_view label{};
    std::span<const std::string_view> values{};
  };
  // Everything in it must outlive this object.
  void describe(std::span<const Description> descriptions);

  // The whole of a counter that somebody else counts.
  void total(std::string_view name, double value, base::Labels labels = {});

  void count(std::string_view name, base::Labels labels, double by) override;
  void gauge(std::string_view name, double value, base::Labels labels) override;
  void observe(std::string_view name, double value, base::Labels labels) override;

  // The whole text, sorted by name.
  std::string text() const;

 private:
  static constexpr std::array kBounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0};
  struct Series {
    double value = 0;  // of a histogram: the sum
    std::uint64_t observations = 0;
    std::array<std::uint64_t, kBounds.size()> buckets{};
  };
  struct Family {
    Type type = Type::kCounter;
    std::string_view help{};
    std::map<std::string, Series> series{};  // by labels, as they are shown
  };

  Series* find(std::string_view name, Type type, base::Labels labels);
  static void append(std::string& out, const std::string& name, const Family& family);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
  size_t series_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace elevator::adapters::telemetry
