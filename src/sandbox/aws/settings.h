// Settings: how the simulated AWS behaves. The defaults are AWS's documented limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/time.h"

namespace elevator::sandbox::aws {

struct Settings {
  // How long an assignment operation stays IN_PROGRESS, by the clock of the organization. Zero: it
  // has ended when it is answered.
  base::Milliseconds creation_takes{3000};
  base::Milliseconds deletion_takes{3000};
  // When set, an operation ends at its (n+1)-th look instead, whatever the clock says; -1: at once.
  // A look is a Describe...Status of it or a ListAccountAssignments of its pair.
  std::optional<int> polls = {};
  // Operations that start from now on end FAILED with this reason; empty: they succeed.
  std::string failure_reason = {};
  // How late listings of assignments and memberships learn of a change.
  base::Milliseconds listing_lag{0};
  // sso-admin and identitystore together; none: no limit.
  std::optional<int> requests_per_second = 20;
  std::optional<int> organizations_requests_per_second = 20;
  // CreateAccountAssignment and DeleteAccountAssignment in progress at once.
  size_t most_operations = 15;
  // At most so many entries on a page, whatever MaxResults says; 0: what AWS allows.
  size_t page_size = 0;
  // The caller is a delegated administrator: no access to the management account's assignments.
  bool delegated_administrator = false;
};

}  // namespace elevator::sandbox::aws
