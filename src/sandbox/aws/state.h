// State: everything that a simulated organization is, as plain values. Guarded by its owner.
#pragma once

#include <boost/json/object.hpp>
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/aws/call.h"
#include "sandbox/aws/settings.h"
#include "sandbox/aws/world.h"

namespace elevator::sandbox::aws {

struct Account {
  std::string id;
  std::string name;
  std::string email;
  std::string parent;  // id of the unit or root
  std::string state;
  std::map<std::string, std::string> tags;
  base::TimePoint joined;
};

struct Unit {
  std::string id;
  std::string name;
  std::string parent;  // empty: the root
};

struct PermissionSet {
  std::string arn;
  std::string name;
  std::string description;
  std::string session_duration;
  base::TimePoint created;
};

struct User {
  std::string id;
  UserSeed facts;  // `manager` holds a user id here
  base::TimePoint created;
  base::TimePoint updated;
};

struct Group {
  std::string id;
  std::string name;
  std::string description;
  base::TimePoint created;
};

// Whether something is there, and what listings that lag behind still show.
struct Presence {
  bool present = false;
  bool shown_before = false;  // what listings showed when it changed last
  base::TimePoint changed;
  base::TimePoint created;

  bool shown(base::TimePoint now, base::Milliseconds lag) const {
    return now >= changed + lag ? present : shown_before;
  }
  void change(bool to, base::TimePoint now, base::Milliseconds lag);
};

// What names an assignment.
struct Facts {
  std::string account;
  std::string permission_set;  // ARN
  PrincipalType type = PrincipalType::kUser;
  std::string principal;
  friend auto operator<=>(const Facts&, const Facts&) = default;
};

struct Membership {
  std::string id;
  Presence presence;
};

enum class OperationKind { kCreate, kDelete };
enum class Progress { kInProgress, kSucceeded, kFailed };

struct Operation {
  std::string id;
  OperationKind kind = OperationKind::kCreate;
  Facts facts;
  base::TimePoint started;
  base::TimePoint ends;           // when it is not ended by looks
  std::optional<int> looks_left;  // see Settings::polls
  Progress progress = Progress::kInProgress;
  std::string failure_reason;  // also the one that it is going to fail with
};

struct State {
  std::string instance_arn;
  std::string identity_store_id;
  std::string root_id;
  base::TimePoint since;

  std::map<std::string, Account> accounts;               // by id
  std::map<std::string, Unit> units;                     // by id, the root included
  std::map<std::string, PermissionSet> permission_sets;  // by ARN
  std::map<std::string, User> users;                     // by id
  std::map<std::string, Group> groups;                   // by id
  std::map<Facts, Presence> assignments;
  std::map<std::pair<std::string, std::string>, Membership> memberships;  // (group, user)
  std::vector<Operation> operations;  // in the order in which they were started
  std::set<size_t> running;           // indexes of those IN_PROGRESS
  std::set<std::string> used_ids;     // of users and groups: AWS never gives one twice
  int made = 0;                       // numbers what AWS gives a random id

  std::string new_uuid();
  std::string new_membership_id();
};

// Adds the world to the state; references to names that are nowhere are left out.
void add_world(State& state, const World& world, base::TimePoint now, base::Milliseconds lag);

// By name; null when there is none.
const User* find_user(const State& state, std::string_view user_name);
const Group* find_group(const State& state, std::string_view name);
const PermissionSet* find_permission_set(const State& state, std::string_view name);
std::string unit_path(const State& state, std::string_view unit_id);  // "Root/Prod"
std::optional<Facts> facts_of(const State& state, const AssignmentSeed& seed);

// Ends the operations that are due at `now`, in the order of their ends. True when there were any.
bool settle_due(State& state, base::TimePoint now, base::Milliseconds lag);
// One look at a running operation that is ended by looks. True when it has ended.
bool look_at(State& state, size_t operation, base::TimePoint now, base::Milliseconds lag);

// The operations of the services, by name.
using Handler = Answer<boost::json::object> (*)(State& state, const Call& call);
using Handlers = std::map<std::string_view, Handler>;
const Handlers& sso_admin_handlers();
const Handlers& identity_store_handlers();
const Handlers& organizations_handlers();

}  // namespace elevator::sandbox::aws
