// ReasonPattern: a regular expression (RE2 syntax, linear time) that a reason must match from its
// first to its last character. "." matches line ends too: reasons may have several lines.
// Immutable, cheap to copy, thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::policy {

class ReasonPattern {
 public:
  static base::Result<ReasonPattern> parse(std::string_view pattern);

  bool matches(std::string_view reason) const;
  const std::string& text() const;

 private:
  struct Compiled;
  explicit ReasonPattern(std::shared_ptr<const Compiled> compiled)
      : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace elevator::policy
