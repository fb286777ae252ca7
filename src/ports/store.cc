#include "ports/store.h"

#include "base/overloaded.h"

namespace elevator::ports {

RowRef ref_of(const Row& row) {
  return std::visit(base::overloaded{
                        [](const domain::Request& request) {
                          return RowRef{RowKind::kRequest, request.id.str()};
                        },
                        [](const domain::Grant& grant) {
                          return RowRef{RowKind::kGrant, domain::to_key(grant.assignment)};
                        },
                        [](const NamedRow& named) { return RowRef{RowKind::kNamed, named.name}; },
                    },
                    row);
}

}  // namespace elevator::ports
