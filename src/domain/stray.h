// Strays: access that nobody asked for here; and the opposite, access that somebody took away by
// hand. Both become ordinary rows in ordinary states, so that ordinary revocation ends them: there
// is no second way to delete (DESIGN 3). Pure.
#pragma once

#include <optional>

#include "domain/grant.h"
#include "domain/request.h"

namespace elevator::domain {

struct Stray {
  Assignment assignment;
  Target target;
  std::string target_name;  // account or group: untrusted text
};

// When a stray was taken over, and when it is to go: then or later.
struct Removal {
  base::TimePoint now;
  base::TimePoint at;
};

// The row of a stray that is to be removed: nobody asked, nobody is told by it.
RequestChange found_request(const RequestId& id, const Stray& stray, const Removal& removal);

// The grant row that removes it. `known`: the row of this assignment, when there is one; it has
// ended, and this is its next generation.
Grant found_grant(const std::optional<Grant>& known, const Assignment& assignment,
                  const RequestId& request, const Removal& removal);

// The request's access is not there any more, and it was not us. Its leases are then ended early.
RequestChange taken_away(const Request& request, base::TimePoint now);

}  // namespace elevator::domain
