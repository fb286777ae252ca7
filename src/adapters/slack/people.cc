#include "adapters/slack/people.h"

#include <algorithm>
#include <boost/json.hpp>

#include "wire/slack/payload.h"

namespace elevator::adapters::slack {
namespace {

namespace json = boost::json;
using base::Result;
using wire::slack::optional_id;
using wire::slack::optional_text;
using wire::slack::required_id;
using wire::slack::required_text;
using wire::slack::value_at;

constexpr base::Seconds kEmailLife{600};
constexpr base::Seconds kMembersLife{300};
constexpr base::Seconds kAbsenceLife{30};  // somebody who just joined is found soon
constexpr size_t kMaxCachedEmails = 5000;
constexpr size_t kMaxCachedChannels = 100;
constexpr size_t kMaxMemberPages = 50;
constexpr size_t kMaxGroupMembers = 500;
constexpr size_t kMaxCachedGroups = 200;
constexpr base::Seconds kMemberLife{3600};  // of an address that is listed; clicks are read anew
constexpr base::Seconds kMemberReadsPer{60};
constexpr int kMaxMemberReads = 50;

bool truth(const json::value& object, std::string_view name) {
  const json::value* value = value_at(object, {name});
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool lists(const json::value& object, wire::slack::Path path, std::string_view text) {
  const json::value* array = value_at(object, path);
  if (array == nullptr || !array->is_array()) return false;
  return std::any_of(
      array->get_array().begin(), array->get_array().end(), [&](const json::value& one) {
        return one.is_string() && one.get_string() == json::string_view(text.data(), text.size());
      });
}

// In an organization a person belongs to several workspaces.
bool is_of_workspace(const json::value& user, const Identity& home) {
  const auto team = optional_text(user, {"team_id"});
  if (!team || !*team) return false;
  if (**team == home.workspace.str()) return true;
  if (lists(user, {"enterprise_user", "teams"}, home.workspace.view())) return true;
  return home.enterprise && **team == home.enterprise->str();
}

std::string why_not_full(const json::value& user, const Identity& home) {
  if (truth(user, "deleted")) return "is deactivated";
  const auto id = optional_text(user, {"id"});
  const bool slackbot = id && *id == "USLACKBOT";
  if (truth(user, "is_bot") || truth(user, "is_workflow_bot") || slackbot) return "is a bot";
  if (truth(user, "is_stranger") || !is_of_workspace(user, home)) {
    return "belongs to another workspace";
  }
  if (truth(user, "is_restricted") || truth(user, "is_ultra_restricted")) return "is a guest";
  if (truth(user, "is_invited_user")) return "has not joined yet";
  return {};
}

std::string first_text(const json::value& user, std::initializer_list<wire::slack::Path> paths) {
  for (const auto& path : paths) {
    const auto text = optional_text(user, path);
    if (text && *text && !(*text)->empty()) return **text;
  }
  return {};
}

// Not when the clock was set back, either.
bool is_fresh(base::TimePoint read_at, base::TimePoint now, base::Seconds life) {
  return read_at <= now && now - read_at < life;
}

// What Slack sent cannot be read: nothing was decided on it.
base::Error unreadable(base::Error error) {
  error.kind = base::Kind::kCorrupt;
  return error;
}

}  // namespace

Result<domain::ChatUser> read_user(const json::value& user, const Identity& home) {
  auto id = required_id<domain::SlackUserId>(user, {"id"});
  if (!id) return unreadable(std::move(id).error());
  domain::ChatUser found{.id = *id};
  found.name = first_text(user, {{"profile", "real_name"}, {"real_name"}, {"name"}});
  found.email_as_written = first_text(user, {{"profile", "email"}});
  const auto email = domain::Email::parse(found.email_as_written);
  if (email) found.email = *email;
  found.time_zone = first_text(user, {{"tz"}});
  found.not_full_because = why_not_full(user, home);
  found.full_member = found.not_full_because.empty();
  return found;
}

Result<Identity> People::identity() {
  {
    const std::lock_guard lock(mutex_);
    if (identity_) return *identity_;
  }
  return read_identity();
}

Result<Identity> People::read_identity() {
  TRY(const json::object answer, api_.read_promptly("auth.test", {}));
  const json::value value(answer);
  TRY(auto workspace, required_id<domain::WorkspaceId>(value, {"team_id"}));
  Identity identity{.workspace = std::move(workspace)};
  TRY(identity.enterprise, optional_id<domain::WorkspaceId>(value, {"enterprise_id"}));
  identity.bot_user = first_text(value, {{"user_id"}});
  identity.bot = first_text(value, {{"bot_id"}});
  identity.workspace_name = first_text(value, {{"team"}});
  const std::lock_guard lock(mutex_);
  identity_ = identity;
  return identity;
}

Result<domain::ChatUser> People::user(const domain::SlackUserId& id) {
  TRY(const Identity home, identity());
  TRY(const json::object answer, api_.read_promptly("users.info", {{"user", id.str()}}));
  const json::value value(answer);
  const json::value* user = value_at(value, {"user"});
  if (user == nullptr) return base::corrupt("Slack users.info: an answer without a user");
  TRY(auto found, read_user(*user, home));
  if (found.id != id) return base::corrupt("Slack users.info: the answer is about somebody else");
  return found;
}

Result<domain::SlackUserId> People::user_by_email(const domain::Email& email) {
  const auto now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_email_.find(email.str());
    if (found != by_email_.end() && now - found->second.second < kEmailLife) {
      return found->second.first;
    }
  }
  TRY(const Identity home, identity());
  TRY(const json::object answer, api_.read("users.lookupByEmail", {{"email", email.str()}}));
  const json::value value(answer);
  const json::value* user = value_at(value, {"user"});
  if (user == nullptr) return base::corrupt("Slack users.lookupByEmail: no user in the answer");
  TRY(const auto found, read_user(*user, home));
  if (!found.full_member) {
    return base::not_found("the Slack user with this address " + found.not_full_because);
  }
  const std::lock_guard lock(mutex_);
  if (by_email_.size() >= kMaxCachedEmails) by_email_.clear();
  by_email_.insert_or_assign(email.str(), std::pair(found.id, now));
  return found.id;
}

Result<std::set<std::string>> People::read_user_group(const std::string& id) {
  TRY(const json::object answer, api_.read("usergroups.users.list", {{"usergroup", id}}));
  const json::value value(answer);
  const json::value* users = value_at(value, {"users"});
  if (users == nullptr || !users->is_array()) {
    return base::corrupt("Slack usergroups.users.list: no users in the answer");
  }
  std::set<std::string> ids;
  for (const json::value& one : users->get_array()) {
    TRY(const auto member, required_id<domain::SlackUserId>(json::value{{"id", one}}, {"id"}));
    ids.insert(member.str());
  }
  const std::lock_guard lock(mutex_);
  if (user_groups_.size() >= kMaxCachedGroups) user_groups_.clear();
  user_groups_.insert_or_assign(id, Members{ids, clock_.now()});
  return ids;
}

Result<std::set<std::string>> People::known_user_group(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = user_groups_.find(id);
    if (found != user_groups_.end() &&
        is_fresh(found->second.read_at, clock_.now(), kMembersLife)) {
      return found->second.ids;
    }
  }
  return read_user_group(id);
}

Result<bool> People::is_in_user_group(const std::string& group, const domain::SlackUserId& person) {
  TRY(const auto ids, read_user_group(group));
  return ids.contains(person.str());
}

// Slack allows about a hundred calls of users.info a minute, and then none for a while: the people
// who ask and click must not wait for the members of a group.
base::Status People::may_read_member(base::TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (now < member_reads_since_ || now - member_reads_since_ >= kMemberReadsPer) {
    member_reads_since_ = now;
    member_reads_ = 0;
  }
  if (++member_reads_ <= kMaxMemberReads) return {};
  base::Error error = base::unavailable(
      "the members of a large Slack user group are being read, some of them each minute");
  error.retry_after =
      std::chrono::duration_cast<base::Milliseconds>(member_reads_since_ + kMemberReadsPer - now);
  return error;
}

Result<People::Member> People::member(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = group_members_.find(id);
    if (found != group_members_.end() &&
        is_fresh(found->second.second, clock_.now(), kMemberLife)) {
      return found->second.first;
    }
  }
  TRY_VOID(may_read_member(clock_.now()));
  TRY(const auto parsed, domain::SlackUserId::parse(id));
  const auto found = user(parsed);
  if (!found && found.error().kind != base::Kind::kNotFound) return found.error();
  Member known = found && found->full_member ? found->email : std::nullopt;
  const std::lock_guard lock(mutex_);
  if (group_members_.size() >= kMaxCachedEmails) group_members_.clear();
  group_members_.insert_or_assign(id, std::pair(known, clock_.now()));
  return known;
}

Result<std::set<domain::Email>> People::user_group_members(const std::string& id) {
  TRY(const auto ids, known_user_group(id));
  if (ids.size() > kMaxGroupMembers) {
    return base::invalid("the Slack user group " + id.substr(0, 40) +
                         " has more than 500 members: name a smaller one");
  }
  std::set<domain::Email> emails;
  for (const std::string& one : ids) {
    TRY(const auto email, member(one));
    if (email) emails.insert(*email);
  }
  return emails;
}

Result<std::set<std::string>> People::read_members(const domain::ChannelId& channel) {
  std::set<std::string> members;
  TRY_VOID(api_.read_pages("conversations.members", {{"channel", channel.str()}, {"limit", "1000"}},
                           kMaxMemberPages, [&](const json::object& page) -> Result<bool> {
                             const json::value value(page);
                             const json::value* ids = value_at(value, {"members"});
                             if (ids == nullptr || !ids->is_array()) {
                               return base::corrupt("Slack conversations.members: no members");
                             }
                             for (const json::value& one : ids->get_array()) {
                               if (one.is_string()) members.insert(one.get_string().c_str());
                             }
                             return true;
                           }));
  return members;
}

Result<bool> People::is_in_channel(const domain::SlackUserId& id,
                                   const domain::ChannelId& channel) {
  const auto now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const auto found = members_.find(channel.str());
    if (found != members_.end()) {
      const bool present = found->second.ids.contains(id.str());
      const auto age = now - found->second.read_at;
      if (age < (present ? kMembersLife : kAbsenceLife)) return present;
    }
  }
  TRY(auto members, read_members(channel));
  const bool present = members.contains(id.str());
  const std::lock_guard lock(mutex_);
  if (members_.size() >= kMaxCachedChannels) members_.clear();
  members_.insert_or_assign(channel.str(), Members{std::move(members), now});
  return present;
}

}  // namespace elevator::adapters::slack
