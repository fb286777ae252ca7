// The people and things of every simulation.
#pragma once

#include <cctype>
#include <string_view>

#include "domain/assignment.h"
#include "domain/target.h"
#include "sim/world.h"

namespace elevator::sim {

inline constexpr std::string_view kFailure = "it failed";  // why AWS gave an operation up

inline const domain::SlackUserId kDana = domain::SlackUserId::literal("UDANA");
inline const domain::SlackUserId kAmir = domain::SlackUserId::literal("UAMIR");
inline const domain::SlackUserId kBeth = domain::SlackUserId::literal("UBETH");

// UDANA is dana@corp.com; everybody's address is made like that.
inline domain::Email email_of(const domain::SlackUserId& user) {
  std::string name = user.str().substr(1);
  for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
  return domain::Email::literal(name + "@corp.com");
}

inline domain::SlackUserId user_of(const domain::Email& email) {
  std::string name = "U" + email.str().substr(0, email.str().find('@'));
  for (char& letter : name) letter = static_cast<char>(std::toupper(letter));
  return domain::SlackUserId::literal(name);
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

// Dana's; somebody else's is made of the address, so that it is always the same.
inline domain::PrincipalId principal_of(const domain::Email& email) {
  if (user_of(email) == kDana) return kDanaPrincipal;
  std::uint64_t sum = 0;
  for (const char letter : email.str()) sum = sum * 31 + static_cast<unsigned char>(letter);
  std::string digits = std::to_string(sum % 1'000'000'000'000);
  digits.insert(0, 12 - digits.size(), '0');
  return domain::PrincipalId::literal("00000000-0000-4000-8000-" + digits);
}

inline TimePoint at_minute(int minute) {
  return base::from_unix_milliseconds(1'800'000'000'000) + base::minutes(minute);
}

inline domain::RequestId request_id(int number) {
  std::string digits = std::to_string(number);
  return domain::RequestId::literal(std::string(32 - digits.size(), '0') + digits);
}

}  // namespace elevator::sim
