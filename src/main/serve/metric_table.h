// The metrics of `serve`: what each tells, and the counters that begin at zero.
#pragma once

#include <span>

#include "adapters/telemetry/prometheus.h"
#include "net/server.h"

namespace elevator::serve {

std::span<const adapters::telemetry::Prometheus::Description> metric_table();

// What the server itself counts.
void show(const net::ServerCounters& counters, adapters::telemetry::Prometheus& metrics);

}  // namespace elevator::serve
