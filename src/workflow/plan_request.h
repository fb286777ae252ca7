// The planner of requests: (row, now) -> the next step. Pure, like plan_grant.
//
// Work comes first, then what people see, then what auditors read; each has a back-off of its
// own, so that a chat system that is down never delays access or its end.
#pragma once

#include <variant>

#include "domain/request.h"
#include "workflow/plan_grant.h"

namespace elevator::workflow {

struct ApplyRequestEvent {
  domain::RequestEvent event;
};
struct Assess {};    // who, what, and what the rules say
struct JudgeClick {  // whether a click counts, by the rules in force and the person of now
  size_t index = 0;
};
struct EnterLease {};  // resolve the principal again, fix the lease, put it into the grant
struct ShowMessage {};
struct TellNotice {};   // next_notice()
struct CloseCopies {};  // those whose buttons have no use any more
struct DeliverAudit {};

using RequestStep = std::variant<Wait, ApplyRequestEvent, Assess, JudgeClick, EnterLease,
                                 ShowMessage, TellNotice, CloseCopies, DeliverAudit>;

RequestStep plan_request(const domain::Request& request, base::TimePoint now,
                         const domain::RequestTiming& timing);

// Whether this request has a message at all: only what a person asked for does.
bool has_message(const domain::Request& request);

// The oldest one that can be told now: most belong into the thread of the message. May be null.
const domain::Notice* next_notice(const domain::Request& request);

}  // namespace elevator::workflow
