// Settings of the workflow, and its decision functions.
#pragma once

#include <functional>
#include <set>

#include "domain/grant.h"
#include "domain/request.h"
#include "policy/decide.h"
#include "ports/identity_center.h"
#include "workflow/plan_grant.h"
#include "workflow/plan_request.h"

namespace elevator::workflow {

// The functions that decide what happens next. The product has one set of them; the explorer
// replaces single ones with known-bad versions (mutants) that it must catch.
struct Strategy {
  std::function<GrantStep(const domain::Grant&, base::TimePoint, const domain::Timing&)>
      plan_grant = workflow::plan_grant;
  std::function<RequestStep(const domain::Request&, base::TimePoint, const domain::RequestTiming&)>
      plan_request = workflow::plan_request;
  // Asked immediately before a create is sent.
  std::function<bool(base::TimePoint now, base::TimePoint not_after)> too_late =
      [](base::TimePoint now, base::TimePoint not_after) { return now >= not_after; };
  std::function<domain::GrantChange(const domain::Grant&, const domain::GrantEvent&,
                                    base::TimePoint, const domain::Timing&)>
      apply_grant =
          [](const domain::Grant& grant, const domain::GrantEvent& event, base::TimePoint now,
             const domain::Timing& timing) { return domain::apply(grant, event, now, timing); };
  // Asked by the sweep of access that a listing did not have: whether the second look, of this
  // access alone, says the same. None: that look failed.
  std::function<bool(const std::optional<ports::Observation>&)> is_taken_away =
      [](const auto& seen) { return seen && !seen->present; };
};

struct Settings {
  domain::Timing timing;
  domain::RequestTiming request_timing;
  policy::Limits limits;
  // Units and tags of an account that were read longer ago decide nothing (docs/adr/0005).
  base::Milliseconds oldest_account_facts = base::hours(24);
  std::set<domain::Email> security_people;  // may end anybody's access
  // Somebody else delivers audit entries (Engine::deliver_audit): a click's thread must not wait
  // for the audit log.
  bool audit_is_delivered_apart = false;
  size_t grants_in_parallel = 1;  // that one round of the reconciler drives at the same time
  // Asked between two steps: no further one is begun then. What is left stays due.
  std::function<bool()> out_of_time = [] { return false; };
  Strategy strategy;
};

}  // namespace elevator::workflow
