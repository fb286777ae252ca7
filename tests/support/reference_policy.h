// The rules, evaluated as naively as their documentation reads, straight from JSON. It shares no
// code with src/policy: what both say is right twice.
#pragma once

#include <boost/json/value.hpp>
#include <set>
#include <string>

namespace elevator::testing {

struct ReferenceRequest {
  std::string requester;  // lower case
  std::string account;    // empty: the target is a group
  std::string permission_set;
  std::string group;
  int minutes = 60;
  std::string reason;
  bool secondary_domain_used = false;
};

struct ReferenceAnswer {
  std::string decision;
  std::string reason;
  std::set<std::string> approvers{};
  int required_approvals = 1;
};

// `rules` uses plain lower-case addresses, "group:NAME" and JSON booleans; `groups` maps NAME to a
// list of addresses, or to null when the look-up failed. Durations are "HH:MM".
ReferenceAnswer reference_decide(const boost::json::value& rules, const boost::json::value& groups,
                                 const ReferenceRequest& request);

bool reference_may_review(const boost::json::value& rules, const boost::json::value& groups,
                          const ReferenceRequest& request, const std::string& reviewer);

}  // namespace elevator::testing
