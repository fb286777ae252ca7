// Rules that stand in the settings themselves (STATEMENTS, GROUP_STATEMENTS): they never change
// while the program runs.
#pragma once

#include <string>

#include "ports/rules_source.h"

namespace elevator::serve {

class SettingsRules final : public ports::RulesSource {
 public:
  explicit SettingsRules(std::string document) : document_(std::move(document)) {}

  base::Result<std::optional<ports::RulesDocument>> fetch(
      const std::string& known_version) override {
    if (known_version == kVersion) return std::optional<ports::RulesDocument>();
    return std::optional(ports::RulesDocument{document_, kVersion});
  }

 private:
  static constexpr const char* kVersion = "settings";
  std::string document_;
};

}  // namespace elevator::serve
