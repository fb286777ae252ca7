// Organization: one simulated AWS organization with IAM Identity Center, as state and a clock. It
// knows no sockets: Gateway puts it behind HTTP. Thread-safe.
//
// Time is the clock's alone. What is due by the clock (the end of an assignment operation) happens
// at its own time the next time anybody looks or calls; settle() is such a look. The sandbox's page
// calls settle() after it has moved the clock, or at next_change().
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sandbox/aws/answer.h"
#include "sandbox/aws/buckets.h"
#include "sandbox/aws/settings.h"
#include "sandbox/aws/world.h"

namespace elevator::sandbox::aws {

struct LiveAssignment {
  std::string account_id;
  std::string account_name;
  std::string permission_set_arn;
  std::string permission_set;
  PrincipalType principal_type = PrincipalType::kUser;
  std::string principal_id;
  std::string principal_name;  // user or group name; the id when it was deleted
  base::TimePoint created_at;
};

struct LiveMembership {
  std::string membership_id;
  std::string group_id;
  std::string group_name;
  std::string user_id;
  std::string user_name;
  base::TimePoint created_at;
};

struct OperationView {
  std::string id;
  std::string kind;    // "create" or "delete"
  std::string status;  // "IN_PROGRESS", "SUCCEEDED", "FAILED"
  std::string account_id;
  std::string account_name;
  std::string permission_set;
  std::string principal_id;
  std::string principal_name;
  std::string failure_reason;
  base::TimePoint started_at;
};

struct AccountView {
  std::string id;
  std::string name;
  std::string unit;  // "Root/Prod/Payments"
};

// How things really are, without the lag of AWS's listings.
struct Snapshot {
  base::TimePoint now;
  std::vector<AccountView> accounts;        // by name
  std::vector<LiveAssignment> assignments;  // of users and of groups
  std::vector<LiveMembership> memberships;
  std::vector<OperationView> operations;  // the latest, oldest first
};

// The ids that were given, by name; units by their path "Prod/Payments".
struct Ids {
  std::string instance_arn;
  std::string identity_store_id;
  std::map<std::string, std::string> accounts;
  std::map<std::string, std::string> units;
  std::map<std::string, std::string> permission_sets;
  std::map<std::string, std::string> users;
  std::map<std::string, std::string> groups;
};

enum class Service { kSsoAdmin, kIdentityStore, kOrganizations };

struct State;

class Organization {
 public:
  // `clock` must be thread-safe and outlive the organization.
  explicit Organization(const base::Clock& clock, const World& world = {}, Settings settings = {});
  ~Organization();
  Organization(const Organization&) = delete;
  Organization& operator=(const Organization&) = delete;

  // One call of a JSON service: {"InstanceArn": ...} -> {"AccountAssignments": [...]}.
  Answer<boost::json::object> call(Service service, std::string_view operation,
                                   const boost::json::object& request);

  // ---- for the page and for tests

  // `operations`: at most so many of them.
  Snapshot snapshot(size_t operations = 20);
  // Ends what is due. True when that changed anything.
  bool settle();
  // When something will change by itself.
  std::optional<base::TimePoint> next_change();
  // Called after every change, on the thread that made it, without any lock held. One callback;
  // set it before the organization is used by several threads.
  void on_change(std::function<void()> callback);

  Ids ids();
  Buckets& buckets();
  const base::Clock& clock() const { return clock_; }

  // ---- changes behind the product's back. False: there is no such thing, or nothing to change.

  // A whole new world; settings stay.
  void reset(const World& world);
  // Adds to what is there. Known units, users and groups may be referred to. Returns all ids.
  Ids add(const World& more);
  bool assign(const AssignmentSeed& assignment);
  bool unassign(const AssignmentSeed& assignment);
  bool join(const std::string& group_name, const std::string& user_name);
  bool leave(const std::string& group_name, const std::string& user_name);
  // The assignments of a deleted user stay, as in AWS; memberships go.
  bool delete_user(const std::string& user_name);
  bool delete_group(const std::string& group_name);
  bool delete_permission_set(const std::string& name);
  bool delete_account(const std::string& account_id);
  bool set_user_enabled(const std::string& user_name, bool enabled);
  bool set_enterprise(const std::string& user_name,
                      const std::map<std::string, std::string>& attributes);
  // An assignment of any principal id, known or not.
  void assign_raw(const std::string& account_id, const std::string& permission_set_arn,
                  PrincipalType type, const std::string& principal_id);

  Settings settings() const;
  void change_settings(const std::function<void(Settings&)>& change);

 private:
  struct Guarded;
  // change(state, now, lag) under the lock; tells when it says that something has changed.
  template <typename Change>
  bool change(const Change& change);
  void changed();

  const base::Clock& clock_;
  std::unique_ptr<Guarded> guarded_;
};

}  // namespace elevator::sandbox::aws
