#include "adapters/files/rules_file.h"

#include "adapters/files/disk.h"
#include "base/crypto.h"

namespace elevator::adapters::files {
namespace {

constexpr size_t kLargestDocument = size_t{1} << 20;

}  // namespace

base::Result<std::optional<ports::RulesDocument>> RulesFile::fetch(
    const std::string& known_version) {
  TRY(auto bytes, read_file(path_, kLargestDocument));
  if (!bytes) return base::not_found("the rules file " + path_ + " does not exist");
  std::string version = base::sha256_hex(*bytes);
  if (version == known_version) return std::nullopt;
  return std::optional(ports::RulesDocument{*std::move(bytes), std::move(version)});
}

}  // namespace elevator::adapters::files
