// identitystore: the people, groups and memberships of IAM Identity Center.
// https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Operations.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws::identity_store {

inline constexpr std::string_view kEnabled = "ENABLED";
inline constexpr std::string_view kDisabled = "DISABLED";

struct EmailEntry {
  std::optional<std::string> value;
  std::optional<bool> primary;
  static void fields(auto& field, auto& m) {
    field("Value", m.value);
    field("Primary", m.primary);
  }
};

struct PersonName {
  std::optional<std::string> family_name;
  std::optional<std::string> given_name;
  static void fields(auto& field, auto& m) {
    field("FamilyName", m.family_name);
    field("GivenName", m.given_name);
  }
};

struct User {
  std::string user_id;
  std::optional<std::string> user_name;
  std::optional<std::string> display_name;
  std::optional<PersonName> name;
  std::optional<std::vector<EmailEntry>> emails;
  std::optional<std::string> user_status;  // absent: enabled
  std::optional<std::string> user_type;
  std::optional<std::string> title;
  static void fields(auto& field, auto& m) {
    field("UserId", m.user_id);
    field("UserName", m.user_name);
    field("DisplayName", m.display_name);
    field("Name", m.name);
    field("Emails", m.emails);
    field("UserStatus", m.user_status);
    field("UserType", m.user_type);
    field("Title", m.title);
  }
};

struct Group {
  std::string group_id;
  std::optional<std::string> display_name;
  std::optional<std::string> description;
  static void fields(auto& field, auto& m) {
    field("GroupId", m.group_id);
    field("DisplayName", m.display_name);
    field("Description", m.description);
  }
};

// {"UniqueAttribute": {"AttributePath": "emails.value", "AttributeValue": "a@b.c"}}
struct UniqueAttribute {
  std::string path;
  std::string value;
  static void fields(auto& field, auto& m) {
    field("AttributePath", m.path);
    field("AttributeValue", m.value);
  }
};

struct AlternateIdentifier {
  UniqueAttribute unique_attribute;
  static void fields(auto& field, auto& m) { field("UniqueAttribute", m.unique_attribute); }
};

inline constexpr std::string_view kEmailPath = "emails.value";
inline constexpr std::string_view kUserNamePath = "userName";
inline constexpr std::string_view kDisplayNamePath = "displayName";

struct LookupRequest {
  std::string identity_store_id;
  AlternateIdentifier alternate_identifier;
  static void fields(auto& field, auto& m) {
    field("IdentityStoreId", m.identity_store_id);
    field("AlternateIdentifier", m.alternate_identifier);
  }
};

struct GetUserId {
  static constexpr Operation kOperation{kIdentityStore, "GetUserId"};
  using Request = LookupRequest;
  struct Response {
    std::string user_id;
    static void fields(auto& field, auto& m) { field("UserId", m.user_id); }
  };
};

struct GetGroupId {
  static constexpr Operation kOperation{kIdentityStore, "GetGroupId"};
  using Request = LookupRequest;
  struct Response {
    std::string group_id;
    static void fields(auto& field, auto& m) { field("GroupId", m.group_id); }
  };
};

struct DescribeUser {
  static constexpr Operation kOperation{kIdentityStore, "DescribeUser"};
  struct Request {
    std::string identity_store_id;
    std::string user_id;
    static void fields(auto& field, auto& m) {
      field("IdentityStoreId", m.identity_store_id);
      field("UserId", m.user_id);
    }
  };
  using Response = User;
};

struct DescribeGroup {
  static constexpr Operation kOperation{kIdentityStore, "DescribeGroup"};
  struct Request {
    std::string identity_store_id;
    std::string group_id;
    static void fields(auto& field, auto& m) {
      field("IdentityStoreId", m.identity_store_id);
      field("GroupId", m.group_id);
    }
  };
  using Response = Group;
};

struct ListRequest {
  std::string identity_store_id;
  std::optional<std::int64_t> max_results = 100;
  std::optional<std::string> next_token;
  static void fields(auto& field, auto& m) {
    field("IdentityStoreId", m.identity_store_id);
    field("MaxResults", m.max_results);
    field("NextToken", m.next_token);
  }
};

struct ListUsers {
  static constexpr Operation kOperation{kIdentityStore, "ListUsers"};
  using Request = ListRequest;
  struct Response {
    std::vector<User> users;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("Users", m.users);
      field("NextToken", m.next_token);
    }
  };
};

struct ListGroups {
  static constexpr Operation kOperation{kIdentityStore, "ListGroups"};
  using Request = ListRequest;
  struct Response {
    std::vector<Group> groups;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("Groups", m.groups);
      field("NextToken", m.next_token);
    }
  };
};

struct MemberId {
  std::optional<std::string> user_id;
  static void fields(auto& field, auto& m) { field("UserId", m.user_id); }
};

struct Membership {
  std::string membership_id;
  std::string group_id;
  MemberId member_id;
  static void fields(auto& field, auto& m) {
    field("MembershipId", m.membership_id);
    field("GroupId", m.group_id);
    field("MemberId", m.member_id);
  }
};

struct MembershipPage {
  std::vector<Membership> memberships;
  std::optional<std::string> next_token;
  static void fields(auto& field, auto& m) {
    field("GroupMemberships", m.memberships);
    field("NextToken", m.next_token);
  }
};

struct ListGroupMemberships {
  static constexpr Operation kOperation{kIdentityStore, "ListGroupMemberships"};
  struct Request {
    std::string identity_store_id;
    std::string group_id;
    std::optional<std::int64_t> max_results = 100;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("IdentityStoreId", m.identity_store_id);
      field("GroupId", m.group_id);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  using Response = MembershipPage;
};

struct ListGroupMembershipsForMember {
  static constexpr Operation kOperation{kIdentityStore, "ListGroupMembershipsForMember"};
  struct Request {
    std::string identity_store_id;
    MemberId member_id;
    std::optional<std::int64_t> max_results = 100;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("IdentityStoreId", m.identity_store_id);
      field("MemberId", m.member_id);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  using Response = MembershipPage;
};

struct IsMemberInGroups {
  static constexpr Operation kOperation{kIdentityStore, "IsMemberInGroups"};
  struct Request {
    std::string identity_store_id;
    MemberId member_id;
    std::vector<std::string> group_ids;  // at most 100
    static void fields(auto& field, auto& m) {
      field("IdentityStoreId", m.identity_store_id);
      field("MemberId", m.member_id);
      field("GroupIds", m.group_ids);
    }
  };
  struct Result {
    std::string group_id;
    bool membership_exists = false;
    static void fields(auto& field, auto& m) {
      field("GroupId", m.group_id);
      field("MembershipExists", m.membership_exists);
    }
  };
  struct Response {
    std::vector<Result> results;
    static void fields(auto& field, auto& m) { field("Results", m.results); }
  };
};

struct MembershipKey {
  std::string identity_store_id;
  std::string group_id;
  MemberId member_id;
  static void fields(auto& field, auto& m) {
    field("IdentityStoreId", m.identity_store_id);
    field("GroupId", m.group_id);
    field("MemberId", m.member_id);
  }
};

struct MembershipCreated {
  std::string membership_id;
  static void fields(auto& field, auto& m) { field("MembershipId", m.membership_id); }
};

struct GetGroupMembershipId {
  static constexpr Operation kOperation{kIdentityStore, "GetGroupMembershipId"};
  using Request = MembershipKey;
  using Response = MembershipCreated;
};

struct CreateGroupMembership {
  static constexpr Operation kOperation{kIdentityStore, "CreateGroupMembership", Safety::kWrite};
  using Request = MembershipKey;
  using Response = MembershipCreated;
};

// By membership id, which a later membership never has again: sending it twice does no harm.
struct DeleteGroupMembership {
  static constexpr Operation kOperation{kIdentityStore, "DeleteGroupMembership",
                                        Safety::kIdempotentWrite};
  struct Request {
    std::string identity_store_id;
    std::string membership_id;
    static void fields(auto& field, auto& m) {
      field("IdentityStoreId", m.identity_store_id);
      field("MembershipId", m.membership_id);
    }
  };
  struct Response {
    static void fields(auto&, auto&) {}
  };
};

}  // namespace elevator::wire::aws::identity_store
