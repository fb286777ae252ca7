// The planner of the attribute sync: rules, users and members -> what to do. Pure.
//
// Caution is part of it: nothing is concluded about a user whose attributes could not be read, a
// disabled user is never added, a member whom the listing of users does not know is left alone,
// and a group whose members could not be read has no entry in `members` and is not touched.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workflow/sync/rules.h"

namespace elevator::workflow::sync {

enum class ActionKind { kAdd, kWarn, kRemove };
std::string_view to_string(ActionKind kind);

struct Action {
  ActionKind kind = ActionKind::kAdd;
  domain::PrincipalId user;
  std::string email;
  ports::Group group;
  // kAdd: the user's values of the attributes that the group's last rule names; else what that
  // rule expects. None: there are no such values (COMPAT 7.3).
  std::optional<std::map<std::string, std::string>> matched;
};

struct Resolved {
  std::vector<ports::Group> groups;  // managed and existing, in the order of the configuration
  std::vector<std::string> missing;  // names that no group has
};
// Of two groups with one display name the later counts.
Resolved resolve(const Config& config, const std::vector<ports::Group>& groups);

// Groups that people may ask for are not the attribute sync's: one would add what the other takes
// away. Compared by id and by name; a sentence for people, empty when nothing overlaps.
std::string overlap(const Config& config, const std::set<domain::GroupId>& requestable,
                    const std::vector<ports::Group>& groups);

using Members = std::map<domain::GroupId, std::set<domain::PrincipalId>>;

// In the order of the groups; additions of a group before the rest, users by id.
std::vector<Action> plan(const Config& config, const std::vector<ports::Group>& groups,
                         const std::vector<ports::RosterUser>& users, const Members& members);

// More removals than these are not a change of staff but a mistake: the brake.
struct Limits {
  size_t most_removals = 25;  // in one run
  int most_percent = 30;      // of the members of one group; of three or fewer removals never
};

// Takes all removals out of `actions` when there are too many in the whole run, or those of a
// group when they are too many for it. One sentence for people per brake.
std::vector<std::string> brake(std::vector<Action>& actions, const Members& members,
                               const Limits& limits);

}  // namespace elevator::workflow::sync
