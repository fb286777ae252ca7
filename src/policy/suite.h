// Tests of rules, written as data (`sso-elevator policy test`): each case is a request and what
// the rules should say about it.
//
// Two liberties, each told in a note, because decisions recorded from the existing product's
// decision function (below its parser) are suites too: an approver inside a suite's own rules that
// is not a plain address ("Bob <bob@corp.com>", blanks around it) is compared as written and so is
// nobody; and a group that cannot exist is one that no rule is about. Rules that a suite names by
// their path are read exactly as in production.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/result.h"
#include "codec/problem.h"

namespace elevator::policy {

struct CaseFailure {
  std::string name;
  std::vector<std::string> differences{};  // "decision: expected grant, got review"
  std::string why{};                       // the explanation, one line
};

struct SuiteResult {
  size_t passed = 0;
  std::vector<CaseFailure> failures{};
  std::vector<codec::Problem> notes{};
};

// Reads the rules document that a suite names by its path instead of holding it.
using LoadRules = std::function<base::Result<std::string>(const std::string& path)>;

// One suite or a list of suites, JSON or YAML. Problems when the document is not a suite; a case
// that does not hold is a failure in the result.
tl::expected<SuiteResult, std::vector<codec::Problem>> run_suites(std::string_view document,
                                                                  const LoadRules& load);

}  // namespace elevator::policy
