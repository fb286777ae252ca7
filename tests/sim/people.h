// The people and things of every simulation.
#pragma once

#include "domain/assignment.h"
#include "domain/target.h"
#include "sim/world.h"

namespace elevator::sim {

inline const domain::SlackUserId kDana = domain::SlackUserId::literal("UDANA");
inline const domain::SlackUserId kAmir = domain::SlackUserId::literal("UAMIR");
inline const domain::SlackUserId kBeth = domain::SlackUserId::literal("UBETH");

inline domain::Email email_of(const domain::SlackUserId& user) {
  if (user == kDana) return domain::Email::literal("dana@corp.com");
  if (user == kAmir) return domain::Email::literal("amir@corp.com");
  return domain::Email::literal("beth@corp.com");
}

inline const domain::InstanceArn kInstance =
    domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1");
inline const domain::IdentityStoreId kIdentityStore = domain::IdentityStoreId::literal("d-1");
inline const domain::PrincipalId kDanaPrincipal =
    domain::PrincipalId::literal("00000000-0000-4000-8000-00000000000d");
inline const domain::AccountId kProduction = domain::AccountId::literal("111111111111");
inline const domain::AccountId kSandbox = domain::AccountId::literal("222222222222");
inline const domain::PermissionSetName kAdmin = domain::PermissionSetName::literal("Admin");
inline const domain::PermissionSetArn kAdminArn =
    domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-admin");
inline const domain::GroupId kGroup =
    domain::GroupId::literal("00000000-0000-4000-8000-0000000000aa");

inline const Assignment kDanaAdmin =
    domain::AccountAssignment{kInstance, kProduction, kAdminArn, kDanaPrincipal};
inline const Assignment kDanaGroup =
    domain::GroupMembership{kIdentityStore, kGroup, kDanaPrincipal};

inline TimePoint at_minute(int minute) {
  return base::from_unix_milliseconds(1'800'000'000'000) + base::minutes(minute);
}

inline domain::RequestId request_id(int number) {
  std::string digits = std::to_string(number);
  return domain::RequestId::literal(std::string(32 - digits.size(), '0') + digits);
}

}  // namespace elevator::sim
