// One policy question, grown from a stream of small numbers and put to both evaluators. The same
// generator serves RapidCheck and libFuzzer.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace elevator::testing {

// A number in [0, bound).
using Choose = std::function<int(int bound)>;

// Nothing when src/policy and the reference agree; otherwise the question and both answers.
std::optional<std::string> policy_disagreement(const Choose& choose);

}  // namespace elevator::testing
