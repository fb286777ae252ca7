// RulesSource: where the rules document comes from. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace elevator::ports {

struct RulesDocument {
  std::string bytes;
  std::string version;  // ETag, or the file's digest: equal versions are equal documents
};

class RulesSource {
 public:
  virtual ~RulesSource() = default;
  // Empty when the document still has `known_version`.
  virtual base::Result<std::optional<RulesDocument>> fetch(const std::string& known_version) = 0;
};

}  // namespace elevator::ports
