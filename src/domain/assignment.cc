#include "domain/assignment.h"

#include <vector>

#include "base/overloaded.h"

namespace elevator::domain {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace

const PrincipalId& principal_of(const Assignment& assignment) {
  return std::visit([](const auto& one) -> const PrincipalId& { return one.principal; },
                    assignment);
}

std::string to_key(const Assignment& assignment) {
  return std::visit(base::overloaded{
                        [](const AccountAssignment& one) {
                          return "account|" + one.instance.str() + "|" + one.account.str() + "|" +
                                 one.permission_set.str() + "|" + one.principal.str();
                        },
                        [](const GroupMembership& one) {
                          return "group|" + one.store.str() + "|" + one.group.str() + "|" +
                                 one.principal.str();
                        },
                    },
                    assignment);
}

base::Result<Assignment> assignment_from_key(std::string_view key) {
  const auto parts = split(key, '|');
  if (parts.size() == 5 && parts[0] == "account") {
    TRY(auto instance, InstanceArn::parse(parts[1]));
    TRY(auto account, AccountId::parse(parts[2]));
    TRY(auto permission_set, PermissionSetArn::parse(parts[3]));
    TRY(auto principal, PrincipalId::parse(parts[4]));
    return Assignment(AccountAssignment{instance, account, permission_set, principal});
  }
  if (parts.size() == 4 && parts[0] == "group") {
    TRY(auto store, IdentityStoreId::parse(parts[1]));
    TRY(auto group, GroupId::parse(parts[2]));
    TRY(auto principal, PrincipalId::parse(parts[3]));
    return Assignment(GroupMembership{store, group, principal});
  }
  return base::corrupt("\"" + std::string(key.substr(0, 80)) + "\" is not the key of a grant");
}

}  // namespace elevator::domain
