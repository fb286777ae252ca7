#include "main/serve/target_check.h"

#include <algorithm>
#include <map>

#include "workflow/missing_targets.h"

namespace elevator::serve {
namespace {

constexpr const char* kCheck = "targets of the rules";
constexpr const char* kOutside = "people and channels of the rules";
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
  say(std::move(missing), said_);
  if (said_.empty()) return readiness_.good(kCheck);
  readiness_.bad(kCheck, Readiness::Weight::kWarns,
                 "the rules name what AWS does not have, so nobody can ask for it: " +
                     joined(said_) + ". Correct the rules, or create it in AWS");
}

void TargetCheck::say(std::vector<std::string> missing, std::vector<std::string>& said) {
  for (const std::string& one : missing) {
    const bool is_known = std::ranges::find(said, one) != said.end();
    if (!is_known) ports_.log.warning("rule_names_nothing", {{"detail", one}});
  }
  said = std::move(missing);
}

void TargetCheck::look_outside(const CheckChannel& check_channel) {
  const auto rules = ports_.rules.current();
  if (!rules) return;
  auto missing = workflow::missing_people(ports_, **rules);
  std::map<domain::ChannelId, base::Status> channels;
  for (const policy::Statement& rule : (*rules)->statements()) {
    if (!rule.channel) continue;
    const auto known = channels.find(*rule.channel);
    const base::Status status =
        known != channels.end() ? known->second : check_channel(*rule.channel);
    channels.insert_or_assign(*rule.channel, status);
    if (!status && !is_temporary(status.error())) {
      missing.push_back(rule.label() + ": " + status.error().message);
    }
  }
  const std::lock_guard lock(mutex_);
  if (missing == said_of_outside_) return;
  say(std::move(missing), said_of_outside_);
  if (said_of_outside_.empty()) return readiness_.good(kOutside);
  readiness_.bad(kOutside, Readiness::Weight::kWarns,
                 "the rules name people or channels that are not there for this app: " +
                     joined(said_of_outside_) + ". Correct the rules, or create or invite them");
}

}  // namespace elevator::serve
