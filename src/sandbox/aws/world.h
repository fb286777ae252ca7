// World: what a simulated organization is made of, as plain values by name. Ids that are left empty
// are derived from the names, so the same world has the same ids in every run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace elevator::sandbox::aws {

struct AccountSeed {
  std::string name;
  std::string id = {};    // twelve digits
  std::string unit = {};  // "Prod/Payments"; empty: directly below the root
  std::string email = {};
  std::string state = "ACTIVE";
  std::map<std::string, std::string> tags = {};
};

struct PermissionSetSeed {
  std::string name;
  std::string description = {};
  std::string session_duration = "PT1H";
};

struct UserSeed {
  std::string user_name;
  std::string display_name = {};  // empty: the user name
  std::string given_name = {};
  std::string family_name = {};
  std::vector<std::string> emails = {};  // the first is the primary one
  bool enabled = true;
  std::string title = {};
  std::string user_type = {};
  // The enterprise extension: "department", "costCenter", "employeeNumber", "division",
  // "organization".
  std::map<std::string, std::string> enterprise = {};
  std::string manager = {};  // a user name
};

struct GroupSeed {
  std::string name;
  std::string description = {};
  std::vector<std::string> members = {};  // user names
  std::string id = {};                    // rules documents name groups by their ids
};

enum class PrincipalType { kUser, kGroup };

// An assignment that is there from the beginning.
struct AssignmentSeed {
  std::string account;         // its id
  std::string permission_set;  // its name
  std::string principal;       // name of the user or group
  PrincipalType principal_type = PrincipalType::kUser;
};

struct World {
  // Everything in the world has been there since then.
  base::TimePoint since = base::from_unix_milliseconds(1'704'067'200'000);  // 2024-01-01
  std::vector<AccountSeed> accounts = {};  // besides the management account, which is always there
  std::vector<PermissionSetSeed> permission_sets = {};
  std::vector<UserSeed> users = {};
  std::vector<GroupSeed> groups = {};
  std::vector<AssignmentSeed> assignments = {};
  std::vector<std::string> buckets = {};
};

inline constexpr char kManagementAccount[] = "100000000001";

// The company of the demo: 12 accounts in nested units, 5 permission sets, 10 people, 4 groups.
// Dana (dana@example.com) is a developer, Amir approves, Sam is the security officer.
World demo_world();

struct Scale {
  int accounts = 500;
  int permission_sets = 50;
  int users = 2000;
  int provisioned_pairs = 6000;  // (account, permission set), each assigned to one group
  int stray_assignments = 300;   // of single users, on some of the provisioned pairs
  int groups = 100;              // every user is in one of them
};

// Requires: stray_assignments <= provisioned_pairs <= accounts * permission_sets.
World large_world(const Scale& scale = {});

}  // namespace elevator::sandbox::aws
