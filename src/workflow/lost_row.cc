#include "workflow/lost_row.h"

#include "base/crypto.h"
#include "base/overloaded.h"
#include "workflow/journal.h"
#include "workflow/transaction.h"

namespace elevator::workflow {
namespace {

using domain::Assignment;
using domain::Request;

// Not the lost request's own id: its audit chain is in the log, and its head is lost.
domain::RequestId id_of(const ports::TimerPayload& payload) {
  const std::string cause = "lost row\n" + domain::to_key(payload.assignment) + "\n" +
                            std::to_string(payload.timer.generation) + "\n" +
                            std::to_string(base::to_unix_milliseconds(payload.timer.deadline));
  return domain::RequestId::literal(base::sha256_hex(cause).substr(0, 32));
}

// Whose access it was, when the payload does not tell: the log then names the principal only.
Request request_of_nobody(const domain::RequestId& id, const Assignment& assignment) {
  const auto nobody = domain::SlackUserId::literal("U00000000");
  return std::visit(
      base::overloaded{
          [&](const domain::AccountAssignment& one) {
            const std::string& arn = one.permission_set.str();
            const auto name = domain::PermissionSetName::parse(arn.substr(arn.rfind('/') + 1));
            return Request{
                .id = id,
                .requester = nobody,
                .target = domain::AccountTarget{
                    one.account, name ? *name : domain::PermissionSetName::literal("unknown")}};
          },
          [&](const domain::GroupMembership& one) {
            return Request{.id = id, .requester = nobody, .target = domain::GroupTarget{one.group}};
          }},
      assignment);
}

Request found_request(const ports::TimerPayload& payload, base::TimePoint now) {
  const auto id = id_of(payload);
  Request found = request_of_nobody(id, payload.assignment);
  if (payload.request) {
    const Request& told = *payload.request;
    found.requester = told.requester;
    found.requester_name = told.requester_name;
    found.requester_email = told.requester_email;
    found.principal = told.principal;
    found.target = told.target;
    found.target_name = told.target_name;
    found.duration = told.duration;
    found.reason = told.reason;
    found.workspace = told.workspace;
  }
  found.origin = domain::Origin::kSchedule;
  found.state = domain::RequestState::kActive;
  found.assignment = payload.assignment;
  found.created_at = now;
  // It was approved once: all that is known of its lease is that it is over.
  found.lease_end = std::min(payload.timer.deadline, now);
  found.lease_start = found.approved_at = found.granted_at = found.lease_end;
  found.end_soon_told = true;
  write_records(found, {domain::RecordEntry{.record = domain::Record::kAdopt}}, now);
  return found;
}

}  // namespace

base::Status timer_fired(Engine& engine, const ports::TimerPayload& payload) {
  const ports::RowRef row{ports::RowKind::kGrant, domain::to_key(payload.assignment)};
  bool was_lost = false;
  TRY_VOID(transact(engine.ports(), engine.settings(), [&](Transaction& transaction) {
    const auto known = transaction.grant(payload.assignment);
    was_lost = !known && known.error().kind == base::Kind::kNotFound;
    if (!was_lost) return known ? base::Status() : base::Status(known.error());
    const Request found = found_request(payload, transaction.now());
    auto& grant = transaction.add(domain::adopted_grant(
        payload.assignment, found.id, *found.lease_start, *found.lease_end, transaction.now()));
    grant.timers.push_back(payload.timer);  // to be disarmed like any other
    transaction.add(found);
    return base::Status();
  }));
  if (was_lost) {
    engine.ports().log.error("lost_row_found_by_timer", {{"row", row.key}});
  }
  engine.drive(row);
  return {};
}

}  // namespace elevator::workflow
