#include "sandbox/aws/world.h"

namespace elevator::sandbox::aws {
namespace {

UserSeed person(const std::string& given_name, const std::string& family_name,
                const std::string& title, const std::string& department) {
  std::string user_name;
  for (const char c : given_name) {
    user_name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return {.user_name = user_name,
          .display_name = given_name + " " + family_name,
          .given_name = given_name,
          .family_name = family_name,
          .emails = {user_name + "@example.com"},
          .title = title,
          .user_type = "Employee",
          .enterprise = {{"department", department}, {"organization", "Example Ltd"}}};
}

std::vector<AccountSeed> accounts() {
  return {{.name = "Payments production",
           .id = "111111111111",
           .unit = "Prod/Payments",
           .tags = {{"env", "prod"}, {"team", "payments"}, {"data", "cardholder"}}},
          {.name = "Payments ledger",
           .id = "111111111112",
           .unit = "Prod/Payments",
           .tags = {{"env", "prod"}, {"team", "payments"}}},
          {.name = "Shop production",
           .id = "222222222221",
           .unit = "Prod/Shop",
           .tags = {{"env", "prod"}, {"team", "shop"}}},
          {.name = "Data warehouse",
           .id = "333333333331",
           .unit = "Prod/Data",
           .tags = {{"env", "prod"}, {"team", "data"}}},
          {.name = "Shared network",
           .id = "444444444441",
           .unit = "Infrastructure",
           .tags = {{"env", "prod"}, {"team", "platform"}}},
          {.name = "Backups",
           .id = "444444444442",
           .unit = "Infrastructure",
           .tags = {{"env", "prod"}, {"team", "platform"}}},
          {.name = "Security audit",
           .id = "555555555551",
           .unit = "Security",
           .tags = {{"env", "prod"}, {"team", "security"}}},
          {.name = "Payments staging",
           .id = "666666666661",
           .unit = "Development/Staging",
           .tags = {{"env", "staging"}, {"team", "payments"}}},
          {.name = "Shop staging",
           .id = "666666666662",
           .unit = "Development/Staging",
           .tags = {{"env", "staging"}, {"team", "shop"}}},
          {.name = "Payments development",
           .id = "777777777771",
           .unit = "Development",
           .tags = {{"env", "dev"}, {"team", "payments"}}},
          {.name = "Playground",
           .id = "777777777772",
           .unit = "Development",
           .tags = {{"env", "dev"}}}};
}

}  // namespace

World demo_world() {
  World world;
  world.accounts = accounts();
  world.permission_sets = {{"ReadOnly", "Look at everything, change nothing", "PT4H"},
                           {"Developer", "Deploy and debug applications", "PT2H"},
                           {"DatabaseAdmin", "Change databases and their snapshots", "PT1H"},
                           {"SecurityAudit", "Read configuration and logs for an audit", "PT4H"},
                           {"Administrator", "Everything; for emergencies", "PT1H"}};
  world.users = {person("Sam", "Okafor", "Security officer", "Security"),
                 person("Amir", "Haddad", "Engineering manager", "Payments"),
                 person("Dana", "Field", "Software developer", "Payments"),
                 person("Lena", "Vogt", "Software developer", "Payments"),
                 person("Tom", "Ricci", "Software developer", "Shop"),
                 person("Mei", "Tanaka", "Data engineer", "Data"),
                 person("Oscar", "Lind", "Platform engineer", "Platform"),
                 person("Priya", "Nair", "Platform engineer", "Platform"),
                 person("Jonas", "Weber", "Auditor", "Finance"),
                 person("Eva", "Novak", "Support engineer", "Support")};
  for (UserSeed& user : world.users) {
    if (user.user_name == "dana" || user.user_name == "lena") user.manager = "amir";
  }
  world.groups = {{"Developers", "Everybody who writes software", {"dana", "lena", "tom", "mei"}},
                  {"Platform", "Keeps the lights on", {"oscar", "priya"}},
                  {"Auditors", "Read-only access to the audit account", {"jonas"}},
                  {"Incident responders", "Extra rights while an incident runs", {}}};
  // What people have all the time: nobody more than a look, and only through groups.
  for (const char* account : {"777777777771", "777777777772", "666666666661", "666666666662"}) {
    world.assignments.push_back({account, "ReadOnly", "Developers", PrincipalType::kGroup});
  }
  world.assignments.push_back({"444444444441", "ReadOnly", "Platform", PrincipalType::kGroup});
  world.assignments.push_back({"555555555551", "SecurityAudit", "Auditors", PrincipalType::kGroup});
  return world;
}

}  // namespace elevator::sandbox::aws
