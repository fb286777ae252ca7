// Memberships: who is in the groups and on-call schedules that the rules name, as last looked up.
// Read in the background and kept as a snapshot across restarts, so that menus, forms and field
// errors need no look-up. Decides what is offered and nothing else: the planner looks everybody up
// again (DESIGN section 6). Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "policy/rules.h"
#include "ports/snapshots.h"
#include "workflow/ports.h"

namespace elevator::app {

class Memberships {
 public:
  // What is known of one group.
  struct Known {
    std::optional<std::set<domain::Email>> members;  // none: the look-up failed
    base::TimePoint at{};
    bool gone = false;  // there is no such group, which is why there are no members
  };

  // Without snapshots nothing survives a restart. What is given must outlive this object.
  Memberships(workflow::Ports& ports, ports::Snapshots* snapshots)
      : ports_(ports), snapshots_(snapshots) {}

  // None: never looked up.
  std::optional<Known> of(const policy::Lookup& lookup);
  // Members looked up at most ten minutes ago: good enough to tell a person "no" at once.
  std::optional<std::set<domain::Email>> fresh(const policy::Lookup& lookup);
  // Whether everybody was looked up once, with whatever result.
  bool knows_all(const std::set<policy::Lookup>& lookups);
  // Another number whenever something may have become known or forgotten.
  std::uint64_t version();

  // Looks up everybody whom the rules name. A group that does not exist is known to have nobody; a
  // look-up that fails keeps what was known before.
  void refresh(const policy::Rules& rules);
  // The same for those that were never looked up.
  void refresh_unknown(const policy::Rules& rules);
  // Somebody else looks them up: takes what they left, when it is newer.
  void reload();

 private:
  void look_up(const std::set<policy::Lookup>& lookups);
  void load();
  void take_snapshot();
  void save();

  workflow::Ports& ports_;
  ports::Snapshots* snapshots_;
  std::mutex mutex_;
  bool loaded_ = false;
  std::uint64_t version_ = 1;
  std::map<policy::Lookup, Known> known_;
};

// Everybody whom the rules name by a look-up: requesters, approvers, people to be told.
std::set<policy::Lookup> all_lookups(const policy::Rules& rules);

}  // namespace elevator::app
