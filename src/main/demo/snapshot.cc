#include "main/demo/snapshot.h"

#include <boost/json.hpp>

namespace elevator::demo {
namespace {

namespace json = boost::json;
namespace aws = sandbox::aws;
using Ends = std::map<std::string, base::TimePoint>;

constexpr size_t kMostEntries = 200;

json::value time_or_null(const std::optional<base::TimePoint>& time) {
  return time ? json::value(base::to_rfc3339(*time)) : json::value(nullptr);
}

json::value end_of(const Ends& ends, const std::string& key) {
  const auto found = ends.find(key);
  return time_or_null(found == ends.end() ? std::nullopt : std::optional(found->second));
}

json::array assignments_of(const aws::Snapshot& seen, const Ends& ends) {
  json::array out;
  for (const aws::LiveAssignment& one : seen.assignments) {
    if (one.principal_type != aws::PrincipalType::kUser) continue;
    out.push_back(json::object{
        {"account_id", one.account_id},
        {"account_name", one.account_name},
        {"permission_set", one.permission_set},
        {"user_id", one.principal_id},
        {"user_name", one.principal_name},
        {"created_at", base::to_rfc3339(one.created_at)},
        {"ends_at",
         end_of(ends, access_key(one.account_id, one.permission_set, one.principal_id))}});
  }
  return out;
}

// Only what came since the beginning: who is in which team is no news.
json::array memberships_of(const aws::Snapshot& seen, const Ends& ends, base::TimePoint since) {
  json::array out;
  for (const aws::LiveMembership& one : seen.memberships) {
    if (one.created_at <= since) continue;
    out.push_back(json::object{{"group_id", one.group_id},
                               {"group_name", one.group_name},
                               {"user_id", one.user_id},
                               {"user_name", one.user_name},
                               {"created_at", base::to_rfc3339(one.created_at)},
                               {"ends_at", end_of(ends, access_key(one.group_id, one.user_id))}});
  }
  return out;
}

json::object aws_json(World& world) {
  const aws::Snapshot seen = world.surroundings.aws();
  const Ends ends = world.trail.ends();
  json::array accounts;
  for (const aws::AccountView& one : seen.accounts) {
    accounts.push_back(json::object{{"id", one.id}, {"name", one.name}, {"ou", one.unit}});
  }
  json::array operations;
  for (const aws::OperationView& one : seen.operations) {
    operations.push_back(json::object{{"id", one.id},
                                      {"kind", one.kind},
                                      {"status", one.status},
                                      {"account_name", one.account_name},
                                      {"permission_set", one.permission_set},
                                      {"user_name", one.principal_name},
                                      {"at", base::to_rfc3339(one.started_at)}});
  }
  return {{"accounts", std::move(accounts)},
          {"assignments", assignments_of(seen, ends)},
          {"memberships", memberships_of(seen, ends, world.surroundings.since())},
          {"operations", std::move(operations)}};
}

}  // namespace

json::object snapshot(const Driver& driver, const base::Clock& clock) {
  const auto world = driver.world();
  return {{"now", base::to_rfc3339(clock.now())},
          {"personas", world->surroundings.personas()},
          {"program", driver.program()},
          {"faults", world->surroundings.faults()},
          {"next_deadline", time_or_null(driver.next_deadline())},
          {"slack", world->surroundings.slack()},
          {"aws", aws_json(*world)},
          {"audit", world->trail.latest(kMostEntries)}};
}

std::shared_ptr<const std::string> Snapshots::latest() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t count = changes_.count();
  const base::TimePoint now = clock_.now();
  if (!text_ || made_at_ != count || now - shows_ >= base::Seconds(1) || now < shows_) {
    text_ = std::make_shared<const std::string>(json::serialize(snapshot(driver_, clock_)));
    made_at_ = count;
    shows_ = now;
  }
  return text_;
}

}  // namespace elevator::demo
