// The operations of identitystore.
// https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Operations.html
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "domain/ids.h"
#include "sandbox/aws/state.h"

namespace elevator::sandbox::aws {
namespace {

namespace json = boost::json;
using Object = Answer<json::object>;

constexpr size_t kMostOnPage = 100;
constexpr size_t kMostGroups = 100;
constexpr size_t kMostExtensions = 10;
constexpr char kEnterprise[] = "aws:identitystore:enterprise";

Answer<std::string> store_of(const State& state, const Call& call) {
  TRY(auto id, call.text("IdentityStoreId", domain::IdentityStoreIdRule::valid));
  if (id != state.identity_store_id) {
    return not_found("IDENTITY_STORE not found.", "IDENTITY_STORE");
  }
  return id;
}

Answer<const User*> user_of(const State& state, const Call& call) {
  TRY(const auto id, call.text("UserId", domain::PrincipalIdRule::valid));
  const auto found = state.users.find(id);
  if (found == state.users.end()) return not_found("USER not found.", "USER");
  return &found->second;
}

Answer<const User*> member_of(const State& state, const Call& call) {
  TRY(const auto member, call.child("MemberId"));
  return user_of(state, member);
}

Answer<const Group*> group_of(const State& state, const Call& call) {
  TRY(const auto id, call.text("GroupId", domain::GroupIdRule::valid));
  const auto found = state.groups.find(id);
  if (found == state.groups.end()) return not_found("GROUP not found.", "GROUP");
  return &found->second;
}

// Whether the enterprise extension was asked for.
Answer<bool> extensions_wanted(const Call& call) {
  TRY(const auto names, call.texts("Extensions", 0, kMostExtensions));
  for (const std::string& name : names) {
    if (name != kEnterprise) return validation(fmt::format("Unknown extension {}", name));
  }
  return !names.empty();
}

void put_text(json::object& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

json::object enterprise_of(const User& user) {
  json::object attributes;
  for (const auto& [name, value] : user.facts.enterprise) attributes[name] = value;
  if (!user.facts.manager.empty()) {
    attributes["manager"] = json::object{{"value", user.facts.manager}};
  }
  return attributes;
}

json::object to_json(const State& state, const User& user, bool with_extensions) {
  const UserSeed& facts = user.facts;
  json::object object{{"IdentityStoreId", state.identity_store_id},
                      {"UserId", user.id},
                      {"UserName", facts.user_name},
                      {"DisplayName", facts.display_name},
                      {"UserStatus", facts.enabled ? "ENABLED" : "DISABLED"},
                      {"CreatedAt", to_json_time(user.created)},
                      {"UpdatedAt", to_json_time(user.updated)}};
  json::object name;
  put_text(name, "FamilyName", facts.family_name);
  put_text(name, "GivenName", facts.given_name);
  if (!name.empty()) object["Name"] = std::move(name);
  put_text(object, "Title", facts.title);
  put_text(object, "UserType", facts.user_type);
  if (!facts.emails.empty()) {
    json::array emails;
    for (const std::string& email : facts.emails) {
      emails.push_back(
          json::object{{"Value", email}, {"Type", "work"}, {"Primary", emails.empty()}});
    }
    object["Emails"] = std::move(emails);
  }
  if (with_extensions) {
    json::object attributes = enterprise_of(user);
    if (!attributes.empty()) {
      object["Extensions"] = json::object{{kEnterprise, std::move(attributes)}};
    }
  }
  return object;
}

json::object to_json(const State& state, const Group& group) {
  json::object object{{"IdentityStoreId", state.identity_store_id},
                      {"GroupId", group.id},
                      {"DisplayName", group.name},
                      {"CreatedAt", to_json_time(group.created)},
                      {"UpdatedAt", to_json_time(group.created)}};
  put_text(object, "Description", group.description);
  return object;
}

// ---- users

bool has_email(const User& user, const std::string& email) {
  const auto& emails = user.facts.emails;
  return std::find(emails.begin(), emails.end(), email) != emails.end();
}

bool is_path(std::string_view path, std::string_view wanted) {
  return std::equal(path.begin(), path.end(), wanted.begin(), wanted.end(),
                    [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

struct UniqueAttribute {
  std::string path;
  std::string value;
};

Answer<UniqueAttribute> unique_attribute(const Call& call) {
  TRY(const auto identifier, call.child("AlternateIdentifier"));
  TRY(const auto attribute, identifier.child("UniqueAttribute"));
  UniqueAttribute result;
  TRY(result.path, attribute.text("AttributePath"));
  TRY(result.value, attribute.text("AttributeValue"));
  return result;
}

// E-mail addresses and user names are compared letter by letter.
Object get_user_id(State& state, const Call& call) {
  TRY(const auto store, store_of(state, call));
  TRY(const auto attribute, unique_attribute(call));
  const bool by_email = is_path(attribute.path, "emails.value");
  if (!by_email && !is_path(attribute.path, "userName")) {
    return validation(fmt::format("{} is not a unique attribute of users", attribute.path));
  }
  for (const auto& [id, user] : state.users) {
    if (by_email ? has_email(user, attribute.value) : user.facts.user_name == attribute.value) {
      return json::object{{"IdentityStoreId", store}, {"UserId", id}};
    }
  }
  return not_found("USER not found.", "USER");
}

Object describe_user(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const bool with_extensions, extensions_wanted(call));
  TRY(const User* user, user_of(state, call));
  return to_json(state, *user, with_extensions);
}

// The one filter that a listing knows, {AttributePath, AttributeValue}; empty without.
Answer<std::string> filter_of(const Call& call, std::string_view only_path) {
  TRY(const auto filters, call.children("Filters", 1));
  if (filters.empty()) return std::string();
  TRY(const auto path, filters[0].text("AttributePath"));
  if (path != only_path) {
    return validation(fmt::format("Filtering by {} is not supported", path));
  }
  return filters[0].text("AttributeValue");
}

Object list_users(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const bool with_extensions, extensions_wanted(call));
  TRY(const auto user_name, filter_of(call, "UserName"));
  std::vector<const User*> found;
  for (const auto& [id, user] : state.users) {
    if (user_name.empty() || user.facts.user_name == user_name) found.push_back(&user);
  }
  return page_of(
      call, {"Users", kMostOnPage}, found, [](const User* user) { return user->id; },
      [&](const User* user) { return to_json(state, *user, with_extensions); });
}

// ---- groups

Object get_group_id(State& state, const Call& call) {
  TRY(const auto store, store_of(state, call));
  TRY(const auto attribute, unique_attribute(call));
  if (!is_path(attribute.path, "displayName")) {
    return validation(fmt::format("{} is not a unique attribute of groups", attribute.path));
  }
  const Group* group = find_group(state, attribute.value);
  if (group == nullptr) return not_found("GROUP not found.", "GROUP");
  return json::object{{"IdentityStoreId", store}, {"GroupId", group->id}};
}

Object describe_group(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const Group* group, group_of(state, call));
  return to_json(state, *group);
}

Object list_groups(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const auto name, filter_of(call, "DisplayName"));
  std::vector<const Group*> found;
  for (const auto& [id, group] : state.groups) {
    if (name.empty() || group.name == name) found.push_back(&group);
  }
  return page_of(
      call, {"Groups", kMostOnPage}, found, [](const Group* group) { return group->id; },
      [&](const Group* group) { return to_json(state, *group); });
}

// ---- memberships

using MembershipEntry = std::map<std::pair<std::string, std::string>, Membership>::value_type;

json::object to_json(const State& state, const MembershipEntry& entry) {
  return {{"IdentityStoreId", state.identity_store_id},
          {"MembershipId", entry.second.id},
          {"GroupId", entry.first.first},
          {"MemberId", json::object{{"UserId", entry.first.second}}},
          {"CreatedAt", to_json_time(entry.second.presence.created)},
          {"UpdatedAt", to_json_time(entry.second.presence.created)}};
}

template <typename Wanted>
Object list_memberships(const State& state, const Call& call, const Wanted& wanted) {
  std::vector<const MembershipEntry*> found;
  for (const MembershipEntry& entry : state.memberships) {
    const bool shown = entry.second.presence.shown(call.now(), call.settings().listing_lag);
    if (shown && wanted(entry)) found.push_back(&entry);
  }
  return page_of(
      call, {"GroupMemberships", kMostOnPage}, found,
      [](const MembershipEntry* entry) { return entry->first.first + " " + entry->first.second; },
      [&](const MembershipEntry* entry) { return to_json(state, *entry); });
}

Object list_group_memberships(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const Group* group, group_of(state, call));
  return list_memberships(
      state, call, [&](const MembershipEntry& entry) { return entry.first.first == group->id; });
}

Object list_group_memberships_for_member(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const User* user, member_of(state, call));
  return list_memberships(
      state, call, [&](const MembershipEntry& entry) { return entry.first.second == user->id; });
}

bool is_member(const State& state, const std::string& group, const std::string& user) {
  const auto found = state.memberships.find({group, user});
  return found != state.memberships.end() && found->second.presence.present;
}

Object is_member_in_groups(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const User* user, member_of(state, call));
  TRY(const auto groups, call.texts("GroupIds", 1, kMostGroups));
  json::array results;
  for (const std::string& group : groups) {
    if (!domain::GroupIdRule::valid(group)) return validation("GroupIds holds what is no group id");
    results.push_back(json::object{{"GroupId", group},
                                   {"MemberId", json::object{{"UserId", user->id}}},
                                   {"MembershipExists", is_member(state, group, user->id)}});
  }
  return json::object{{"Results", std::move(results)}};
}

Object get_group_membership_id(State& state, const Call& call) {
  TRY(const auto store, store_of(state, call));
  TRY(const Group* group, group_of(state, call));
  TRY(const User* user, member_of(state, call));
  if (!is_member(state, group->id, user->id)) {
    return not_found("GROUP_MEMBERSHIP not found.", "GROUP_MEMBERSHIP");
  }
  return json::object{{"IdentityStoreId", store},
                      {"MembershipId", state.memberships.at({group->id, user->id}).id}};
}

// The membership with the id that the call names.
Answer<MembershipEntry*> membership_of(State& state, const Call& call) {
  TRY(const auto id, call.text("MembershipId", domain::PrincipalIdRule::valid));
  for (MembershipEntry& entry : state.memberships) {
    if (entry.second.id == id && entry.second.presence.present) return &entry;
  }
  return not_found("GROUP_MEMBERSHIP not found.", "GROUP_MEMBERSHIP");
}

Object describe_group_membership(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(const MembershipEntry* entry, membership_of(state, call));
  return to_json(state, *entry);
}

Object create_group_membership(State& state, const Call& call) {
  TRY(const auto store, store_of(state, call));
  TRY(const Group* group, group_of(state, call));
  TRY(const User* user, member_of(state, call));
  if (is_member(state, group->id, user->id)) {
    return conflict("Member and Group relationship already exists.");
  }
  const std::string id = state.new_membership_id();
  Membership& membership = state.memberships[{group->id, user->id}];
  membership.id = id;
  membership.presence.change(true, call.now(), call.settings().listing_lag);
  return json::object{{"IdentityStoreId", store}, {"MembershipId", id}};
}

Object delete_group_membership(State& state, const Call& call) {
  TRY_VOID(store_of(state, call));
  TRY(MembershipEntry* const entry, membership_of(state, call));
  entry->second.presence.change(false, call.now(), call.settings().listing_lag);
  return json::object();
}

}  // namespace

const Handlers& identity_store_handlers() {
  static const Handlers kHandlers{
      {"GetUserId", get_user_id},
      {"DescribeUser", describe_user},
      {"ListUsers", list_users},
      {"GetGroupId", get_group_id},
      {"DescribeGroup", describe_group},
      {"ListGroups", list_groups},
      {"ListGroupMemberships", list_group_memberships},
      {"ListGroupMembershipsForMember", list_group_memberships_for_member},
      {"IsMemberInGroups", is_member_in_groups},
      {"GetGroupMembershipId", get_group_membership_id},
      {"DescribeGroupMembership", describe_group_membership},
      {"CreateGroupMembership", create_group_membership},
      {"DeleteGroupMembership", delete_group_membership},
  };
  return kHandlers;
}

}  // namespace elevator::sandbox::aws
