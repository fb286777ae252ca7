#include "main/serve/target_check.h"

#include <algorithm>

#include "workflow/missing_targets.h"

namespace elevator::serve {
namespace {

constexpr const char* kCheck = "targets of the rules";
constexpr size_t kMostShown = 10;

std::string joined(const std::vector<std::string>& missing) {
  std::string out;
  for (size_t i = 0; i < std::min(missing.size(), kMostShown); ++i) {
    out += (i == 0 ? "" : "; ") + missing[i];
  }
  if (missing.size() > kMostShown) {
    out += "; and " + std::to_string(missing.size() - kMostShown) + " more, see the log";
  }
  return out;
}

}  // namespace

void TargetCheck::look() {
  const auto rules = ports_.rules.current();
  const auto catalogue = ports_.organization.catalogue();
  if (!rules || !catalogue) return;
  auto missing = workflow::missing_targets(**rules, **catalogue);
  const std::lock_guard lock(mutex_);
  if (missing == said_) return;
  for (const std::string& one : missing) {
    const bool is_known = std::ranges::find(said_, one) != said_.end();
    if (!is_known) ports_.log.warning("rule_names_nothing", {{"detail", one}});
  }
  said_ = std::move(missing);
  if (said_.empty()) return readiness_.good(kCheck);
  readiness_.bad(kCheck, Readiness::Weight::kWarns,
                 "the rules name what AWS does not have, so nobody can ask for it: " +
                     joined(said_) + ". Correct the rules, or create it in AWS");
}

}  // namespace elevator::serve
