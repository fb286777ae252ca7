// The verbs that show what a background job would do, and change nothing: `sweep --dry-run` and
// `sync --dry-run`.
#pragma once

#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::entry {

struct DryRun {
  std::string config_file;  // empty: none
  std::string state_folder = "state";
  bool json = false;
};

struct DryRunVerb {
  std::string_view name;     // "sweep"
  std::string_view summary;  // what it shows, a sentence
  // Looks, and answers with the text to print.
  std::function<base::Result<std::string>(const DryRun&)> look;
};

int run_dry(const DryRunVerb& verb, std::span<const std::string> words, std::ostream& out,
            std::ostream& err);

}  // namespace elevator::entry
