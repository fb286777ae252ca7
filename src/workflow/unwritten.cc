#include "workflow/unwritten.h"

#include <utility>

namespace elevator::workflow {

void UnwrittenRevocations::revoke(const domain::Assignment& assignment) {
  if (ports_.store.check_writable()) {
    forget_all();
    return;
  }
  const auto row = ports_.store.grant(assignment);
  if (!row || !*row || !domain::is_overdue((*row)->value, ports_.clock.now())) return;
  Sent sent;
  {
    // Not while AWS is asked: a call that hangs holds up this grant alone.
    const std::lock_guard lock(mutex_);
    Sent& known = sent_[assignment];
    if (std::exchange(known.at_work, true)) return;
    sent = known;
  }
  if (is_due(sent, assignment)) send(sent, assignment);
  sent.at_work = false;
  const std::lock_guard lock(mutex_);
  sent_[assignment] = sent;
}

// The adapter counts operations that nobody has seen end.
void UnwrittenRevocations::forget_all() {
  std::map<domain::Assignment, Sent> sent;
  {
    const std::lock_guard lock(mutex_);
    sent.swap(sent_);
  }
  for (auto& [assignment, one] : sent) static_cast<void>(is_due(one, assignment));
}

bool UnwrittenRevocations::is_due(Sent& sent, const domain::Assignment& assignment) {
  if (!sent.operation_id.empty()) {
    const auto status = ports_.identity_center.poll(assignment, domain::Operation::Kind::kDelete,
                                                    sent.operation_id);
    const bool at_work = status && status->progress == domain::Progress::kInProgress;
    if (!at_work) sent.operation_id.clear();
  }
  return sent.operation_id.empty() && sent.again <= ports_.clock.now();
}

void UnwrittenRevocations::send(Sent& sent, const domain::Assignment& assignment) {
  sent.again = ports_.clock.now() + base::minutes(1);
  const auto started = ports_.identity_center.remove(assignment);
  const bool gone = !started && started.error().kind == base::Kind::kNotFound;
  if (started && started->status.progress == domain::Progress::kInProgress) {
    sent.operation_id = started->operation_id;
  }
  ports_.log.error("revoked_without_writing",
                   {{"row", domain::to_key(assignment)},
                    {"result", started ? "sent"
                               : gone  ? "absent"
                                       : started.error().message},
                    {"detail", "the store takes no writes; the row closes when it does"}});
  ports_.metrics.count("sso_elevator_unwritten_revocations_total");
}

}  // namespace elevator::workflow
