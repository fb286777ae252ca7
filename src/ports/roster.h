// Roster: everybody in the identity store, with their attributes, and who is in which group. For
// what compares whole populations: the attribute sync and the sweep. An incomplete listing is an
// error, never a shorter answer. Thread-safe.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/ids.h"
#include "ports/organization.h"

namespace elevator::ports {

// In the order in which they were read: of two names that differ only by case the first counts.
using Attributes = std::vector<std::pair<std::string, std::string>>;

struct RosterUser {
  domain::PrincipalId id;
  std::string email;  // untrusted text; empty when the user has none
  bool enabled = true;
  std::optional<Attributes> attributes;  // none: they could not be read, so nothing is known
};

struct RosterListing {
  std::vector<RosterUser> users;
  // Whether attributes of organizations (department, costCenter, ...) were delivered for anybody.
  bool any_enterprise_attributes = false;
};

class Roster {
 public:
  virtual ~Roster() = default;
  virtual base::Result<RosterListing> users() = 0;
  virtual base::Result<std::vector<Group>> groups() = 0;
  virtual base::Result<std::set<domain::PrincipalId>> members(const domain::GroupId& group) = 0;
  // The e-mail address of one user, empty when there is none. kNotFound: no such user any more.
  virtual base::Result<std::string> email_of(const domain::PrincipalId& user) = 0;
};

}  // namespace elevator::ports
