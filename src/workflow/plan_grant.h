// The planner of grants: (row, now) -> the next step. Pure; it keeps nothing between steps, so
// whoever reads the row next goes on from where anybody stopped.
#pragma once

#include <optional>
#include <variant>

#include "domain/grant.h"

namespace elevator::workflow {

// Nothing to do before this time; none = not until somebody changes the row.
struct Wait {
  std::optional<base::TimePoint> until;
};
// A transition that needs no call.
struct ApplyGrantEvent {
  domain::GrantEvent event;
};
struct LookAtAws {
  bool also_creations_in_flight = false;
};
struct ArmTimer {
  domain::ArmedTimer timer;
};
struct DisarmTimer {
  domain::ArmedTimer timer;
};
struct CreateAccess {};   // registers an attempt in the row, then sends
struct PollOperation {};  // the one in the row
struct DeleteAccess {};
struct CheckExistence {};
struct TellOverdue {};

using GrantStep =
    std::variant<Wait, ApplyGrantEvent, LookAtAws, ArmTimer, DisarmTimer, CreateAccess,
                 PollOperation, DeleteAccess, CheckExistence, TellOverdue>;

GrantStep plan_grant(const domain::Grant& grant, base::TimePoint now, const domain::Timing& timing);

}  // namespace elevator::workflow
