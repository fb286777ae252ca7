#include "main/demo/cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "base/lower_case.h"
#include "base/overloaded.h"

namespace elevator::demo {
namespace {

namespace aws = sandbox::aws;
using sandbox::slack::Person;

constexpr size_t kMostPeople = 40;
constexpr size_t kMostAccounts = 500;

// Slack ids are capitals and digits: "U0" and what identifies the person.
std::string slack_id(std::string_view text) {
  std::string id = "U0";
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      id += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
  }
  return id;
}

// "amir.haddad@example.com" -> "Amir Haddad".
std::string name_of(const std::string& email) {
  std::string name;
  bool starts = true;
  for (const char c : email.substr(0, email.find('@'))) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter && starts && !name.empty()) name += ' ';
    if (letter) name += starts ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    starts = !letter;
  }
  return name.empty() ? email : name;
}

class Additions {
 public:
  explicit Additions(Cast& cast) : cast_(cast) {}

  void add_person(const std::string& email, const std::string& role) {
    if (cast_.people.size() >= kMostPeople) return;
    const auto same = [&](const std::string& other) {
      return base::lower_ascii(other) == base::lower_ascii(email);
    };
    auto& users = cast_.organization.users;
    const bool is_user = std::ranges::any_of(users, [&](const aws::UserSeed& user) {
      return !user.emails.empty() && same(user.emails.front());
    });
    if (!is_user) {
      users.push_back({.user_name = base::lower_ascii(email),
                       .display_name = name_of(email),
                       .emails = {email}});
    }
    if (std::ranges::any_of(cast_.people, [&](const Person& one) { return same(one.email); })) {
      return;
    }
    std::string id = slack_id(email.substr(0, email.find('@')));
    while (std::ranges::any_of(cast_.people, [&](const Person& one) { return one.id == id; })) {
      id += "X";
    }
    cast_.people.push_back({.id = id, .name = name_of(email), .role = role, .email = email});
  }

  void add_people(const policy::People& people, const std::string& role) {
    for (const domain::Email& email : people.emails) add_person(email.str(), role);
    for (const policy::Lookup& lookup : people.lookups) {
      if (lookup.source == policy::Source::kIdentityCenterGroup) add_group(lookup.name);
      if (lookup.source == policy::Source::kSlackGroup) {
        // Somebody has to be in it, or nobody could approve.
        cast_.slack_groups[lookup.name] = {cast_.people.at(1).id, cast_.people.at(2).id};
      }
    }
  }

  void add(const policy::Statement& statement) {
    std::visit(base::overloaded{[&](const policy::Accounts& r) { add_accounts(r); },
                                [&](const policy::OrganizationalUnits& r) { add_units(r); },
                                [&](const policy::Tags& r) { add_tags(r); },
                                [&](const policy::Groups& r) { add_groups(r); }},
               statement.resource);
    for (const auto& set : statement.permission_sets.names) add_permission_set(set.str());
    add_people(statement.approvers, "Approver");
    if (statement.requesters) add_people(*statement.requesters, "Requester");
  }

 private:
  void add_account(aws::AccountSeed account) {
    if (cast_.organization.accounts.size() < kMostAccounts) {
      cast_.organization.accounts.push_back(std::move(account));
    }
  }

  void add_accounts(const policy::Accounts& accounts) {
    for (const domain::AccountId& id : accounts.ids) {
      const bool known = id.view() == aws::kManagementAccount ||
                         std::ranges::any_of(cast_.organization.accounts,
                                             [&](const auto& one) { return one.id == id.str(); });
      if (!known) add_account({.name = "Account " + id.str(), .id = id.str(), .unit = "Rehearsal"});
    }
  }

  // A path of names gets an account when there is none below it yet. An id of a unit is AWS's to
  // give, so it cannot be had here; `policy explain --world` answers for those.
  void add_units(const policy::OrganizationalUnits& units) {
    for (const auto& path : units.paths) {
      std::string unit;
      for (size_t i = 1; i < path.size(); ++i) unit += (i == 1 ? "" : "/") + path[i];
      const bool known = std::ranges::any_of(cast_.organization.accounts, [&](const auto& one) {
        return unit.empty() || one.unit == unit || one.unit.starts_with(unit + "/");
      });
      if (!known) add_account({.name = "An account in " + unit, .id = next_id(), .unit = unit});
    }
  }

  void add_tags(const policy::Tags& tags) {
    for (const auto& [key, value] : tags.tags) {
      const bool known = std::ranges::any_of(cast_.organization.accounts, [&](const auto& one) {
        const auto found = one.tags.find(key);
        return found != one.tags.end() && found->second == value;
      });
      if (known) continue;
      add_account({.name = fmt::format("Tagged {}={}", key, value),
                   .id = next_id(),
                   .unit = "Rehearsal",
                   .tags = {{key, value}}});
    }
  }

  void add_groups(const policy::Groups& groups) {
    for (const domain::GroupId& id : groups.ids) {
      cast_.organization.groups.push_back({.name = "Group " + id.str().substr(0, 8),
                                           .description = "From the rules",
                                           .id = id.str()});
    }
  }

  // A group that approves: Amir and Sam are in it.
  void add_group(const std::string& name) {
    auto& groups = cast_.organization.groups;
    if (std::ranges::any_of(groups, [&](const auto& one) { return one.name == name; })) return;
    groups.push_back({.name = name, .description = "From the rules", .members = {"amir", "sam"}});
  }

  void add_permission_set(const std::string& name) {
    auto& sets = cast_.organization.permission_sets;
    if (std::ranges::any_of(sets, [&](const auto& one) { return one.name == name; })) return;
    sets.push_back({.name = name});
  }

  std::string next_id() { return std::to_string(900'000'000'000 + ++made_); }

  Cast& cast_;
  std::uint64_t made_ = 0;
};

}  // namespace

Cast demo_cast(size_t accounts) {
  Cast cast{.organization = aws::demo_world()};
  cast.people = {
      {.id = "U0DANA", .name = "Dana Field", .role = "Developer", .email = "dana@example.com"},
      {.id = "U0AMIR", .name = "Amir Haddad", .role = "Approver", .email = "amir@example.com"},
      {.id = "U0SAM", .name = "Sam Okafor", .role = "Security", .email = "sam@example.com"}};
  for (size_t i = 1; cast.organization.accounts.size() < accounts; ++i) {
    cast.organization.accounts.push_back({.name = fmt::format("Team {:03} development", i),
                                          .id = std::to_string(800'000'000'000 + i),
                                          .unit = "Development/Teams"});
  }
  return cast;
}

void add_named_by(const policy::Rules& rules, Cast& cast) {
  Additions additions(cast);
  for (const policy::Statement& statement : rules.statements()) additions.add(statement);
}

std::string demo_rules(const std::map<std::string, std::string>& group_ids) {
  const auto group = group_ids.find("Incident responders");
  return fmt::format(R"json({{
  "statements": [
    {{
      "Name": "Development",
      "Description": "Developers help themselves, for some hours.",
      "ResourceType": "OU",
      "Resource": "Root/Development/*",
      "PermissionSet": ["ReadOnly", "Developer"],
      "ApprovalIsNotRequired": true,
      "Durations": ["00:15", "00:30", "01:00", "02:00", "04:00"]
    }},
    {{
      "Name": "Production",
      "Description": "One of two people has to agree, and the ticket has to be named.",
      "ResourceType": "OU",
      "Resource": "Root/Prod/*",
      "PermissionSet": ["ReadOnly", "Developer", "DatabaseAdmin"],
      "Approvers": ["amir@example.com", "sam@example.com"],
      "Durations": ["00:15", "00:30", "01:00", "02:00"],
      "ReasonPattern": "(?s).*[A-Z]+-[0-9]+.*",
      "ReasonHint": "Name the ticket, for example PAY-123",
      "AllowExtension": true
    }},
    {{
      "Name": "Infrastructure and security",
      "Description": "The security officer decides.",
      "ResourceType": "OU",
      "Resource": ["Root/Infrastructure/*", "Root/Security/*"],
      "PermissionSet": ["ReadOnly", "SecurityAudit"],
      "Approvers": "sam@example.com",
      "Durations": ["00:15", "00:30", "01:00"],
      "RequireDenyReason": true
    }},
    {{
      "Name": "Administrators",
      "Description": "Four eyes, and not for long.",
      "ResourceType": "Account",
      "Resource": "*",
      "PermissionSet": "Administrator",
      "Approvers": ["amir@example.com", "sam@example.com"],
      "RequiredApprovals": 2,
      "Durations": ["00:15", "00:30"]
    }}
  ],
  "group_statements": [
    {{
      "Name": "Incident responders",
      "Description": "Whoever is on duty.",
      "Resource": "{}",
      "Approvers": ["amir@example.com", "sam@example.com"],
      "Durations": ["00:30", "01:00", "02:00"]
    }}
  ]
}}
)json",
                     group == group_ids.end() ? "" : group->second);
}

}  // namespace elevator::demo
