#include <fmt/format.h>

#include "base/check.h"
#include "sandbox/aws/world.h"

namespace elevator::sandbox::aws {
namespace {

constexpr int kUnits = 20;

std::string account_id(int number) { return fmt::format("2{:011}", number); }

void add_people(World& world, int count, int groups) {
  for (int i = 0; i < count; ++i) {
    const std::string name = fmt::format("user{:05}", i);
    world.users.push_back({.user_name = name,
                           .display_name = fmt::format("Person {}", i),
                           .given_name = "Person",
                           .family_name = std::to_string(i),
                           .emails = {fmt::format("{}@example.com", name)},
                           .enterprise = {{"department", fmt::format("Department {}", i % 25)},
                                          {"costCenter", fmt::format("{}", 1000 + i % 40)},
                                          {"employeeNumber", std::to_string(100000 + i)}}});
  }
  for (int g = 0; g < groups; ++g) {
    GroupSeed group{.name = fmt::format("group{:03}", g), .description = "", .members = {}};
    for (int i = g; i < count; i += groups)
      group.members.push_back(world.users[size_t(i)].user_name);
    world.groups.push_back(std::move(group));
  }
}

}  // namespace

World large_world(const Scale& scale) {
  CHECK_THAT(scale.stray_assignments <= scale.provisioned_pairs &&
                 scale.provisioned_pairs <= scale.accounts * scale.permission_sets,
             "the pairs fit into the world");
  CHECK_THAT(scale.groups > 0, "the pairs are assigned to groups");
  World world;
  for (int i = 0; i < scale.accounts; ++i) {
    world.accounts.push_back({.name = fmt::format("account-{:04}", i),
                              .id = account_id(i),
                              .unit = fmt::format("Prod/Unit{:02}", i % kUnits),
                              .tags = {{"env", i % 3 == 0 ? "prod" : "dev"}}});
  }
  for (int i = 0; i < scale.permission_sets; ++i) {
    world.permission_sets.push_back({.name = fmt::format("PermissionSet{:03}", i)});
  }
  add_people(world, scale.users, scale.groups);
  // Pair number p is account p mod a with a permission set that moves on by one every a pairs.
  for (int p = 0; p < scale.provisioned_pairs; ++p) {
    const int account = p % scale.accounts;
    const int set = (p / scale.accounts + account) % scale.permission_sets;
    AssignmentSeed assignment{.account = account_id(account),
                              .permission_set = fmt::format("PermissionSet{:03}", set),
                              .principal = fmt::format("group{:03}", p % scale.groups),
                              .principal_type = PrincipalType::kGroup};
    world.assignments.push_back(assignment);
    if (p < scale.stray_assignments && scale.users > 0) {
      assignment.principal = fmt::format("user{:05}", p * 7 % scale.users);
      assignment.principal_type = PrincipalType::kUser;
      world.assignments.push_back(assignment);
    }
  }
  return world;
}

}  // namespace elevator::sandbox::aws
