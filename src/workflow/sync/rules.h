// The rules of the attribute sync: which groups it owns, and which attributes make a member
// (COMPAT 7.2). Plain data, and the question whether a user matches. Pure.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/roster.h"

namespace elevator::workflow::sync {

// The value of one attribute. Names and values are compared without regard to case.
struct Condition {
  std::string attribute;
  std::vector<std::string> values;  // any of them
  bool negated = false;  // none of them; a user who lacks the attribute does not match either way
  friend bool operator==(const Condition&, const Condition&) = default;
};

// All conditions must hold. Several rules of one group are alternatives.
struct Rule {
  std::string group;
  std::vector<Condition> conditions;
  friend bool operator==(const Rule&, const Rule&) = default;
};

enum class ManualPolicy { kWarn, kRemove };

struct Config {
  std::vector<std::string> managed_groups;  // display names, exact
  std::vector<Rule> rules;
  ManualPolicy policy = ManualPolicy::kWarn;
};

// `managed_groups` and `rules` are the values of ATTRIBUTE_SYNC_MANAGED_GROUPS and
// ATTRIBUTE_SYNC_RULES. Every mistake is told, with its path. Stricter than the existing product,
// on purpose: a managed group without a rule (it would be emptied) and an empty expected value (it
// would match everybody who lacks the attribute) are errors.
base::Result<Config> parse_config(const boost::json::value& managed_groups,
                                  const boost::json::value& rules, std::string_view policy);

// Names and values in lower case: done once, because every user meets every rule.
Rule in_lower_case(const Rule& rule);
ports::Attributes in_lower_case(const ports::Attributes& attributes);

// Requires: both in lower case. As the existing product compares: an attribute that is missing
// reads as the empty text, and a rule without conditions matches nobody.
bool matches(const Rule& rule, const ports::Attributes& attributes);

// Whether any rule asks for an attribute that comes only with the enterprise extension.
bool asks_for_enterprise_attributes(const Config& config);

// What a condition expects, for people: "Engineering", "Dev or Lead", "not External".
std::string expected_text(const Condition& condition);

}  // namespace elevator::workflow::sync
