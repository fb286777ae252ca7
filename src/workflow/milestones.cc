#include "workflow/milestones.h"

#include <algorithm>

#include "audit/entry.h"
#include "workflow/journal.h"

namespace elevator::workflow {
namespace {

std::string_view event_of(audit::Operation operation) {
  switch (operation) {
    case audit::Operation::kGrant:
      return "access_given";
    case audit::Operation::kRevoke:
      return "access_removed";
    case audit::Operation::kRequest:
      return "request_made";
    case audit::Operation::kRefuse:
      return "request_refused";
    case audit::Operation::kReview:
      return "request_reviewed";
    case audit::Operation::kApprove:
      return "request_approved";
    case audit::Operation::kDeny:
      return "request_denied";
    case audit::Operation::kExpire:
      return "request_expired";
    case audit::Operation::kExtend:
      return "extension_requested";
    case audit::Operation::kEndLease:
      return "access_share_ended";
    case audit::Operation::kFail:
      return "request_failed";
    case audit::Operation::kCancel:
      return "request_cancelled";
    case audit::Operation::kAdopt:
      return "access_adopted";
    case audit::Operation::kGone:
      return "access_gone";
    case audit::Operation::kDrift:
      return "access_drifted";
    case audit::Operation::kSyncAdd:
    case audit::Operation::kSyncRemove:
    case audit::Operation::kManualDetected:
    case audit::Operation::kSweep:
    case audit::Operation::kSync:
    case audit::Operation::kRules:
    case audit::Operation::kCheckpoint:
      return "audit_entry";
  }
  return "audit_entry";
}

bool is_refused_click(const audit::Entry& entry) {
  return entry.operation == audit::Operation::kReview && entry.decision == kRefusedClick;
}

// AWS needs a few seconds to delete, and the absence is observed before it is written.
constexpr base::Milliseconds kOnTime = base::minutes(1);

// Ours, not a person's words: whether the end came by itself or somebody wanted it.
std::string_view how(const audit::Entry& entry, const domain::Request& request) {
  const bool is_end = entry.operation == audit::Operation::kRevoke ||
                      entry.operation == audit::Operation::kEndLease;
  if (!is_end) return "";
  if (entry.deadline && entry.time > *entry.deadline + kOnTime) return "late";
  return request.ending && request.ending->person ? "early" : "on_time";
}

// Why it did not come to access. What a person wrote is in the audit log alone.
std::string_view why(const audit::Entry& entry, const domain::Request& request) {
  if (is_refused_click(entry)) return entry.reason;
  const bool is_ours =
      entry.operation == audit::Operation::kRefuse || entry.operation == audit::Operation::kFail;
  return is_ours ? std::string_view(request.detail) : std::string_view();
}

void log_entry(base::Logger& log, const domain::Request& request, const audit::Entry& entry) {
  const std::string deadline = entry.deadline ? base::to_rfc3339(*entry.deadline) : "";
  log.info(is_refused_click(entry) ? "click_refused" : event_of(entry.operation),
           {{"request_id", request.id.str()},
            {"requester", entry.requester_email.value_or(entry.requester_slack_id.value_or(""))},
            {"account", entry.account_id.value_or("")},
            {"permission_set", entry.role_name.value_or("")},
            {"group", entry.group_id.value_or("")},
            {"approver", entry.approver_email.value_or(entry.approver_slack_id.value_or(""))},
            {"decision", entry.decision.value_or("")},
            {"until", deadline},
            {"how", how(entry, request)},
            {"reason", why(entry, request)}});
}

}  // namespace

void log_milestones(base::Logger& log, const domain::Request* before,
                    const domain::Request& after) {
  for (const domain::SealedEntry& sealed : after.audit) {
    const bool is_new =
        before == nullptr || std::ranges::find(before->audit, sealed) == before->audit.end();
    if (!is_new) continue;
    const auto parsed = audit::parse_entry(sealed.bytes);
    if (parsed) log_entry(log, after, parsed->entry);
  }
}

}  // namespace elevator::workflow
