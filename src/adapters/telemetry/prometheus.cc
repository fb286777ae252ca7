#include "adapters/telemetry/prometheus.h"

#include <fmt/format.h>

namespace elevator::adapters::telemetry {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string shown(base::Labels labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out += fmt::format("{}=\"{}\"", name, escaped(value));
  }
  return out;
}

std::string_view to_text(Prometheus::Type type) {
  switch (type) {
    case Prometheus::Type::kCounter:
      return "counter";
    case Prometheus::Type::kGauge:
      return "gauge";
    case Prometheus::Type::kHistogram:
      return "histogram";
  }
  return "untyped";
}

std::string braced(const std::string& labels) { return labels.empty() ? "" : "{" + labels + "}"; }

}  // namespace

Prometheus::Series* Prometheus::find(std::string_view name, Type type, base::Labels labels) {
  auto family = families_.find(name);
  if (family == families_.end()) {
    family = families_.emplace(std::string(name), Family{.type = type}).first;
  }
  auto& series = family->second.series;
  const std::string key = shown(labels);
  if (const auto found = series.find(key); found != series.end()) return &found->second;
  if (series_ >= kMaxSeries) {
    ++dropped_;
    return nullptr;
  }
  ++series_;
  return &series[key];
}

void Prometheus::describe(std::span<const Description> descriptions) {
  const std::lock_guard lock(mutex_);
  for (const Description& one : descriptions) {
    Family& family = families_[std::string(one.name)];
    family.type = one.type;
    family.help = one.help;
    if (one.type != Type::kCounter) continue;  // nobody knows yet what a gauge shows
    if (one.label.empty()) find(one.name, one.type, {});
    for (const std::string_view value : one.values) find(one.name, one.type, {{one.label, value}});
  }
}

void Prometheus::total(std::string_view name, double value, base::Labels labels) {
  const std::lock_guard lock(mutex_);
  if (Series* series = find(name, Type::kCounter, labels)) series->value = value;
}

void Prometheus::count(std::string_view name, base::Labels labels, double by) {
  const std::lock_guard lock(mutex_);
  if (Series* series = find(name, Type::kCounter, labels)) series->value += by;
}

void Prometheus::gauge(std::string_view name, double value, base::Labels labels) {
  const std::lock_guard lock(mutex_);
  if (Series* series = find(name, Type::kGauge, labels)) series->value = value;
}

void Prometheus::observe(std::string_view name, double value, base::Labels labels) {
  const std::lock_guard lock(mutex_);
  Series* series = find(name, Type::kHistogram, labels);
  if (series == nullptr) return;
  series->value += value;
  ++series->observations;
  for (size_t i = 0; i < kBounds.size(); ++i) {
    if (value <= kBounds[i]) ++series->buckets[i];
  }
}

void Prometheus::append(std::string& out, const std::string& name, const Family& family) {
  if (!family.help.empty()) out += fmt::format("# HELP {} {}\n", name, family.help);
  out += fmt::format("# TYPE {} {}\n", name, to_text(family.type));
  if (family.type != Type::kHistogram) {
    for (const auto& [labels, series] : family.series) {
      out += fmt::format("{}{} {}\n", name, braced(labels), series.value);
    }
    return;
  }
  for (const auto& [labels, series] : family.series) {
    const std::string before = labels.empty() ? "" : labels + ",";
    for (size_t i = 0; i < kBounds.size(); ++i) {
      out +=
          fmt::format("{}_bucket{{{}le=\"{}\"}} {}\n", name, before, kBounds[i], series.buckets[i]);
    }
    out += fmt::format("{}_bucket{{{}le=\"+Inf\"}} {}\n", name, before, series.observations);
    out += fmt::format("{}_sum{} {}\n", name, braced(labels), series.value);
    out += fmt::format("{}_count{} {}\n", name, braced(labels), series.observations);
  }
}

std::string Prometheus::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) append(out, name, family);
  out += fmt::format(
      "# HELP sso_elevator_metrics_dropped_total Values that had no room here\n"
      "# TYPE sso_elevator_metrics_dropped_total counter\n"
      "sso_elevator_metrics_dropped_total {}\n",
      dropped_);
  return out;
}

}  // namespace elevator::adapters::telemetry
