#include "sandbox/aws/organization.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "sandbox/aws/state.h"

namespace elevator::sandbox::aws {
namespace {

const Handlers& handlers_of(Service service) {
  if (service == Service::kSsoAdmin) return sso_admin_handlers();
  return service == Service::kIdentityStore ? identity_store_handlers() : organizations_handlers();
}

std::string name_of(const State& state, const Facts& facts) {
  if (facts.type == PrincipalType::kUser) {
    const auto user = state.users.find(facts.principal);
    return user == state.users.end() ? facts.principal : user->second.facts.user_name;
  }
  const auto group = state.groups.find(facts.principal);
  return group == state.groups.end() ? facts.principal : group->second.name;
}

std::string account_name(const State& state, const std::string& id) {
  const auto found = state.accounts.find(id);
  return found == state.accounts.end() ? id : found->second.name;
}

std::string permission_set_name(const State& state, const std::string& arn) {
  const auto found = state.permission_sets.find(arn);
  return found == state.permission_sets.end() ? arn : found->second.name;
}

OperationView view_of(const State& state, const Operation& operation) {
  const Facts& facts = operation.facts;
  const bool has_failed = operation.progress == Progress::kFailed;
  return {.id = operation.id,
          .kind = operation.kind == OperationKind::kCreate ? "create" : "delete",
          .status = operation.progress == Progress::kInProgress ? "IN_PROGRESS"
                    : has_failed                                ? "FAILED"
                                                                : "SUCCEEDED",
          .account_id = facts.account,
          .account_name = account_name(state, facts.account),
          .permission_set = permission_set_name(state, facts.permission_set),
          .principal_id = facts.principal,
          .principal_name = name_of(state, facts),
          .failure_reason = has_failed ? operation.failure_reason : std::string(),
          .started_at = operation.started};
}

// Whether the operation may change anything that the page shows.
bool is_write(std::string_view operation) {
  return operation.starts_with("Create") || operation.starts_with("Delete");
}

}  // namespace

struct Organization::Guarded {
  mutable std::mutex mutex;
  State state;
  Settings settings;
  Buckets buckets;
  std::function<void()> callback;
};

Organization::Organization(const base::Clock& clock, const World& world, Settings settings)
    : clock_(clock), guarded_(std::make_unique<Guarded>()) {
  guarded_->settings = std::move(settings);
  reset(world);
}

Organization::~Organization() = default;

Answer<boost::json::object> Organization::call(Service service, std::string_view operation,
                                               const boost::json::object& request) {
  const Handlers& handlers = handlers_of(service);
  const auto handler = handlers.find(operation);
  if (handler == handlers.end()) {
    return Refusal{"UnknownOperationException", fmt::format("no operation {}", operation)};
  }
  bool has_changed = false;
  auto answer = [&] {
    const std::lock_guard lock(guarded_->mutex);
    const base::TimePoint now = clock_.now();
    State& state = guarded_->state;
    has_changed |= settle_due(state, now, guarded_->settings.listing_lag);
    const size_t running = state.running.size();
    auto result = handler->second(state, Call(operation, request, now, guarded_->settings));
    has_changed |= state.running.size() != running || (result && is_write(operation));
    return result;
  }();
  if (has_changed) changed();
  if (!answer && service == Service::kOrganizations &&
      answer.error().code == "ValidationException") {
    return Refusal{"InvalidInputException", answer.error().message};
  }
  return answer;
}

void Organization::changed() {
  if (guarded_->callback) guarded_->callback();
}

void Organization::on_change(std::function<void()> callback) {
  guarded_->callback = std::move(callback);
}

Snapshot Organization::snapshot(size_t operations) {
  settle();
  const std::lock_guard lock(guarded_->mutex);
  const State& state = guarded_->state;
  Snapshot result;
  result.now = clock_.now();
  for (const auto& [id, account] : state.accounts) {
    result.accounts.push_back({id, account.name, unit_path(state, account.parent)});
  }
  std::sort(result.accounts.begin(), result.accounts.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
  for (const auto& [facts, presence] : state.assignments) {
    if (!presence.present) continue;
    result.assignments.push_back({facts.account, account_name(state, facts.account),
                                  facts.permission_set,
                                  permission_set_name(state, facts.permission_set), facts.type,
                                  facts.principal, name_of(state, facts), presence.created});
  }
  for (const auto& [key, membership] : state.memberships) {
    if (!membership.presence.present) continue;
    result.memberships.push_back({membership.id, key.first, state.groups.at(key.first).name,
                                  key.second, state.users.at(key.second).facts.user_name,
                                  membership.presence.created});
  }
  const size_t count = std::min(operations, state.operations.size());
  for (size_t i = state.operations.size() - count; i < state.operations.size(); ++i) {
    result.operations.push_back(view_of(state, state.operations[i]));
  }
  return result;
}

bool Organization::settle() {
  {
    const std::lock_guard lock(guarded_->mutex);
    if (!settle_due(guarded_->state, clock_.now(), guarded_->settings.listing_lag)) return false;
  }
  changed();
  return true;
}

std::optional<base::TimePoint> Organization::next_change() {
  const std::lock_guard lock(guarded_->mutex);
  std::optional<base::TimePoint> next;
  for (const size_t index : guarded_->state.running) {
    const Operation& operation = guarded_->state.operations[index];
    if (operation.looks_left) continue;
    if (!next || operation.ends < *next) next = operation.ends;
  }
  return next;
}

Ids Organization::ids() {
  const std::lock_guard lock(guarded_->mutex);
  const State& state = guarded_->state;
  Ids ids{.instance_arn = state.instance_arn, .identity_store_id = state.identity_store_id};
  for (const auto& [id, account] : state.accounts) ids.accounts[account.name] = id;
  for (const auto& [id, unit] : state.units) {
    const std::string path = unit_path(state, id);
    if (path.size() > std::string_view("Root/").size()) ids.units[path.substr(5)] = id;
  }
  for (const auto& [arn, set] : state.permission_sets) ids.permission_sets[set.name] = arn;
  for (const auto& [id, user] : state.users) ids.users[user.facts.user_name] = id;
  for (const auto& [id, group] : state.groups) ids.groups[group.name] = id;
  return ids;
}

Buckets& Organization::buckets() { return guarded_->buckets; }

Settings Organization::settings() const {
  const std::lock_guard lock(guarded_->mutex);
  return guarded_->settings;
}

void Organization::change_settings(const std::function<void(Settings&)>& change) {
  const std::lock_guard lock(guarded_->mutex);
  change(guarded_->settings);
}

// ---- changes behind the product's back

void Organization::reset(const World& world) {
  {
    const std::lock_guard lock(guarded_->mutex);
    guarded_->state = State();
    add_world(guarded_->state, world, world.since, base::Milliseconds(0));
    guarded_->buckets.reset(world.buckets);
  }
  changed();
}

Ids Organization::add(const World& more) {
  {
    const std::lock_guard lock(guarded_->mutex);
    add_world(guarded_->state, more, clock_.now(), guarded_->settings.listing_lag);
    for (const std::string& name : more.buckets) guarded_->buckets.add(name);
  }
  changed();
  return ids();
}

template <typename Change>
bool Organization::change(const Change& change) {
  {
    const std::lock_guard lock(guarded_->mutex);
    const base::TimePoint now = clock_.now();
    settle_due(guarded_->state, now, guarded_->settings.listing_lag);
    if (!change(guarded_->state, now, guarded_->settings.listing_lag)) return false;
  }
  changed();
  return true;
}

bool Organization::assign(const AssignmentSeed& assignment) {
  return change([&](State& state, auto now, auto lag) {
    const auto facts = facts_of(state, assignment);
    if (!facts || state.assignments[*facts].present) return false;
    state.assignments[*facts].change(true, now, lag);
    return true;
  });
}

void Organization::assign_raw(const std::string& account_id, const std::string& permission_set_arn,
                              PrincipalType type, const std::string& principal_id) {
  change([&](State& state, auto now, auto lag) {
    Presence& presence = state.assignments[{account_id, permission_set_arn, type, principal_id}];
    if (!presence.present) presence.change(true, now, lag);
    return true;
  });
}

bool Organization::unassign(const AssignmentSeed& assignment) {
  return change([&](State& state, auto now, auto lag) {
    const auto facts = facts_of(state, assignment);
    if (!facts || !state.assignments[*facts].present) return false;
    state.assignments[*facts].change(false, now, lag);
    return true;
  });
}

bool Organization::join(const std::string& group_name, const std::string& user_name) {
  return change([&](State& state, auto now, auto lag) {
    const Group* group = find_group(state, group_name);
    const User* user = find_user(state, user_name);
    if (group == nullptr || user == nullptr) return false;
    Membership& membership = state.memberships[{group->id, user->id}];
    if (membership.presence.present) return false;
    membership.id = state.new_membership_id();
    membership.presence.change(true, now, lag);
    return true;
  });
}

bool Organization::leave(const std::string& group_name, const std::string& user_name) {
  return change([&](State& state, auto now, auto lag) {
    const Group* group = find_group(state, group_name);
    const User* user = find_user(state, user_name);
    if (group == nullptr || user == nullptr) return false;
    const auto found = state.memberships.find({group->id, user->id});
    if (found == state.memberships.end() || !found->second.presence.present) return false;
    found->second.presence.change(false, now, lag);
    return true;
  });
}

bool Organization::delete_user(const std::string& user_name) {
  return change([&](State& state, auto, auto) {
    const User* user = find_user(state, user_name);
    if (user == nullptr) return false;
    const std::string id = user->id;
    std::erase_if(state.memberships, [&](const auto& entry) { return entry.first.second == id; });
    state.users.erase(id);
    return true;
  });
}

bool Organization::delete_group(const std::string& group_name) {
  return change([&](State& state, auto, auto) {
    const Group* group = find_group(state, group_name);
    if (group == nullptr) return false;
    const std::string id = group->id;
    std::erase_if(state.memberships, [&](const auto& entry) { return entry.first.first == id; });
    state.groups.erase(id);
    return true;
  });
}

bool Organization::delete_permission_set(const std::string& name) {
  return change([&](State& state, auto, auto) {
    const PermissionSet* set = find_permission_set(state, name);
    if (set == nullptr) return false;
    const std::string arn = set->arn;
    std::erase_if(state.assignments,
                  [&](const auto& entry) { return entry.first.permission_set == arn; });
    state.permission_sets.erase(arn);
    return true;
  });
}

bool Organization::delete_account(const std::string& account_id) {
  return change([&](State& state, auto, auto) {
    std::erase_if(state.assignments,
                  [&](const auto& entry) { return entry.first.account == account_id; });
    return state.accounts.erase(account_id) > 0;
  });
}

bool Organization::set_user_enabled(const std::string& user_name, bool enabled) {
  return change([&](State& state, auto now, auto) {
    const User* user = find_user(state, user_name);
    if (user == nullptr || user->facts.enabled == enabled) return false;
    User& found = state.users.at(user->id);
    found.facts.enabled = enabled;
    found.updated = now;
    return true;
  });
}

bool Organization::set_enterprise(const std::string& user_name,
                                  const std::map<std::string, std::string>& attributes) {
  return change([&](State& state, auto now, auto) {
    const User* user = find_user(state, user_name);
    if (user == nullptr) return false;
    User& found = state.users.at(user->id);
    found.facts.enterprise = attributes;
    found.updated = now;
    return true;
  });
}

}  // namespace elevator::sandbox::aws
