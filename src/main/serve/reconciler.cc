#include "main/serve/reconciler.h"

#include <algorithm>
#include <chrono>

namespace elevator::serve {
namespace {

constexpr size_t kMostPendingCounted = 10'000;

}  // namespace

void update_gauges(workflow::Engine& engine) {
  auto& ports = engine.ports();
  const auto grants = ports.store.live_grants();
  if (grants) {
    const base::TimePoint now = ports.clock.now();
    size_t overdue = 0;
    base::Milliseconds oldest{};
    for (const auto& grant : *grants) {
      if (!domain::is_overdue(grant.value, now)) continue;
      ++overdue;
      oldest = std::max(oldest, now - grant.value.deadline);
    }
    ports.metrics.gauge("sso_elevator_grants_live", static_cast<double>(grants->size()));
    ports.metrics.gauge("sso_elevator_revocations_overdue", static_cast<double>(overdue));
    ports.metrics.gauge("sso_elevator_revocation_oldest_overdue_seconds",
                        static_cast<double>(oldest.count()) / 1000.0);
  }
  const auto pending = ports.store.requests_in(domain::RequestState::kPending, kMostPendingCounted);
  if (pending) {
    ports.metrics.gauge("sso_elevator_requests_pending", static_cast<double>(pending->size()));
  }
}

std::optional<base::TimePoint> reconcile_once(workflow::Engine& engine) {
  auto& ports = engine.ports();
  const auto started = std::chrono::steady_clock::now();
  const auto report = engine.reconcile();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  ports.metrics.observe("sso_elevator_reconcile_duration_seconds", took.count(),
                        {{"kind", "round"}});
  if (report.trouble > 0) {
    ports.log.warning("reconcile_trouble", {{"rows", report.rows}, {"trouble", report.trouble}});
  }
  update_gauges(engine);
  const auto next = engine.next_due();
  // A row that cannot be read or written stays due: it is tried again soon, not at once for ever.
  const base::TimePoint pause = ports.clock.now() + base::Seconds(5);
  const bool is_due_soon = next && *next && **next < pause;
  if (is_due_soon && (report.trouble > 0 || !ports.store.check_writable())) return pause;
  if (next) return *next;
  ports.log.error("next_due_unknown", {{"error", next.error().message}});
  return std::nullopt;
}

std::optional<base::TimePoint> look_around_once(workflow::Engine& engine) {
  auto& ports = engine.ports();
  engine.look_around();
  update_gauges(engine);
  const auto next = engine.next_due();
  if (!next) {
    ports.log.error("next_due_unknown", {{"error", next.error().message}});
    return std::nullopt;
  }
  // A row that is due already is in the hands of a crew, or in trouble: not at once for ever.
  const base::TimePoint soonest = ports.clock.now() + base::Seconds(1);
  if (!*next) return std::nullopt;
  return std::max(**next, soonest);
}

}  // namespace elevator::serve
