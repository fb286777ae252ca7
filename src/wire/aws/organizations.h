// organizations: accounts, organizational units and tags.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws::organizations {

struct Account {
  std::string id;
  std::optional<std::string> arn;
  std::optional<std::string> email;
  std::optional<std::string> name;
  std::optional<std::string> status;  // ACTIVE, SUSPENDED, PENDING_CLOSURE; being retired by AWS
  std::optional<std::string> state;   // its successor: also PENDING_ACTIVATION and CLOSED
  static void fields(auto& field, auto& m) {
    field("Id", m.id);
    field("Arn", m.arn);
    field("Email", m.email);
    field("Name", m.name);
    field("Status", m.status);
    field("State", m.state);
  }
};

struct PageRequest {
  std::optional<std::string> next_token;
  static void fields(auto& field, auto& m) { field("NextToken", m.next_token); }
};

struct ParentRequest {
  std::string parent_id;
  std::optional<std::string> next_token;
  static void fields(auto& field, auto& m) {
    field("ParentId", m.parent_id);
    field("NextToken", m.next_token);
  }
};

struct AccountPage {
  std::vector<Account> accounts;
  std::optional<std::string> next_token;
  static void fields(auto& field, auto& m) {
    field("Accounts", m.accounts);
    field("NextToken", m.next_token);
  }
};

struct ListAccounts {
  static constexpr Operation kOperation{kOrganizations, "ListAccounts"};
  using Request = PageRequest;
  using Response = AccountPage;
};

struct ListAccountsForParent {
  static constexpr Operation kOperation{kOrganizations, "ListAccountsForParent"};
  using Request = ParentRequest;
  using Response = AccountPage;
};

struct DescribeAccount {
  static constexpr Operation kOperation{kOrganizations, "DescribeAccount"};
  struct Request {
    std::string account_id;
    static void fields(auto& field, auto& m) { field("AccountId", m.account_id); }
  };
  struct Response {
    Account account;
    static void fields(auto& field, auto& m) { field("Account", m.account); }
  };
};

// A root or an organizational unit.
struct Unit {
  std::string id;
  std::optional<std::string> name;
  static void fields(auto& field, auto& m) {
    field("Id", m.id);
    field("Name", m.name);
  }
};

struct ListRoots {
  static constexpr Operation kOperation{kOrganizations, "ListRoots"};
  using Request = PageRequest;
  struct Response {
    std::vector<Unit> roots;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("Roots", m.roots);
      field("NextToken", m.next_token);
    }
  };
};

struct ListOrganizationalUnitsForParent {
  static constexpr Operation kOperation{kOrganizations, "ListOrganizationalUnitsForParent"};
  using Request = ParentRequest;
  struct Response {
    std::vector<Unit> units;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("OrganizationalUnits", m.units);
      field("NextToken", m.next_token);
    }
  };
};

struct Parent {
  std::string id;
  std::string type;  // ROOT or ORGANIZATIONAL_UNIT
  static void fields(auto& field, auto& m) {
    field("Id", m.id);
    field("Type", m.type);
  }
};

struct ListParents {
  static constexpr Operation kOperation{kOrganizations, "ListParents"};
  struct Request {
    std::string child_id;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("ChildId", m.child_id);
      field("NextToken", m.next_token);
    }
  };
  struct Response {
    std::vector<Parent> parents;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("Parents", m.parents);
      field("NextToken", m.next_token);
    }
  };
};

struct Tag {
  std::string key;
  std::string value;
  static void fields(auto& field, auto& m) {
    field("Key", m.key);
    field("Value", m.value);
  }
};

struct ListTagsForResource {
  static constexpr Operation kOperation{kOrganizations, "ListTagsForResource"};
  struct Request {
    std::string resource_id;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("ResourceId", m.resource_id);
      field("NextToken", m.next_token);
    }
  };
  struct Response {
    std::vector<Tag> tags;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("Tags", m.tags);
      field("NextToken", m.next_token);
    }
  };
};

}  // namespace elevator::wire::aws::organizations
