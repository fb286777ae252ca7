#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "adapters/telemetry/json_logger.h"
#include "adapters/telemetry/prometheus.h"

namespace elevator::adapters::telemetry::telemetry_test {
namespace {

TEST_CASE("jsonLogger_writesOneLineWithTheClocksTime_andDropsLowerLevels") {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const base::ManualClock clock(base::from_unix_milliseconds(1'735'786'800'000));
  JsonLogger log(base::LogLevel::kInfo, clock, ends[1]);
  log.debug("hidden");
  log.info("shown", {{"text", "a \"quoted\"\nword"}});
  close(ends[1]);
  std::array<char, 512> buffer{};
  const ssize_t count = read(ends[0], buffer.data(), buffer.size());
  close(ends[0]);
  const std::string line(buffer.data(), static_cast<size_t>(count));
  CHECK(line.find("\"time\":\"2025-01-02T03:00:00Z\"") != std::string::npos);
  CHECK(line.find("shown") != std::string::npos);
  CHECK(line.find("hidden") == std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("jsonLogger_endsLinesWithWhatItWasTold") {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const base::ManualClock clock(base::from_unix_milliseconds(1'735'786'800'000));
  JsonLogger log(base::LogLevel::kInfo, clock, ends[1]);
  log.end_lines_with({{"invocation", "one"}, {"number", 1}});
  log.info("first", {{"own", "a}"}});
  log.end_lines_with({});
  log.info("second");
  close(ends[1]);
  std::array<char, 512> buffer{};
  const ssize_t count = read(ends[0], buffer.data(), buffer.size());
  close(ends[0]);
  CHECK(std::string(buffer.data(), static_cast<size_t>(count)) ==
        R"({"time":"2025-01-02T03:00:00Z","level":"info","event":"first","own":"a}",)"
        R"("invocation":"one","number":1})"
        "\n"
        R"({"time":"2025-01-02T03:00:00Z","level":"info","event":"second"})"
        "\n");
}

TEST_CASE("prometheus_showsCountersGaugesAndHistograms") {
  Prometheus metrics;
  base::Metrics& any = metrics;
  any.count("calls_total", {{"operation", "Create\"X"}});
  any.count("calls_total", {{"operation", "Create\"X"}}, 2);
  any.gauge("grants_live", 4);
  any.gauge("grants_live", 3);
  any.observe("duration_seconds", 0.02);
  const std::string text = metrics.text();
  CHECK(text.find("# TYPE calls_total counter\ncalls_total{operation=\"Create\\\"X\"} 3\n") !=
        std::string::npos);
  CHECK(text.find("# TYPE grants_live gauge\ngrants_live 3\n") != std::string::npos);
  CHECK(text.find("duration_seconds_bucket{le=\"0.01\"} 0\n") != std::string::npos);
  CHECK(text.find("duration_seconds_bucket{le=\"0.05\"} 1\n") != std::string::npos);
  CHECK(text.find("duration_seconds_bucket{le=\"+Inf\"} 1\n") != std::string::npos);
  CHECK(text.find("duration_seconds_sum 0.02\nduration_seconds_count 1\n") != std::string::npos);
}

TEST_CASE("prometheus_whatIsDescribed_hasHelpAndBeginsAtZero") {
  static constexpr std::array<std::string_view, 2> kResults{"ok", "failed"};
  static constexpr std::array kDescriptions{
      Prometheus::Description{.name = "calls_total",
                              .help = "Calls of somebody",
                              .label = "result",
                              .values = kResults},
      Prometheus::Description{.name = "steps_total", .help = "Steps"},
      Prometheus::Description{.name = "live", .type = Prometheus::Type::kGauge, .help = "Now"},
      Prometheus::Description{
          .name = "took_seconds", .type = Prometheus::Type::kHistogram, .help = "Time"}};
  Prometheus metrics;
  metrics.describe(kDescriptions);
  std::string text = metrics.text();
  CHECK(text.find("# HELP calls_total Calls of somebody\n# TYPE calls_total counter\n"
                  "calls_total{result=\"failed\"} 0\ncalls_total{result=\"ok\"} 0\n") !=
        std::string::npos);
  CHECK(text.find("# TYPE steps_total counter\nsteps_total 0\n") != std::string::npos);
  CHECK(text.find("# HELP took_seconds Time\n") != std::string::npos);
  static_cast<base::Metrics&>(metrics).count("calls_total", {{"result", "ok"}});
  metrics.total("steps_total", 7);
  text = metrics.text();
  CHECK(text.find("calls_total{result=\"ok\"} 1\n") != std::string::npos);
  CHECK(text.find("steps_total 7\n") != std::string::npos);
}

TEST_CASE("prometheus_whenLabelsNeverRepeat_staysBounded") {
  Prometheus metrics;
  base::Metrics& any = metrics;
  for (size_t i = 0; i < kMaxSeries + 10; ++i) any.count("x", {{"id", std::to_string(i)}});
  CHECK(metrics.text().find("sso_elevator_metrics_dropped_total 10\n") != std::string::npos);
}

}  // namespace
}  // namespace elevator::adapters::telemetry::telemetry_test
