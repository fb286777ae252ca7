#include "audit/operation.h"

#include <array>
#include <string>
#include <utility>

namespace elevator::audit {
namespace {

constexpr std::array kAll{
    Operation::kGrant,    Operation::kRevoke,    Operation::kSyncAdd, Operation::kSyncRemove,
    Operation::kRequest,  Operation::kRefuse,    Operation::kReview,  Operation::kManualDetected,
    Operation::kApprove,  Operation::kDeny,      Operation::kExpire,  Operation::kExtend,
    Operation::kEndLease, Operation::kFail,      Operation::kCancel,  Operation::kAdopt,
    Operation::kGone,     Operation::kDrift,     Operation::kSweep,   Operation::kSync,
    Operation::kRules,    Operation::kCheckpoint};

}  // namespace

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::kGrant:
      return "grant";
    case Operation::kRevoke:
      return "revoke";
    case Operation::kSyncAdd:
      return "sync_add";
    case Operation::kSyncRemove:
      return "sync_remove";
    case Operation::kManualDetected:
      return "manual_detected";
    case Operation::kRequest:
      return "request";
    case Operation::kRefuse:
      return "refuse";
    case Operation::kReview:
      return "review";
    case Operation::kApprove:
      return "approve";
    case Operation::kDeny:
      return "deny";
    case Operation::kExpire:
      return "expire";
    case Operation::kExtend:
      return "extend";
    case Operation::kEndLease:
      return "end_lease";
    case Operation::kFail:
      return "fail";
    case Operation::kCancel:
      return "cancel";
    case Operation::kAdopt:
      return "adopt";
    case Operation::kGone:
      return "gone";
    case Operation::kDrift:
      return "drift";
    case Operation::kSweep:
      return "sweep";
    case Operation::kSync:
      return "sync";
    case Operation::kRules:
      return "rules";
    case Operation::kCheckpoint:
      return "checkpoint";
  }
  return "unknown";
}

base::Result<Operation> parse_operation(std::string_view text) {
  for (const Operation operation : kAll) {
    if (to_string(operation) == text) return operation;
  }
  return base::invalid("\"" + std::string(text.substr(0, 40)) + "\" is not an operation type");
}

}  // namespace elevator::audit
