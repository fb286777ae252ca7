// RulesFile: the RulesSource port on a file. The file is read whole at each fetch and known by its
// SHA-256, so no change is missed, whatever its time stamp says. A file that is being written is
// an error, not half a document: replace it by renaming. Thread-safe.
#pragma once

#include <string>

#include "ports/rules_source.h"

namespace elevator::adapters::files {

class RulesFile final : public ports::RulesSource {
 public:
  explicit RulesFile(std::string path) : path_(std::move(path)) {}
  base::Result<std::optional<ports::RulesDocument>> fetch(
      const std::string& known_version) override;

 private:
  std::string path_;
};

}  // namespace elevator::adapters::files
