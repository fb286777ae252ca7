// Operation: what an audit entry says happened. The names are an interface (DESIGN section 7):
// the first five are the existing product's, the others ours.
#pragma once

#include <string_view>

#include "base/result.h"

namespace elevator::audit {

enum class Operation {
  kGrant,           // access was given; a lease that joins a grant is one too, with its own end
  kRevoke,          // access was taken away, and its absence observed
  kSyncAdd,         // attribute sync added a member
  kSyncRemove,      // attribute sync removed a member
  kManualDetected,  // attribute sync found a member that no rule explains
  kRequest,         // a person asked
  kRefuse,          // the rules, or a check after approval, said no
  kReview,          // one approver's answer
  kApprove,         // enough answers, or none needed: the decision to give access
  kDeny,            // an approver said no
  kExpire,          // nobody answered in time
  kExtend,          // an approved extension moved the end
  kEndLease,        // one request's share ended while the grant went on
  kFail,            // access could not be given
  kCancel,          // the requester took the request back
  kAdopt,           // a schedule or an assignment became a row of ours
  kGone,            // the principal, account or group no longer exists: nothing left to revoke
  kDrift,           // AWS differs from the rows
  kSweep,           // one comparison of all assignments with all rows
  kSync,            // one run of the attribute sync
  kRules,           // a rules document came into force, or was refused
  kCheckpoint,      // the heads of the chains that moved
};

std::string_view to_string(Operation operation);
base::Result<Operation> parse_operation(std::string_view text);

}  // namespace elevator::audit
