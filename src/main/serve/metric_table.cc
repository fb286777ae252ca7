#include "main/serve/metric_table.h"

#include <array>

namespace elevator::serve {
namespace {

using adapters::telemetry::Prometheus;
using Type = Prometheus::Type;
using Description = Prometheus::Description;

constexpr std::array<std::string_view, 4> kEventResults{"accepted", "foreign", "invalid",
                                                        "unsigned"};
constexpr std::array<std::string_view, 3> kDropReasons{"shutdown", "slow", "busy"};
constexpr std::array<std::string_view, 9> kErrorKinds{"invalid", "not_found", "conflict",
                                                      "denied",  "throttled", "unavailable",
                                                      "timeout", "corrupt",   "internal"};

constexpr std::array kTable{
    Description{"sso_elevator_grants_live", Type::kGauge,
                "Grants that are not ended, those under watch included"},
    Description{"sso_elevator_requests_pending", Type::kGauge, "Requests that wait for reviews"},
    Description{"sso_elevator_revocations_overdue", Type::kGauge,
                "Grants past their end whose access is not seen to be gone"},
    Description{"sso_elevator_revocation_oldest_overdue_seconds", Type::kGauge,
                "How long the oldest of them is past its end"},
    Description{"sso_elevator_sweep_strays", Type::kGauge,
                "Access that nobody asked for, as the last sweep found"},
    Description{"sso_elevator_reconcile_duration_seconds", Type::kHistogram,
                "Time that one row took until it waited, by kind of work"},
    Description{"sso_elevator_aws_calls_total",
                Type::kCounter,
                "Calls to AWS by operation and result",
                "operation",
                {}},
    Description{"sso_elevator_aws_call_seconds", Type::kHistogram, "Time of one call to AWS"},
    Description{"sso_elevator_slack_calls_total",
                Type::kCounter,
                "Calls to Slack by method and result",
                "method",
                {}},
    Description{"sso_elevator_slack_call_seconds", Type::kHistogram, "Time of one call to Slack"},
    Description{"sso_elevator_slack_events_total", Type::kCounter,
                "What Slack, or somebody else, sent", "result", kEventResults},
    Description{"sso_elevator_step_failures_total", Type::kCounter,
                "Steps whose row could not be read or written", "kind", kErrorKinds},
    Description{"sso_elevator_housekeeping_total",
                Type::kCounter,
                "Jobs of housekeeping by result",
                "job",
                {}},
    Description{"sso_elevator_clock_steps_back_total", Type::kCounter,
                "Times the clock showed less than before"},
    Description{"sso_elevator_unwritten_revocations_total", Type::kCounter,
                "Access taken back although the store took no writes"},
    Description{"sso_elevator_http_connections_total", Type::kCounter, "Connections accepted"},
    Description{"sso_elevator_http_requests_total", Type::kCounter, "HTTP requests received"},
    Description{"sso_elevator_http_invalid_total", Type::kCounter,
                "HTTP requests refused as invalid or too large"},
    Description{"sso_elevator_http_too_slow_total", Type::kCounter,
                "Connections cut because the peer took too long"},
    Description{"sso_elevator_http_handler_failures_total", Type::kCounter,
                "Handlers that failed by a mistake of ours"},
    Description{"sso_elevator_http_dropped_total", Type::kCounter,
                "Work given up: requests refused when busy, and work behind answers, which the "
                "crews do later",
                "reason", kDropReasons},
};

}  // namespace

std::span<const Description> metric_table() { return kTable; }

void show(const net::ServerCounters& counters, Prometheus& metrics) {
  const auto total = [&](std::string_view name, std::uint64_t value, base::Labels labels = {}) {
    metrics.total(name, static_cast<double>(value), labels);
  };
  total("sso_elevator_http_connections_total", counters.connections);
  total("sso_elevator_http_requests_total", counters.requests);
  total("sso_elevator_http_invalid_total", counters.refused_invalid);
  total("sso_elevator_http_too_slow_total", counters.cut_slow);
  total("sso_elevator_http_handler_failures_total", counters.handler_failures);
  constexpr const char* kDropped = "sso_elevator_http_dropped_total";
  total(kDropped, counters.dropped_after, {{"reason", "shutdown"}});
  total(kDropped, counters.dropped_slow, {{"reason", "slow"}});
  total(kDropped, counters.refused_busy, {{"reason", "busy"}});
}

}  // namespace elevator::serve
