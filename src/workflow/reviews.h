// Reviews: whether a click counts, by the rules in force and the person as the chat system knows
// them at that moment. Nothing that was known earlier decides.
#pragma once

#include <string_view>

#include "domain/request.h"
#include "workflow/ports.h"
#include "workflow/settings.h"

namespace elevator::workflow {

// What somebody else is told who clicks "End access now".
inline constexpr std::string_view kWhoMayEnd =
    "only the requester, the approvers and the security team can end this access";

// An error means "again later".
base::Result<domain::Click> judge(Ports& ports, const Settings& settings,
                                  const domain::Request& request, const domain::Click& click);

// The approvals that counted before `latest`, a click as it was just judged, each judged anew:
// whoever lost the right, left, or has the address of somebody else who approved by now does not
// count when the request is approved (I4).
base::Result<std::vector<domain::Click>> judge_earlier(Ports& ports, const Settings& settings,
                                                       const domain::Request& request,
                                                       const domain::Click& latest);

}  // namespace elevator::workflow
