// sso-admin: the assignments and permission sets of IAM Identity Center.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Operations.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws::sso_admin {

inline constexpr std::string_view kAwsAccount = "AWS_ACCOUNT";
inline constexpr std::string_view kUser = "USER";
inline constexpr std::string_view kGroup = "GROUP";
inline constexpr std::string_view kInProgress = "IN_PROGRESS";
inline constexpr std::string_view kFailed = "FAILED";
inline constexpr std::string_view kSucceeded = "SUCCEEDED";

struct InstanceMetadata {
  std::string instance_arn;
  std::string identity_store_id;
  std::optional<std::string> owner_account_id;
  std::optional<std::string> status;
  static void fields(auto& field, auto& m) {
    field("InstanceArn", m.instance_arn);
    field("IdentityStoreId", m.identity_store_id);
    field("OwnerAccountId", m.owner_account_id);
    field("Status", m.status);
  }
};

struct ListInstances {
  static constexpr Operation kOperation{kSsoAdmin, "ListInstances"};
  struct Request {
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) { field("NextToken", m.next_token); }
  };
  struct Response {
    std::vector<InstanceMetadata> instances;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("Instances", m.instances);
      field("NextToken", m.next_token);
    }
  };
};

// The six facts that name an assignment.
struct AssignmentRequest {
  std::string instance_arn;
  std::string target_id;
  std::string target_type{kAwsAccount};
  std::string permission_set_arn;
  std::string principal_type{kUser};
  std::string principal_id;
  static void fields(auto& field, auto& m) {
    field("InstanceArn", m.instance_arn);
    field("TargetId", m.target_id);
    field("TargetType", m.target_type);
    field("PermissionSetArn", m.permission_set_arn);
    field("PrincipalType", m.principal_type);
    field("PrincipalId", m.principal_id);
  }
};

// Where an asynchronous create or delete stands. AWS leaves the facts out of listings.
struct OperationStatus {
  std::string status;
  std::string request_id;
  std::optional<std::string> failure_reason;
  std::optional<std::string> target_id;
  std::optional<std::string> target_type;
  std::optional<std::string> permission_set_arn;
  std::optional<std::string> principal_type;
  std::optional<std::string> principal_id;
  static void fields(auto& field, auto& m) {
    field("Status", m.status);
    field("RequestId", m.request_id);
    field("FailureReason", m.failure_reason);
    field("TargetId", m.target_id);
    field("TargetType", m.target_type);
    field("PermissionSetArn", m.permission_set_arn);
    field("PrincipalType", m.principal_type);
    field("PrincipalId", m.principal_id);
  }
};

struct CreationStatus {
  OperationStatus status;
  static void fields(auto& field, auto& m) { field("AccountAssignmentCreationStatus", m.status); }
};

struct DeletionStatus {
  OperationStatus status;
  static void fields(auto& field, auto& m) { field("AccountAssignmentDeletionStatus", m.status); }
};

// Neither is sent again when its answer was lost: the deadline is checked before every create, and
// a second delete could end what a later grant created.
struct CreateAccountAssignment {
  static constexpr Operation kOperation{kSsoAdmin, "CreateAccountAssignment", Safety::kWrite};
  using Request = AssignmentRequest;
  using Response = CreationStatus;
};

struct DeleteAccountAssignment {
  static constexpr Operation kOperation{kSsoAdmin, "DeleteAccountAssignment", Safety::kWrite};
  using Request = AssignmentRequest;
  using Response = DeletionStatus;
};

struct DescribeAccountAssignmentCreationStatus {
  static constexpr Operation kOperation{kSsoAdmin, "DescribeAccountAssignmentCreationStatus"};
  struct Request {
    std::string instance_arn;
    std::string request_id;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("AccountAssignmentCreationRequestId", m.request_id);
    }
  };
  using Response = CreationStatus;
};

struct DescribeAccountAssignmentDeletionStatus {
  static constexpr Operation kOperation{kSsoAdmin, "DescribeAccountAssignmentDeletionStatus"};
  struct Request {
    std::string instance_arn;
    std::string request_id;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("AccountAssignmentDeletionRequestId", m.request_id);
    }
  };
  using Response = DeletionStatus;
};

struct ListAccountAssignmentCreationStatus {
  static constexpr Operation kOperation{kSsoAdmin, "ListAccountAssignmentCreationStatus"};
  struct Filter {
    std::optional<std::string> status;
    static void fields(auto& field, auto& m) { field("Status", m.status); }
  };
  struct Request {
    std::string instance_arn;
    std::optional<Filter> filter;
    std::optional<std::int64_t> max_results;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("Filter", m.filter);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  struct Response {
    std::vector<OperationStatus> statuses;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("AccountAssignmentsCreationStatus", m.statuses);
      field("NextToken", m.next_token);
    }
  };
};

struct AccountAssignment {
  std::string account_id;
  std::string permission_set_arn;
  std::string principal_type;
  std::string principal_id;
  static void fields(auto& field, auto& m) {
    field("AccountId", m.account_id);
    field("PermissionSetArn", m.permission_set_arn);
    field("PrincipalType", m.principal_type);
    field("PrincipalId", m.principal_id);
  }
};

struct AssignmentPage {
  std::vector<AccountAssignment> assignments;
  std::optional<std::string> next_token;
  static void fields(auto& field, auto& m) {
    field("AccountAssignments", m.assignments);
    field("NextToken", m.next_token);
  }
};

struct ListAccountAssignments {
  static constexpr Operation kOperation{kSsoAdmin, "ListAccountAssignments"};
  struct Request {
    std::string instance_arn;
    std::string account_id;
    std::string permission_set_arn;
    std::optional<std::int64_t> max_results = 100;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("AccountId", m.account_id);
      field("PermissionSetArn", m.permission_set_arn);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  using Response = AssignmentPage;
};

// Works in the organization's management account only, and misses deleted users.
struct ListAccountAssignmentsForPrincipal {
  static constexpr Operation kOperation{kSsoAdmin, "ListAccountAssignmentsForPrincipal"};
  struct Filter {
    std::optional<std::string> account_id;
    static void fields(auto& field, auto& m) { field("AccountId", m.account_id); }
  };
  struct Request {
    std::string instance_arn;
    std::string principal_id;
    std::string principal_type{kUser};
    std::optional<Filter> filter;
    std::optional<std::int64_t> max_results = 100;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("PrincipalId", m.principal_id);
      field("PrincipalType", m.principal_type);
      field("Filter", m.filter);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  using Response = AssignmentPage;
};

struct ListAccountsForProvisionedPermissionSet {
  static constexpr Operation kOperation{kSsoAdmin, "ListAccountsForProvisionedPermissionSet"};
  struct Request {
    std::string instance_arn;
    std::string permission_set_arn;
    std::optional<std::int64_t> max_results = 100;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("PermissionSetArn", m.permission_set_arn);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  struct Response {
    std::vector<std::string> account_ids;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("AccountIds", m.account_ids);
      field("NextToken", m.next_token);
    }
  };
};

struct ListPermissionSets {
  static constexpr Operation kOperation{kSsoAdmin, "ListPermissionSets"};
  struct Request {
    std::string instance_arn;
    std::optional<std::int64_t> max_results = 100;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("MaxResults", m.max_results);
      field("NextToken", m.next_token);
    }
  };
  struct Response {
    std::vector<std::string> permission_sets;
    std::optional<std::string> next_token;
    static void fields(auto& field, auto& m) {
      field("PermissionSets", m.permission_sets);
      field("NextToken", m.next_token);
    }
  };
};

struct PermissionSet {
  std::string name;
  std::string permission_set_arn;
  std::optional<std::string> description;
  std::optional<std::string> session_duration;  // ISO 8601
  static void fields(auto& field, auto& m) {
    field("Name", m.name);
    field("PermissionSetArn", m.permission_set_arn);
    field("Description", m.description);
    field("SessionDuration", m.session_duration);
  }
};

struct DescribePermissionSet {
  static constexpr Operation kOperation{kSsoAdmin, "DescribePermissionSet"};
  struct Request {
    std::string instance_arn;
    std::string permission_set_arn;
    static void fields(auto& field, auto& m) {
      field("InstanceArn", m.instance_arn);
      field("PermissionSetArn", m.permission_set_arn);
    }
  };
  struct Response {
    PermissionSet permission_set;
    static void fields(auto& field, auto& m) { field("PermissionSet", m.permission_set); }
  };
};

}  // namespace elevator::wire::aws::sso_admin
