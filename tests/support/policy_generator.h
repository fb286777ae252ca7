// Random rules that mean something: few names, so that rules overlap.
#pragma once

#include <boost/json/object.hpp>

#include "tests/support/policy_differential.h"
#include "tests/support/reference_policy.h"

namespace elevator::testing {

boost::json::object random_rules(const Choose& choose);
boost::json::object random_groups(const Choose& choose);  // NAME: [addresses] or null
ReferenceRequest random_request(const Choose& choose);
std::string random_person(const Choose& choose);

}  // namespace elevator::testing
