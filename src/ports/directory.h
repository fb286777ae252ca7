// Directory: people of the identity store, and members of its groups. Thread-safe.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/ids.h"
#include "domain/person.h"

namespace elevator::ports {

class Directory {
 public:
  virtual ~Directory() = default;

  // The user with this address: as e-mail as written, lower-cased, as user name, then in an index
  // of all users. Then, with each configured secondary domain (secondary_domain_used). kNotFound
  // when there is none; kConflict when the address is ambiguous. Never lists everything.
  // `as_written` keeps the case that Slack returned.
  virtual base::Result<domain::Principal> find(const std::string& as_written) = 0;

  // E-mail addresses of a group's members, by display name. kNotFound: no such group. May be
  // remembered for minutes.
  virtual base::Result<std::set<domain::Email>> group_members(const std::string& group_name) = 0;
  // Whether this person is one of them, asked now: for what this person decides.
  virtual base::Result<bool> is_member(const std::string& group_name, const domain::Email& email) {
    TRY(const auto members, group_members(group_name));
    return members.contains(email);
  }
};

}  // namespace elevator::ports
