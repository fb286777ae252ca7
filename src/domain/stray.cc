#include "domain/stray.h"

#include "base/check.h"

namespace elevator::domain {

RequestChange found_request(const RequestId& id, const Stray& stray, const Removal& removal) {
  Request request{.id = id,
                  .origin = Origin::kFound,
                  .requester = SlackUserId::literal("U0"),  // nobody; never shown (see journal)
                  .target = stray.target};
  request.state = RequestState::kEnding;
  request.reason = "nobody asked for this access";
  request.created_at = removal.now;
  request.target_name = stray.target_name;
  request.principal = Principal{principal_of(stray.assignment), Email::literal("na@na.invalid")};
  request.assignment = stray.assignment;
  request.lease_start = request.granted_at = removal.now;
  request.lease_end = removal.at;
  // The words of the existing product's audit log (COMPAT 6).
  const bool account = std::holds_alternative<AccountAssignment>(stray.assignment);
  request.ending = Ending{account ? "automated revocation" : "scheduled_revocation", std::nullopt,
                          "", removal.now};
  return {std::move(request), {{Record::kAdopt, {}, {}, {}}}};
}

Grant found_grant(const std::optional<Grant>& known, const Assignment& assignment,
                  const RequestId& request, const Removal& removal) {
  Grant grant = adopted_grant(assignment, request, removal.now, removal.at, removal.now);
  grant.created = false;  // by somebody else: no creation of ours can be under way
  if (!known) return grant;
  CHECK_THAT(known->phase == Phase::kEnded, "only access without a live row is a stray");
  grant.generation = known->generation + 1;
  for (Lease& lease : grant.leases) lease.generation = grant.generation;
  grant.timers = known->timers;  // still to be disarmed
  return grant;
}

RequestChange taken_away(const Request& request, base::TimePoint now) {
  RequestChange change{request, {}};
  if (!has_live_lease(request.state) || request.ending) return change;
  change.request.ending = Ending{"somebody took this access away in AWS", std::nullopt, "", now};
  change.request.state = RequestState::kEnding;
  change.request.message.version += 1;
  change.records.push_back({Record::kDrift, {}, change.request.ending->why, {}});
  return change;
}

}  // namespace elevator::domain
