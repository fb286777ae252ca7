// Distinct types for identifiers. An account id, an ARN and a Slack id are never interchangeable,
// and each is made only by parse(), so that holding one means it is well formed.
//
//   struct AccountIdRule { static constexpr std::string_view kName = "account id";
//                          static bool valid(std::string_view text); };
//   using AccountId = base::Id<AccountIdRule>;
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/result.h"

namespace elevator::base {

template <typename Rule>
class Id {
 public:
  static Result<Id> parse(std::string_view text) {
    if (!Rule::valid(text)) {
      return invalid("\"" + std::string(text.substr(0, 80)) + "\" is not a valid " +
                     std::string(Rule::kName));
    }
    return Id(std::string(text));
  }

  // For values that are part of the program or a test. Aborts when they are not valid.
  static Id literal(std::string_view text) {
    CHECK_THAT(Rule::valid(text), "an identifier written in the program is valid");
    return Id(std::string(text));
  }

  const std::string& str() const { return text_; }
  std::string_view view() const { return text_; }

  friend auto operator<=>(const Id&, const Id&) = default;
  friend bool operator==(const Id&, const Id&) = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace elevator::base

template <typename Rule>
struct std::hash<elevator::base::Id<Rule>> {
  size_t operator()(const elevator::base::Id<Rule>& id) const {
    return std::hash<std::string>()(id.str());
  }
};
