// Statement: one rule of the document (DESIGN section 6), parsed. Plain data plus the question
// which targets it is about.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/target.h"
#include "policy/people.h"
#include "policy/reason_pattern.h"

namespace elevator::policy {

struct AccountFacts;

// An answer that may be missing: a look-up failed.
enum class Answer { kNo, kYes, kUnknown };

// What `Resource` and `ResourceType` select.
struct Accounts {
  bool all = false;  // "*"
  std::set<domain::AccountId> ids{};
  friend bool operator==(const Accounts&, const Accounts&) = default;
};

// Organizational units; every account below is meant, however deep.
struct OrganizationalUnits {
  bool all = false;
  std::set<std::string> ids{};                 // "ou-ab12-11111111", "r-ab12"
  std::set<std::vector<std::string>> paths{};  // {"Root", "Prod"}
  friend bool operator==(const OrganizationalUnits&, const OrganizationalUnits&) = default;
};

// Accounts that carry one of these tags, key and value.
struct Tags {
  std::set<std::pair<std::string, std::string>> tags{};
  friend bool operator==(const Tags&, const Tags&) = default;
};

struct Groups {
  std::set<domain::GroupId> ids{};
  friend bool operator==(const Groups&, const Groups&) = default;
};

using Resource = std::variant<Accounts, OrganizationalUnits, Tags, Groups>;

struct PermissionSets {
  bool all = false;
  std::set<domain::PermissionSetName> names{};

  bool contains(const domain::PermissionSetName& name) const { return all || names.contains(name); }
  friend bool operator==(const PermissionSets&, const PermissionSets&) = default;
};

struct Statement {
  size_t index = 0;  // within its list of the document
  std::string name{};
  std::string description{};

  Resource resource{};
  PermissionSets permission_sets{};  // of no meaning for groups

  std::optional<People> requesters{};  // absent: everybody
  People approvers{};
  std::optional<People> notify{};  // absent: all approvers
  std::optional<bool> allow_self_approval{};
  std::optional<bool> approval_is_not_required{};
  int required_approvals = 1;

  std::optional<base::Seconds> max_duration{};
  std::optional<std::set<base::Seconds>> durations{};
  std::optional<ReasonPattern> reason_pattern{};
  std::string reason_hint{};
  std::optional<base::Seconds> max_session_overrun{};
  std::optional<domain::ChannelId> channel{};
  bool require_deny_reason = false;
  bool direct_message = false;
  bool allow_extension = false;
  bool break_glass = false;

  bool is_about_groups() const { return std::holds_alternative<Groups>(resource); }

  // "statements[3]" or "group_statements[0]": the place in the document.
  std::string path() const;
  // The path, with the name when there is one: `statements[3] "Production"`.
  std::string label() const;
};

// Whether the rule is about this account, whatever the permission set. Unknown when the rule asks
// for an organizational unit or a tag and `facts` is null.
Answer is_about(const Statement& statement, const domain::AccountId& account,
                const AccountFacts* facts);
Answer is_about(const Statement& statement, const domain::Target& target,
                const AccountFacts* facts);

}  // namespace elevator::policy
