#include "workflow/engine.h"

#include "base/log_scope.h"
#include "base/parallel.h"
#include "workflow/steps.h"
#include "workflow/transaction.h"

namespace elevator::workflow {
namespace {

// More steps than any row needs in a row. What is left then is due, and comes up again.
constexpr int kMaxStepsPerDrive = 400;

// Of one round of the reconciler: alerts that are left come up again.
constexpr base::Milliseconds kTelling = base::Seconds(10);

template <typename Step>
bool waits(const Step& step) {
  return std::holds_alternative<Wait>(step);
}

constexpr std::string_view kRequestId = "request_id";

// The requests whose access it is, so that each of them is found in the log.
std::string requests_of(const domain::Grant& grant) {
  std::string ids;
  for (const domain::Lease& lease : grant.leases) {
    ids += (ids.empty() ? "" : ",") + lease.request.str();
  }
  return ids;
}

// Taking access away, then giving it, then everything else.
int rank(const ports::RowRef& row) { return row.kind == ports::RowKind::kGrant ? 0 : 1; }

}  // namespace

Engine::Engine(const Ports& ports, Settings settings)
    : ports_(ports),
      settings_(std::move(settings)),
      clock_steps_(ports_, settings_),
      unwritten_(ports_) {}

bool Engine::report(const ports::RowRef& row, const base::Status& status) {
  if (status) return true;
  ports_.log.warning("step_failed", {{"row", row.key}, {"error", status.error().message}});
  ports_.metrics.count("sso_elevator_step_failures_total",
                       {{"kind", base::to_string(status.error().kind)}});
  return false;
}

bool Engine::step_grant(const ports::RowRef& row, std::set<ports::RowRef>& touched, bool tells) {
  const auto assignment = domain::assignment_from_key(row.key);
  if (!assignment) return report(row, assignment.error());
  const auto read = ports_.store.grant(*assignment);
  if (!read) return report(row, read.error());
  if (!*read) return false;
  const auto& grant = (*read)->value;
  const base::LogScope scope(kRequestId, requests_of(grant));
  const auto next = settings_.strategy.plan_grant(grant, ports_.clock.now(), settings_.timing);
  if (waits(next) || (!tells && std::holds_alternative<TellOverdue>(next))) return false;
  const bool done = report(row, perform(ports_, settings_, grant, next, touched));
  if (!done) unwritten_.revoke(*assignment);
  return done;
}

bool Engine::step_request(const ports::RowRef& row, std::set<ports::RowRef>& touched,
                          Errand errand) {
  const auto id = domain::RequestId::parse(row.key);
  if (!id) return report(row, id.error());
  const base::LogScope scope(kRequestId, id->str());
  const auto read = ports_.store.request(*id);
  if (!read) return report(row, read.error());
  if (!*read) return false;
  const auto& request = (*read)->value;
  const auto next =
      settings_.strategy.plan_request(request, ports_.clock.now(), settings_.request_timing);
  if (waits(next)) return false;
  const bool is_audit = std::holds_alternative<DeliverAudit>(next);
  if (errand == (is_audit ? Errand::kAllButAudit : Errand::kAuditOnly)) return false;
  return report(row, perform(ports_, settings_, request, next, touched));
}

bool Engine::step(const ports::RowRef& row, std::set<ports::RowRef>& touched) {
  return step_one(row, touched, Errand::kEverything);
}

bool Engine::step_one(const ports::RowRef& row, std::set<ports::RowRef>& touched, Errand errand) {
  switch (row.kind) {
    case ports::RowKind::kGrant:
      return step_grant(row, touched, true);
    case ports::RowKind::kRequest:
      return step_request(row, touched, errand);
    case ports::RowKind::kNamed:
      return false;  // owned by whoever owns the name
  }
  return false;
}

bool Engine::drive_all(std::set<ports::RowRef> rows, Errand errand) {
  RowClaims::Hold hold(errand == Errand::kAuditOnly ? audit_claims_ : claims_);
  bool complete = true;
  for (int steps = 0; !rows.empty() && steps < kMaxStepsPerDrive; ++steps) {
    auto next = rows.begin();
    for (auto row = rows.begin(); row != rows.end(); ++row) {
      if (rank(*row) < rank(*next)) next = row;
    }
    const ports::RowRef row = *next;
    if (settings_.out_of_time()) return true;
    if (!hold.take(row)) {
      rows.erase(row);
      continue;
    }
    std::set<ports::RowRef> touched;
    if (!step_one(row, touched, errand)) {
      complete = complete && touched.empty();
      if (hold.give_back(row)) rows.erase(row);
    }
    touched.erase(row);
    rows.merge(touched);
  }
  return complete && rows.empty();
}

bool Engine::drive(const ports::RowRef& row) {
  return drive_all({row},
                   settings_.audit_is_delivered_apart ? Errand::kAllButAudit : Errand::kEverything);
}

bool Engine::deliver_audit(const ports::RowRef& row) {
  return drive_all({row}, Errand::kAuditOnly);
}

bool Engine::drive_grant(const ports::RowRef& row) {
  RowClaims::Hold hold(claims_);
  for (int steps = 0; steps < kMaxStepsPerDrive; ++steps) {
    if (settings_.out_of_time() || !hold.take(row)) return true;
    std::set<ports::RowRef> touched;
    if (!step_grant(row, touched, false) && hold.give_back(row)) return touched.empty();
  }
  return false;
}

void Engine::look_around(size_t limit) {
  clock_steps_.look();
  tell_overdue(limit);
}

void Engine::drive_due_grants(size_t limit, std::set<ports::RowRef>& troubled) {
  auto due = ports_.store.due_grants(ports_.clock.now(), limit);
  if (!due) return;
  std::erase_if(*due, [&](const ports::RowRef& row) { return troubled.contains(row); });
  const auto driven = base::parallel_map(*due, settings_.grants_in_parallel,
                                         [this](const auto& row) { return drive_grant(row); });
  for (size_t i = 0; i < due->size(); ++i) {
    if (!driven[i]) troubled.insert((*due)[i]);
  }
}

// After everything else: a chat system that hangs takes its time from the next alert, and from
// nobody's access.
void Engine::tell_overdue(size_t limit) {
  const auto until = ports_.clock.now() + kTelling;
  const auto due = ports_.store.due_grants(ports_.clock.now(), limit);
  if (!due) return;
  for (const ports::RowRef& row : *due) {
    if (ports_.clock.now() >= until || settings_.out_of_time()) return;
    std::set<ports::RowRef> touched;
    step_grant(row, touched, true);
  }
}

ReconcileReport Engine::reconcile(size_t limit) {
  ReconcileReport report;
  clock_steps_.look();
  std::set<ports::RowRef> troubled;
  drive_due_grants(limit, troubled);
  const auto due = ports_.store.due(ports_.clock.now(), limit);
  if (!due) {
    ports_.log.error("due_rows_unreadable", {{"error", due.error().message}});
    report.trouble = 1;
    return report;
  }
  report.rows = due->size();
  for (const ports::RowRef& row : *due) {
    if (row.kind != ports::RowKind::kRequest || troubled.contains(row)) continue;
    if (settings_.out_of_time()) break;
    if (!drive_all({row}, Errand::kEverything)) troubled.insert(row);
    // A chat system that hangs holds up one row, and never the end of anybody's access (L1, L4).
    drive_due_grants(limit, troubled);
  }
  tell_overdue(limit);
  report.trouble = troubled.size();
  return report;
}

base::Result<std::optional<base::TimePoint>> Engine::next_due() { return ports_.store.next_due(); }

}  // namespace elevator::workflow
