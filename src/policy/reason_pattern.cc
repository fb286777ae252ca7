#include "policy/reason_pattern.h"

#include <re2/re2.h>

namespace elevator::policy {
namespace {

// Both bound what a document can cost us: RE2 compiles into at most so much memory.
constexpr size_t kLongestPattern = 1000;
constexpr int64_t kMostMemory = int64_t{1} << 20;

RE2::Options options() {
  RE2::Options result;
  result.set_log_errors(false);
  result.set_dot_nl(true);
  result.set_max_mem(kMostMemory);
  return result;
}

}  // namespace

struct ReasonPattern::Compiled {
  explicit Compiled(std::string_view pattern) : text(pattern), expression(text, options()) {}
  std::string text;
  RE2 expression;
};

base::Result<ReasonPattern> ReasonPattern::parse(std::string_view pattern) {
  if (pattern.size() > kLongestPattern) {
    return base::invalid("a pattern has at most " + std::to_string(kLongestPattern) + " bytes");
  }
  auto compiled = std::make_shared<const Compiled>(pattern);
  if (!compiled->expression.ok()) {
    return base::invalid("not a regular expression (RE2): " + compiled->expression.error());
  }
  return ReasonPattern(std::move(compiled));
}

bool ReasonPattern::matches(std::string_view reason) const {
  return RE2::FullMatch(re2::StringPiece(reason.data(), reason.size()), compiled_->expression);
}

const std::string& ReasonPattern::text() const { return compiled_->text; }

}  // namespace elevator::policy
