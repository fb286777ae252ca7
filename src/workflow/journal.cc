#include "workflow/journal.h"

#include "audit/chain.h"
#include "audit/entry.h"
#include "base/overloaded.h"
#include "policy/decision.h"

namespace elevator::workflow {
namespace {

using domain::Record;
using domain::RecordEntry;
using domain::Request;

audit::Operation operation_of(Record record) {
  switch (record) {
    case Record::kRequest:
      return audit::Operation::kRequest;
    case Record::kRefuse:
      return audit::Operation::kRefuse;
    case Record::kReview:
      return audit::Operation::kReview;
    case Record::kApprove:
      return audit::Operation::kApprove;
    case Record::kDeny:
      return audit::Operation::kDeny;
    case Record::kGrant:
      return audit::Operation::kGrant;
    case Record::kRevoke:
      return audit::Operation::kRevoke;
    case Record::kExpire:
      return audit::Operation::kExpire;
    case Record::kExtend:
      return audit::Operation::kExtend;
    case Record::kEndLease:
      return audit::Operation::kEndLease;
    case Record::kFail:
      return audit::Operation::kFail;
    case Record::kCancel:
      return audit::Operation::kCancel;
    case Record::kAdopt:
      return audit::Operation::kAdopt;
    case Record::kGone:
      return audit::Operation::kGone;
    case Record::kDrift:
      return audit::Operation::kDrift;
  }
  return audit::Operation::kFail;
}

void describe_target(const Request& request, audit::Entry& entry) {
  std::visit(base::overloaded{
                 [&](const domain::AccountTarget& target) {
                   entry.audit_entry_type = "account";
                   entry.account_id = target.account.str();
                   entry.role_name = target.permission_set.str();
                 },
                 [&](const domain::GroupTarget& target) {
                   entry.audit_entry_type = "group";
                   entry.group_id = target.group.str();
                   if (!request.target_name.empty()) entry.group_name = request.target_name;
                 },
             },
             request.target);
}

bool is_about_access(const RecordEntry& record) {
  return record.record == Record::kGrant || record.record == Record::kRevoke ||
         record.record == Record::kEndLease || record.record == Record::kGone;
}

// The person whose answer the entry speaks of; else whoever approved, for the entries of access and
// for what was approved before it came here.
const domain::Click* approver_of(const Request& request, const RecordEntry& record) {
  if (record.click) return &request.clicks[*record.click];
  if (!is_about_access(record) && record.record != Record::kAdopt) return nullptr;
  for (auto click = request.clicks.rbegin(); click != request.clicks.rend(); ++click) {
    if (click->act == domain::Act::kApprove && click->state == domain::Click::State::kCounted) {
      return &*click;
    }
  }
  return nullptr;
}

// Of a click that does not count: what it is called, and "" for one that does.
std::string_view discounted(const Request& request, const RecordEntry& record) {
  if (record.record != Record::kReview || !record.click) return "";
  switch (request.clicks[*record.click].state) {
    case domain::Click::State::kLapsed:
      return kLapsedClick;
    case domain::Click::State::kRejected:
      return kRefusedClick;
    case domain::Click::State::kUnverified:
    case domain::Click::State::kCounted:
      return "";
  }
  return "";
}

// A person's own words belong to the request; what ended it is the entry's own reason.
std::string reason_of(const Request& request, const RecordEntry& record) {
  switch (record.record) {
    case Record::kRevoke:
    case Record::kEndLease:
    case Record::kGone:
      if (request.ending && !request.ending->why.empty()) return request.ending->why;
      return record.detail.empty() ? "scheduled_revocation" : record.detail;
    case Record::kDeny:
    case Record::kRefuse:
    case Record::kFail:
      return record.detail;
    case Record::kReview:
      return discounted(request, record).empty() ? request.reason : record.detail;
    case Record::kRequest:
    case Record::kApprove:
    case Record::kGrant:
    case Record::kExpire:
    case Record::kExtend:
    case Record::kCancel:
    case Record::kAdopt:
    case Record::kDrift:
      return request.reason;
  }
  return request.reason;
}

// Nobody clicked because the requester is an approver whom a rule lets approve for themselves.
bool is_approved_by_requester(const Request& request, const RecordEntry& record) {
  return (record.record == Record::kApprove || is_about_access(record)) && request.decision &&
         request.decision->reason == policy::to_string(policy::Reason::kSelfApproval);
}

std::string decision_of(const Request& request, const RecordEntry& record,
                        const domain::Click* approver) {
  if (const auto name = discounted(request, record); !name.empty()) return std::string(name);
  if (record.record == Record::kReview || record.record == Record::kDeny) {
    return std::string(to_string(approver->act));
  }
  if (request.decision) return request.decision->reason;
  return std::string(to_string(request.origin));
}

audit::Entry entry_for(const Request& request, const RecordEntry& record, base::TimePoint now) {
  audit::Entry entry;
  entry.operation = operation_of(record.record);
  entry.time = now;
  entry.reason = reason_of(request, record);
  describe_target(request, entry);
  entry.permission_duration = request.duration;
  if (request.principal) {
    entry.sso_user_principal_id = request.principal->id.str();
    entry.secondary_domain_was_used = request.principal->secondary_domain_used;
  }
  if (request.origin != domain::Origin::kFound) {
    entry.requester_slack_id = request.requester.str();
  }
  if (request.requester_email) entry.requester_email = request.requester_email->str();
  if (!record.operation_id.empty()) entry.request_id = record.operation_id;
  const domain::Click* approver = approver_of(request, record);
  if (approver != nullptr) {
    entry.approver_slack_id = approver->person.str();
    if (approver->email) entry.approver_email = approver->email->str();
  } else if (is_approved_by_requester(request, record)) {
    entry.approver_slack_id = entry.requester_slack_id;
    entry.approver_email = entry.requester_email;
  }
  entry.elevator_request_id = request.id.str();
  if (request.decision && request.decision->rules) {
    entry.rule_digest = request.decision->rules->str();
  }
  entry.decision = decision_of(request, record, approver);
  entry.deadline = request.lease_end;
  return entry;
}

}  // namespace

void write_records(domain::Request& request, const std::vector<RecordEntry>& records,
                   base::TimePoint now) {
  const audit::Stream stream = audit::Stream::request(request.id);
  for (const RecordEntry& record : records) {
    auto sealed = audit::seal(stream, request.chain, entry_for(request, record, now));
    request.chain = sealed.chain;
    request.audit.push_back({std::move(sealed.key), std::move(sealed.bytes)});
  }
}

}  // namespace elevator::workflow
