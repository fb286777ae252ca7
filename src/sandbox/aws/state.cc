#include "sandbox/aws/state.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.h"

namespace elevator::sandbox::aws {
namespace {

constexpr char kStorePrefix[] = "9067f0a1b2";
constexpr char kNotFoundReason[] = "Received a 404 status error: Not supported NotFoundException";

std::string uuid_of(std::string_view text) {
  std::string hex = base::sha256_hex(text).substr(0, 32);
  hex[12] = '4';
  hex[16] = 'a';
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

std::string hash_of(std::string_view kind, std::string_view name, size_t length) {
  return base::sha256_hex(fmt::format("{}/{}", kind, name)).substr(0, length);
}

// Twelve digits that do not look like anybody's account.
std::string account_id_of(std::string_view name) {
  std::string id = "2";
  for (const char c : base::sha256_hex(fmt::format("account/{}", name)).substr(0, 11)) {
    id += static_cast<char>('0' + static_cast<unsigned char>(c) % 10);
  }
  return id;
}

std::string principal_id(State& state, std::string_view kind, std::string_view name) {
  std::string uuid = uuid_of(fmt::format("{}/{}", kind, name));
  if (!state.used_ids.insert(uuid).second) uuid = state.new_uuid();
  return fmt::format("{}-{}", kStorePrefix, uuid);
}

void prepare(State& state, base::TimePoint since) {
  if (!state.instance_arn.empty()) return;
  state.instance_arn = "arn:aws:sso:::instance/ssoins-722308ab2f1d5e6c";
  state.identity_store_id = fmt::format("d-{}", kStorePrefix);
  state.root_id = "r-sbox";
  state.since = since;
  state.units[state.root_id] = {state.root_id, "Root", ""};
  state.accounts[kManagementAccount] = {.id = kManagementAccount,
                                        .name = "management",
                                        .email = "aws@example.com",
                                        .parent = state.root_id,
                                        .state = "ACTIVE",
                                        .tags = {},
                                        .joined = since};
}

// The unit with this path below the root; made with everything above it when it is missing.
std::string make_unit(State& state, std::string_view path) {
  std::string parent = state.root_id;
  std::string so_far;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string name(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name.empty()) continue;
    so_far += "/" + name;
    const std::string id = fmt::format("ou-sbox-{}", hash_of("unit", so_far, 8));
    state.units.try_emplace(id, Unit{id, name, parent});
    parent = id;
  }
  return parent;
}

void add_account(State& state, const AccountSeed& seed) {
  const std::string id = seed.id.empty() ? account_id_of(seed.name) : seed.id;
  const std::string email = seed.email.empty() ? fmt::format("{}@example.com", id) : seed.email;
  state.accounts[id] = {.id = id,
                        .name = seed.name,
                        .email = email,
                        .parent = make_unit(state, seed.unit),
                        .state = seed.state,
                        .tags = seed.tags,
                        .joined = state.since};
}

void add_user(State& state, const UserSeed& seed, base::TimePoint now) {
  if (find_user(state, seed.user_name) != nullptr) return;
  User user{principal_id(state, "user", seed.user_name), seed, now, now};
  if (user.facts.display_name.empty()) user.facts.display_name = seed.user_name;
  if (const User* manager = find_user(state, seed.manager)) user.facts.manager = manager->id;
  const std::string id = user.id;
  state.users.emplace(id, std::move(user));
}

void add_group(State& state, const GroupSeed& seed, base::TimePoint now, base::Milliseconds lag) {
  if (find_group(state, seed.name) == nullptr) {
    const std::string id = seed.id.empty() || state.used_ids.contains(seed.id)
                               ? principal_id(state, "group", seed.name)
                               : seed.id;
    state.used_ids.insert(id);
    state.groups[id] = {id, seed.name, seed.description, now};
  }
  const std::string group = find_group(state, seed.name)->id;
  for (const std::string& member : seed.members) {
    const User* user = find_user(state, member);
    if (user == nullptr) continue;
    Membership& membership = state.memberships[{group, user->id}];
    if (membership.presence.present) continue;
    membership.id = state.new_membership_id();
    membership.presence.change(true, now, lag);
  }
}

// What happens when the operation's time has come.
void end(State& state, Operation& operation, base::TimePoint now, base::Milliseconds lag) {
  const Facts& facts = operation.facts;
  const bool is_user = facts.type == PrincipalType::kUser;
  const bool has_principal =
      is_user ? state.users.count(facts.principal) != 0 : state.groups.count(facts.principal) != 0;
  const bool has_rest = state.accounts.count(facts.account) != 0 &&
                        state.permission_sets.count(facts.permission_set) != 0;
  const auto there = state.assignments.find(facts);
  const bool is_there = there != state.assignments.end() && there->second.present;
  const bool is_creation = operation.kind == OperationKind::kCreate;
  const bool is_possible = is_creation ? has_principal && has_rest : is_there;
  if (operation.failure_reason.empty() && !is_possible) operation.failure_reason = kNotFoundReason;
  if (!operation.failure_reason.empty()) {
    operation.progress = Progress::kFailed;
    return;
  }
  operation.progress = Progress::kSucceeded;
  // Creating what is there is no change: creation is idempotent.
  if (is_there != is_creation) state.assignments[facts].change(is_creation, now, lag);
}

}  // namespace

void Presence::change(bool to, base::TimePoint now, base::Milliseconds lag) {
  shown_before = shown(now, lag);
  present = to;
  changed = now;
  if (to) created = now;
}

std::string State::new_uuid() {
  return uuid_of(fmt::format("{}/{}", base::to_unix_milliseconds(since), ++made));
}

std::string State::new_membership_id() { return fmt::format("{}-{}", kStorePrefix, new_uuid()); }

void add_world(State& state, const World& world, base::TimePoint now, base::Milliseconds lag) {
  prepare(state, world.since);
  for (const AccountSeed& seed : world.accounts) add_account(state, seed);
  for (const PermissionSetSeed& seed : world.permission_sets) {
    const std::string arn =
        fmt::format("arn:aws:sso:::permissionSet/{}/ps-{}",
                    state.instance_arn.substr(state.instance_arn.rfind('/') + 1),
                    hash_of("permission set", seed.name, 16));
    state.permission_sets[arn] = {arn, seed.name, seed.description, seed.session_duration, now};
  }
  for (const UserSeed& seed : world.users) add_user(state, seed, now);
  for (const GroupSeed& seed : world.groups) add_group(state, seed, now, lag);
  for (const AssignmentSeed& seed : world.assignments) {
    if (const auto facts = facts_of(state, seed)) {
      state.assignments[*facts].change(true, now, lag);
    }
  }
}

const User* find_user(const State& state, std::string_view user_name) {
  if (user_name.empty()) return nullptr;
  for (const auto& [id, user] : state.users) {
    if (user.facts.user_name == user_name) return &user;
  }
  return nullptr;
}

const Group* find_group(const State& state, std::string_view name) {
  for (const auto& [id, group] : state.groups) {
    if (group.name == name) return &group;
  }
  return nullptr;
}

const PermissionSet* find_permission_set(const State& state, std::string_view name) {
  for (const auto& [arn, set] : state.permission_sets) {
    if (set.name == name) return &set;
  }
  return nullptr;
}

std::string unit_path(const State& state, std::string_view unit_id) {
  const auto found = state.units.find(std::string(unit_id));
  if (found == state.units.end()) return {};
  const Unit& unit = found->second;
  return unit.parent.empty() ? unit.name : unit_path(state, unit.parent) + "/" + unit.name;
}

std::optional<Facts> facts_of(const State& state, const AssignmentSeed& seed) {
  const PermissionSet* set = find_permission_set(state, seed.permission_set);
  if (set == nullptr || state.accounts.count(seed.account) == 0) return std::nullopt;
  Facts facts{seed.account, set->arn, seed.principal_type, {}};
  if (seed.principal_type == PrincipalType::kUser) {
    const User* user = find_user(state, seed.principal);
    if (user == nullptr) return std::nullopt;
    facts.principal = user->id;
  } else {
    const Group* group = find_group(state, seed.principal);
    if (group == nullptr) return std::nullopt;
    facts.principal = group->id;
  }
  return facts;
}

bool settle_due(State& state, base::TimePoint now, base::Milliseconds lag) {
  std::vector<size_t> due;
  for (const size_t index : state.running) {
    const Operation& operation = state.operations[index];
    if (!operation.looks_left && operation.ends <= now) due.push_back(index);
  }
  std::ranges::sort(due, {},
                    [&](size_t index) { return std::pair(state.operations[index].ends, index); });
  for (const size_t index : due) {
    end(state, state.operations[index], state.operations[index].ends, lag);
    state.running.erase(index);
  }
  return !due.empty();
}

bool look_at(State& state, size_t index, base::TimePoint now, base::Milliseconds lag) {
  Operation& operation = state.operations[index];
  if (operation.progress != Progress::kInProgress || !operation.looks_left) return false;
  if (*operation.looks_left > 0) {
    --*operation.looks_left;
    return false;
  }
  end(state, operation, now, lag);
  state.running.erase(index);
  return true;
}

}  // namespace elevator::sandbox::aws
