// The fields of every row, each list written once and used for both directions, so that writing
// and reading cannot drift apart. Private to this folder.
//
//   field(name, member)   always written, must be there
//   maybe(name, member)   left out when empty; absent = empty
#pragma once

#include <concepts>
#include <type_traits>

#include "wire/rows/rows.h"

namespace elevator::wire::rows {

template <typename T, typename U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

void describe(auto& a, Is<domain::Retry> auto& r) {
  a.field("attempts", r.attempts);
  a.maybe("not_before", r.not_before);
  a.maybe("last_error", r.last_error);
}

void describe(auto& a, Is<domain::Chain> auto& c) {
  a.field("sequence", c.sequence);
  a.maybe("hash", c.hash);
}

void describe(auto& a, Is<domain::SealedEntry> auto& e) {
  a.field("key", e.key);
  a.field("bytes", e.bytes);
}

void describe(auto& a, Is<domain::Notice> auto& n) {
  a.field("number", n.number);
  a.field("kind", n.kind);
  a.maybe("person", n.person);
  a.maybe("text", n.text);
  a.maybe("at", n.at);
}

void describe(auto& a, Is<domain::Approver> auto& p) {
  a.field("email", p.email);
  a.maybe("slack", p.slack);
}

void describe(auto& a, Is<domain::Decision> auto& d) {
  a.field("outcome", d.outcome);
  a.maybe("reason", d.reason);
  a.maybe("rules", d.rules);
  a.maybe("applied", d.applied);
  a.maybe("explanation", d.explanation);
  a.maybe("approvers", d.approvers);
  a.maybe("mention", d.mention);
  a.field("required_approvals", d.required_approvals);
  a.maybe("require_deny_reason", d.require_deny_reason);
  a.maybe("allow_extension", d.allow_extension);
  a.maybe("break_glass", d.break_glass);
  a.maybe("channel", d.channel);
  a.maybe("direct_message", d.direct_message);
}

void describe(auto& a, Is<domain::Click> auto& c) {
  a.field("person", c.person);
  a.field("act", c.act);
  a.field("revision", c.revision);
  a.maybe("comment", c.comment);
  a.maybe("at", c.at);
  a.field("state", c.state);
  a.maybe("name", c.name);
  a.maybe("email", c.email);
  a.maybe("rejection", c.rejection);
  a.maybe("required_approvals", c.required_approvals);
}

void describe(auto& a, Is<domain::MessageRef> auto& m) {
  a.field("channel", m.channel);
  a.field("timestamp", m.timestamp);
}

void describe(auto& a, Is<domain::Copy> auto& c) {
  a.maybe("person", c.person);
  a.field("ref", c.ref);
}

void describe(auto& a, Is<domain::MessageState> auto& m) {
  a.maybe("ref", m.ref);
  a.maybe("posting_until", m.posting_until);
  a.field("version", m.version);
  a.field("shown", m.shown);
  a.maybe("retry", m.retry);
}

void describe(auto& a, Is<domain::Ending> auto& e) {
  a.maybe("why", e.why);
  a.maybe("person", e.person);
  a.maybe("person_email", e.person_email);
  a.maybe("at", e.at);
  a.maybe("removed_at", e.removed_at);
  a.maybe("access_stays", e.access_stays);
}

void describe(auto& a, Is<domain::Principal> auto& p) {
  a.field("id", p.id);
  a.field("email", p.email);
  a.maybe("secondary_domain_used", p.secondary_domain_used);
}

void describe(auto& a, Is<domain::Request> auto& r) {
  a.field("id", r.id);
  a.field("origin", r.origin);
  a.maybe("workspace", r.workspace);
  a.field("state", r.state);
  a.maybe("detail", r.detail);
  a.field("revision", r.revision);
  a.field("requester", r.requester);
  a.field("target", r.target);
  a.field("duration_seconds", r.duration);
  a.maybe("reason", r.reason);
  a.maybe("start", r.start);
  a.maybe("extends", r.extends);
  a.maybe("created_at", r.created_at);
  a.maybe("expires_at", r.expires_at);
  a.maybe("requester_name", r.requester_name);
  a.maybe("requester_email", r.requester_email);
  a.maybe("requester_time_zone", r.requester_time_zone);
  a.field("requester_in_channel", r.requester_in_channel);
  a.maybe("principal", r.principal);
  a.maybe("target_name", r.target_name);
  a.maybe("session_duration_seconds", r.session_duration);
  a.maybe("assignment", r.assignment);
  a.maybe("decision", r.decision);
  a.maybe("clicks", r.clicks);
  a.maybe("decided_at", r.decided_at);
  a.maybe("approved_at", r.approved_at);
  a.maybe("lease_start", r.lease_start);
  a.maybe("lease_end", r.lease_end);
  a.maybe("goes_on_until", r.goes_on_until);
  a.maybe("granted_at", r.granted_at);
  a.maybe("ending", r.ending);
  a.maybe("end_soon_told", r.end_soon_told);
  a.maybe("next_reminder_at", r.next_reminder_at);
  a.maybe("reminders", r.reminders);
  a.field("message", r.message);
  a.maybe("copies", r.copies);
  a.maybe("notices", r.notices);
  a.maybe("last_notice", r.last_notice);
  a.maybe("telling_until", r.telling_until);
  a.maybe("notice_retry", r.notice_retry);
  a.maybe("audit", r.audit);
  a.maybe("chain", r.chain);
  a.maybe("audit_retry", r.audit_retry);
  a.maybe("work_retry", r.work_retry);
}

void describe(auto& a, Is<domain::Lease> auto& l) {
  a.field("request", l.request);
  a.field("start", l.start);
  a.field("end", l.end);
  a.field("generation", l.generation);
  a.maybe("announced", l.announced);
}

void describe(auto& a, Is<domain::Operation> auto& o) {
  a.field("kind", o.kind);
  a.field("id", o.id);
  a.maybe("started_at", o.started_at);
  a.maybe("poll_at", o.poll_at);
}

void describe(auto& a, Is<domain::ArmedTimer> auto& t) {
  a.field("generation", t.generation);
  a.field("deadline", t.deadline);
}

void describe(auto& a, Is<domain::Grant> auto& g) {
  a.field("assignment", g.assignment);
  a.field("generation", g.generation);
  a.field("phase", g.phase);
  a.maybe("phase_since", g.phase_since);
  a.maybe("leases", g.leases);
  a.maybe("deadline", g.deadline);
  a.maybe("looked", g.looked);
  a.maybe("attempt_until", g.attempt_until);
  a.maybe("create_unknown", g.create_unknown);
  a.maybe("created", g.created);
  a.maybe("operation", g.operation);
  a.maybe("delete_needed", g.delete_needed);
  a.maybe("vanishing", g.vanishing);
  a.maybe("gone_since", g.gone_since);
  a.maybe("watch_until", g.watch_until);
  a.maybe("create_operation_id", g.create_operation_id);
  a.maybe("delete_operation_id", g.delete_operation_id);
  a.maybe("failure", g.failure);
  a.maybe("timers", g.timers);
  a.maybe("retry", g.retry);
  a.maybe("timer_retry", g.timer_retry);
  a.maybe("overdue_told_at", g.overdue_told_at);
}

void describe(auto& a, Is<Named> auto& n) {
  a.field("name", n.name);
  a.maybe("body", n.body);
  a.maybe("chain", n.chain);
  a.maybe("audit", n.audit);
  a.maybe("audit_retry", n.audit_retry);
}

}  // namespace elevator::wire::rows
