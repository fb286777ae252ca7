#include "main/serve/start_checks.h"

#include <algorithm>
#include <set>

namespace elevator::serve {

std::vector<StartTrouble> run_start_checks(const std::vector<StartCheck>& checks,
                                           Readiness& readiness) {
  std::vector<StartTrouble> troubles;
  std::set<std::string> not_good;  // bad, or not even tried
  for (const StartCheck& check : checks) {
    if (not_good.contains(check.needs)) {
      not_good.insert(check.name);
      continue;
    }
    const auto status = check.run();
    readiness.note(check.name, status);
    if (status) continue;
    not_good.insert(check.name);
    troubles.push_back({check.name, status.error()});
  }
  return troubles;
}

void log_start_troubles(const std::vector<StartTrouble>& troubles, base::Logger& log) {
  for (const StartTrouble& trouble : troubles) {
    log.error("start_check_failed", {{"check", trouble.check},
                                     {"temporary", is_temporary(trouble.error)},
                                     {"error", trouble.error.message}});
  }
}

std::string reasons_not_to_start(const std::vector<StartTrouble>& troubles,
                                 bool has_access_to_end) {
  if (has_access_to_end) return {};
  std::string out;
  for (const StartTrouble& trouble : troubles) {
    if (is_temporary(trouble.error)) continue;
    out += "  " + trouble.check + ": " + trouble.error.message + "\n";
  }
  return out;
}

}  // namespace elevator::serve
