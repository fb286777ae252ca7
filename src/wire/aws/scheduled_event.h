// What EventBridge Scheduler and our EventBridge rules send to the revoker, and what we put into
// our own schedules (docs/formats/schedules.md). Pure: bytes <-> types.
//
// The payloads of the existing product are understood in both of its forms (`revoke_event` as text
// or as an object), and ours keep their shape, so that it can take our schedules over again. Our
// own facts are in `sso_elevator`, a key that it ignores.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "domain/grant.h"
#include "domain/request.h"

namespace elevator::wire::aws {

// The access is to be taken back now. Only what names the access has to be right in a payload of
// the existing product: a revocation is not lost because a person's name is missing.
struct ScheduledRevocation {
  std::string schedule_name;
  domain::Assignment assignment;
  std::optional<domain::ArmedTimer> timer;  // none: a schedule of the existing product
  // People, target, duration and, of ours, the reason, as far as the payload tells. Whoever
  // approved is a counted click. Of the existing product the id names no row.
  domain::Request request;
};

// The existing product's: nobody answered the request of this message.
struct ButtonsExpiry {
  std::string schedule_name;
  domain::MessageRef message;
};

// The existing product's: the request of this message may still wait.
struct ApproversReminder {
  std::string schedule_name;
  domain::MessageRef message;
  base::Seconds waited{};  // until this reminder; the next interval is made from it
};

struct InconsistencyCheck {};  // report access that nobody asked for
struct ScheduledSweep {};      // report it, and remove it if the mode says so
struct AttributeSync {};
struct Reconcile {};  // look at the rows that are due: every minute

using ScheduledEvent = std::variant<ScheduledRevocation, ButtonsExpiry, ApproversReminder,
                                    InconsistencyCheck, ScheduledSweep, AttributeSync, Reconcile>;

// kInvalid for an action that nobody sends, kCorrupt for one whose facts cannot be understood.
base::Result<ScheduledEvent> parse_scheduled_event(std::string_view input);

// The `Input` of a schedule. Requires: revocation.timer.
std::string to_schedule_input(const ScheduledRevocation& revocation);

}  // namespace elevator::wire::aws
