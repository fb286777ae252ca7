#include "adapters/aws/directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/aws/pages.h"
#include "base/lower_case.h"
#include "base/parallel.h"
#include "wire/aws/identity_store.h"

namespace elevator::adapters::aws {
namespace {

namespace ids = wire::aws::identity_store;
using base::Result;

constexpr char kUsersSnapshot[] = "users";
constexpr base::Milliseconds kGroupLife = base::minutes(5);
constexpr size_t kMaxRememberedGroups = 500;

std::string trim(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

CallOptions look_up() { return {.priority = Priority::kGrant}; }

}  // namespace

Directory::Directory(Client& client, ports::IdentityCenter& identity_center,
                     ports::Snapshots& snapshots, base::Logger& log, DirectoryOptions options)
    : client_(client),
      identity_center_(identity_center),
      snapshots_(snapshots),
      log_(log),
      options_(std::move(options)) {
  for (std::string& name : options_.secondary_domains) {
    if (name.starts_with('@')) name.erase(0, 1);
  }
}

Result<domain::Principal> Directory::find(const std::string& as_written) {
  TRY(const auto email, domain::Email::parse(as_written));
  TRY(const auto instance, identity_center_.instance());
  const std::string& store = instance.identity_store.str();
  const std::string written = trim(as_written);
  TRY(auto found, by_address(store, written));
  if (found) return domain::Principal{*std::move(found), email, false};

  // Only a complete index proves that nobody has this address in another spelling. Until then
  // nobody else is found for it under a secondary domain either.
  if (!index()) {
    return base::unavailable("the users of Identity Center are not known yet: being read from AWS");
  }
  const std::string local_part = written.substr(0, written.find('@') + 1);
  for (const std::string& secondary : options_.secondary_domains) {
    const auto other = domain::Email::parse(local_part + secondary);
    if (!other || *other == email) continue;
    TRY(auto there, by_address(store, local_part + secondary));
    if (there) return domain::Principal{*std::move(there), *other, true};
  }
  return base::not_found(fmt::format("nobody in Identity Center has the address {}", email.str()));
}

Directory::Found Directory::by_address(const std::string& store, const std::string& as_written) {
  const std::string lowered = base::lower_ascii(as_written);
  TRY(auto exact, by_attribute(store, ids::kEmailPath, as_written));
  if (exact) return exact;
  if (lowered != as_written) {
    TRY(auto lower_case, by_attribute(store, ids::kEmailPath, lowered));
    if (lower_case) return lower_case;
  }
  TRY(auto user_name, by_attribute(store, ids::kUserNamePath, as_written));
  if (user_name) return user_name;
  TRY(auto indexed, in_index(lowered));
  if (!indexed) return indexed;
  // The index may be old: the address may be somebody else's by now.
  TRY(const bool still, has_address(store, *indexed, lowered));
  return still ? indexed : std::nullopt;
}

Result<bool> Directory::has_address(const std::string& store, const domain::PrincipalId& user,
                                    const std::string& lowered) {
  const auto found = client_.call<ids::DescribeUser>({store, user.str()}, look_up());
  if (!found) {
    if (found.error().kind == base::Kind::kNotFound) return false;
    return found.error();
  }
  const auto emails = found->emails.value_or(std::vector<ids::EmailEntry>());
  return std::ranges::any_of(emails, [&](const ids::EmailEntry& entry) {
    return entry.value && base::lower_ascii(trim(*entry.value)) == lowered;
  });
}

Directory::Found Directory::by_attribute(const std::string& store, std::string_view path,
                                         const std::string& value) {
  const auto answer =
      client_.call<ids::GetUserId>({store, {{std::string(path), value}}}, look_up());
  if (!answer) {
    if (answer.error().kind == base::Kind::kNotFound) return std::optional<domain::PrincipalId>();
    return answer.error();
  }
  TRY(auto id, domain::PrincipalId::parse(answer->user_id));
  return std::optional<domain::PrincipalId>(std::move(id));
}

Directory::Found Directory::in_index(const std::string& lowered) {
  const auto users = index();
  if (!users) return std::optional<domain::PrincipalId>();
  const auto [first, last] = users->equal_range(lowered);
  if (first == last) return std::optional<domain::PrincipalId>();
  for (auto other = std::next(first); other != last; ++other) {
    if (other->second != first->second) {
      return base::Error{
          base::Kind::kConflict,
          fmt::format("several users of Identity Center have the address {}", lowered)};
    }
  }
  return std::optional<domain::PrincipalId>(first->second);
}

std::shared_ptr<const UserIndex> Directory::index() {
  const std::lock_guard lock(mutex_);
  if (index_ || snapshot_looked_for_) return index_;
  snapshot_looked_for_ = true;
  index_ = read_snapshot();
  return index_;
}

// Nothing when there is none.
std::shared_ptr<const UserIndex> Directory::read_snapshot() {
  const auto stored = snapshots_.read(kUsersSnapshot);
  if (!stored || !*stored) return nullptr;
  auto users = decode_users((*stored)->bytes);
  if (!users) {
    log_.warning("users_snapshot_unreadable", {{"error", users.error().message}});
    return nullptr;
  }
  return std::make_shared<const UserIndex>(*std::move(users));
}

void Directory::reload() {
  auto stored = read_snapshot();
  const std::lock_guard lock(mutex_);
  snapshot_looked_for_ = true;
  if (stored) index_ = std::move(stored);
}

base::Status Directory::refresh() {
  TRY(const auto instance, identity_center_.instance());
  auto next = std::make_shared<UserIndex>();
  base::Status bad_user;
  TRY_VOID(for_each_page<ids::ListUsers>(
      client_,
      {.identity_store_id = instance.identity_store.str(), .max_results = 100, .next_token = {}},
      {.priority = Priority::kList, .budget = base::minutes(1)},
      [&](const ids::ListUsers::Response& page) {
        for (const ids::User& user : page.users) {
          const auto id = domain::PrincipalId::parse(user.user_id);
          if (!id) {
            bad_user = id.error();
            continue;
          }
          for (const auto& email : user.emails.value_or(std::vector<ids::EmailEntry>())) {
            if (email.value) next->emplace(base::lower_ascii(trim(*email.value)), *id);
          }
        }
      }));
  TRY_VOID(std::move(bad_user));
  const ports::Snapshot snapshot{encode_users(*next), client_.clock().now()};
  {
    const std::lock_guard lock(mutex_);
    index_ = std::move(next);
  }
  if (const auto written = snapshots_.write(kUsersSnapshot, snapshot); !written) {
    log_.warning("users_snapshot_not_written", {{"error", written.error().message}});
  }
  return {};
}

std::optional<Directory::Group> Directory::known_group(const std::string& name) {
  const auto now = client_.clock().now();
  const std::lock_guard lock(mutex_);
  const auto found = groups_.find(name);
  if (found == groups_.end()) return std::nullopt;
  const Group& group = found->second;
  if (group.read_at > now || now - group.read_at >= kGroupLife) return std::nullopt;
  return group;
}

Result<std::string> Directory::group_id(const std::string& store, const std::string& name) {
  if (auto known = known_group(name)) return std::move(known->id);
  auto found = client_.call<ids::GetGroupId>({store, {{std::string(ids::kDisplayNamePath), name}}},
                                             look_up());
  if (found) return std::move(found->group_id);
  if (found.error().kind != base::Kind::kNotFound) return std::move(found).error();
  return base::not_found("Identity Center has no group " + name.substr(0, 100));
}

Result<std::set<domain::Email>> Directory::group_members(const std::string& group_name) {
  if (auto known = known_group(group_name)) return std::move(known->members);
  TRY(const auto instance, identity_center_.instance());
  const std::string& store = instance.identity_store.str();
  TRY(auto id, group_id(store, group_name));
  TRY(auto members, read_group(store, id));
  const std::lock_guard lock(mutex_);
  if (groups_.size() >= kMaxRememberedGroups) groups_.clear();
  groups_.insert_or_assign(group_name, Group{std::move(id), members, client_.clock().now()});
  return members;
}

Result<bool> Directory::is_member(const std::string& group_name, const domain::Email& email) {
  const auto user = find(email.str());
  if (!user && user.error().kind == base::Kind::kNotFound) return false;
  if (!user) return user.error();
  if (user->secondary_domain_used) return false;
  TRY(const auto instance, identity_center_.instance());
  const std::string& store = instance.identity_store.str();
  TRY(const auto id, group_id(store, group_name));
  TRY(const auto answer,
      client_.call<ids::IsMemberInGroups>({store, {user->id.str()}, {id}}, look_up()));
  const bool present = std::ranges::any_of(answer.results, [&](const auto& result) {
    return result.group_id == id && result.membership_exists;
  });
  if (!present) return false;
  TRY(const auto emails, emails_of(store, user->id.str()));  // none when the user is disabled
  return std::ranges::find(emails, email) != emails.end();
}

Result<std::set<domain::Email>> Directory::read_group(const std::string& store,
                                                      const std::string& id) {
  std::vector<std::string> members;
  TRY_VOID(for_each_page<ids::ListGroupMemberships>(
      client_, {.identity_store_id = store, .group_id = id, .max_results = 100, .next_token = {}},
      look_up(), [&](const ids::MembershipPage& page) {
        for (const auto& membership : page.memberships) {
          if (membership.member_id.user_id) members.push_back(*membership.member_id.user_id);
        }
      }));
  const auto described =
      base::parallel_map(members, options_.width,
                         [&](const std::string& user_id) { return emails_of(store, user_id); });
  std::set<domain::Email> result;
  for (const auto& emails : described) {
    if (!emails) return emails.error();
    result.insert(emails->begin(), emails->end());
  }
  return result;
}

Result<std::vector<domain::Email>> Directory::emails_of(const std::string& store,
                                                        const std::string& user_id) {
  std::vector<domain::Email> emails;
  const auto user = client_.call<ids::DescribeUser>({store, user_id}, look_up());
  if (!user) {
    // Deleted since the members were listed.
    if (user.error().kind == base::Kind::kNotFound) return emails;
    return user.error();
  }
  if (user->user_status == ids::kDisabled) return emails;
  for (const auto& entry : user->emails.value_or(std::vector<ids::EmailEntry>())) {
    auto email = domain::Email::parse(entry.value.value_or(""));
    if (email) emails.push_back(*std::move(email));
  }
  return emails;
}

}  // namespace elevator::adapters::aws
