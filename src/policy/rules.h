// Rules: a rules document, parsed whole or not at all (DESIGN section 6). Immutable, thread-safe.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "codec/problem.h"
#include "policy/statement.h"

namespace elevator::policy {

using codec::Problem;

class Rules {
 public:
  Rules(std::vector<Statement> statements, std::string document);

  // Document order: `statements`, then `group_statements`.
  const std::vector<Statement>& statements() const { return statements_; }

  // The bytes that were parsed, and their SHA-256: what a decision is stored with (I4).
  const std::string& document() const { return document_; }
  const domain::RuleDigest& digest() const { return digest_; }

 private:
  std::vector<Statement> statements_;
  std::string document_;
  domain::RuleDigest digest_;
};

struct ParsedRules {
  Rules rules;
  std::vector<Problem> warnings{};
};

// A bad document is never used in part: either the rules, or everything that is wrong with it.
using ParseResult = tl::expected<ParsedRules, std::vector<Problem>>;

// JSON or YAML. Unknown keys are warnings in a document that uses none of the keys that the
// existing product does not know, errors in one that does.
[[nodiscard]] ParseResult parse_rules(std::string_view document);

// The same document as a value; its bytes are then the value's compact JSON.
[[nodiscard]] ParseResult parse_rules_value(const boost::json::value& document);

// The environment variables STATEMENTS and GROUP_STATEMENTS: JSON lists. Absent: no such rules.
[[nodiscard]] ParseResult parse_statements(std::optional<std::string_view> statements,
                                           std::optional<std::string_view> group_statements);

}  // namespace elevator::policy
