// The identifiers of the product, each a type of its own. All ASCII, all bounded.
// Sources of the forms: AWS API references of sso-admin, identitystore and organizations;
// Slack's "Object types" page.
#pragma once

#include "base/id.h"

namespace elevator::domain {

// Twelve ASCII digits.
struct AccountIdRule {
  static constexpr std::string_view kName = "AWS account id (twelve digits)";
  static bool valid(std::string_view text);
};
using AccountId = base::Id<AccountIdRule>;

// [A-Za-z0-9_+=,.@-]{1,32}
struct PermissionSetNameRule {
  static constexpr std::string_view kName = "permission set name";
  static bool valid(std::string_view text);
};
using PermissionSetName = base::Id<PermissionSetNameRule>;

// arn:PARTITION:sso:::permissionSet/ssoins-X/ps-Y
struct PermissionSetArnRule {
  static constexpr std::string_view kName = "permission set ARN";
  static bool valid(std::string_view text);
};
using PermissionSetArn = base::Id<PermissionSetArnRule>;

// arn:PARTITION:sso:::instance/ssoins-X
struct InstanceArnRule {
  static constexpr std::string_view kName = "Identity Center instance ARN";
  static bool valid(std::string_view text);
};
using InstanceArn = base::Id<InstanceArnRule>;

// d-XXXXXXXXXX or a UUID.
struct IdentityStoreIdRule {
  static constexpr std::string_view kName = "identity store id";
  static bool valid(std::string_view text);
};
using IdentityStoreId = base::Id<IdentityStoreIdRule>;

// Identity store id of a user: UUID with an optional ten-digit prefix.
struct PrincipalIdRule {
  static constexpr std::string_view kName = "identity store user id";
  static bool valid(std::string_view text);
};
using PrincipalId = base::Id<PrincipalIdRule>;

// Identity store id of a group, the same form.
struct GroupIdRule {
  static constexpr std::string_view kName = "identity store group id";
  static bool valid(std::string_view text);
};
using GroupId = base::Id<GroupIdRule>;

// U... or W...
struct SlackUserIdRule {
  static constexpr std::string_view kName = "Slack user id";
  static bool valid(std::string_view text);
};
using SlackUserId = base::Id<SlackUserIdRule>;

// C..., D... or G...
struct ChannelIdRule {
  static constexpr std::string_view kName = "Slack channel id";
  static bool valid(std::string_view text);
};
using ChannelId = base::Id<ChannelIdRule>;

// T... or E...
struct WorkspaceIdRule {
  static constexpr std::string_view kName = "Slack workspace id";
  static bool valid(std::string_view text);
};
using WorkspaceId = base::Id<WorkspaceIdRule>;

// 32 lower-case hex digits: 128 bits of an HMAC (DESIGN, life of a request).
struct RequestIdRule {
  static constexpr std::string_view kName = "request id";
  static bool valid(std::string_view text);
};
using RequestId = base::Id<RequestIdRule>;

// 64 lower-case hex digits: SHA-256 of the rules document's bytes.
struct RuleDigestRule {
  static constexpr std::string_view kName = "rules digest";
  static bool valid(std::string_view text);
};
using RuleDigest = base::Id<RuleDigestRule>;

// An e-mail address in the one form that is compared: blanks trimmed, lower-cased (ASCII letters
// of the local part and the domain; other characters stay as they are).
class Email {
 public:
  // Refuses an empty text, one without exactly one '@', without a dot in the domain, or with
  // blanks.
  static base::Result<Email> parse(std::string_view text);
  // For values that are part of the program or a test. Aborts when they are not valid.
  static Email literal(std::string_view text);

  const std::string& str() const { return text_; }
  std::string_view view() const { return text_; }
  std::string_view local_part() const;
  std::string_view domain() const;

  friend auto operator<=>(const Email&, const Email&) = default;
  friend bool operator==(const Email&, const Email&) = default;

 private:
  explicit Email(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace elevator::domain
