#include "domain/target.h"

#include "base/overloaded.h"

namespace elevator::domain {

std::string to_string(const Target& target) {
  return std::visit(base::overloaded{
                        [](const AccountTarget& account) {
                          return account.account.str() + "/" + account.permission_set.str();
                        },
                        [](const GroupTarget& group) { return "group/" + group.group.str(); },
                    },
                    target);
}

}  // namespace elevator::domain
