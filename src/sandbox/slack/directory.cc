// Who and what is in the workspace: auth.*, users.*, usergroups.*, conversations.*.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/lower_case.h"
#include "sandbox/slack/fields.h"
#include "sandbox/slack/methods.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

constexpr size_t kLargestPage = 1000;

json::object user_json(const State& state, const Person& person) {
  const std::string handle = base::lower_ascii(person.name.substr(0, person.name.find(' ')));
  return {{"id", person.id},
          {"team_id", state.place.team_id},
          {"name", handle},
          {"real_name", person.name},
          {"tz", person.time_zone},
          {"deleted", person.is_deactivated},
          {"is_bot", false},
          {"is_restricted", person.is_guest},
          {"is_ultra_restricted", false},
          {"profile", json::object{{"real_name", person.name},
                                   {"display_name", person.name},
                                   {"title", person.role},
                                   {"email", person.email}}}};
}

json::object bot_json(const State& state) {
  return {
      {"id", state.place.bot_user}, {"team_id", state.place.team_id},
      {"name", "elevator"},         {"is_bot", true},
      {"deleted", false},           {"profile", json::object{{"real_name", state.place.app_name}}}};
}

json::object channel_json(const State& state, const Channel& channel) {
  const bool is_member =
      std::ranges::find(channel.members, state.place.bot_user) != channel.members.end();
  return {{"id", channel.id},
          {"name", channel.name},
          {"is_channel", true},
          {"is_archived", channel.is_archived},
          {"is_member", is_member},
          {"is_private", false},
          {"num_members", channel.members.size()}};
}

size_t number_of(const std::string& text, size_t fallback) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return text.empty() || error != std::errc() || end != text.data() + text.size() ? fallback
                                                                                  : number;
}

}  // namespace

json::object page_of(const json::array& items, const json::object& arguments,
                     std::string_view name) {
  const size_t size =
      std::clamp<size_t>(number_of(text_field(arguments, "limit"), 100), 1, kLargestPage);
  const size_t begin = std::min(number_of(text_field(arguments, "cursor"), 0), items.size());
  const size_t end = std::min(begin + size, items.size());
  json::array page(items.begin() + begin, items.begin() + end);
  const bool more = end < items.size();
  return {{json::string_view(name.data(), name.size()), std::move(page)},
          {"has_more", more},
          {"response_metadata", json::object{{"next_cursor", more ? std::to_string(end) : ""}}}};
}

tl::expected<std::string, Failure> reachable_channel(const State& state,
                                                     const std::string& channel) {
  if (channel.starts_with('U') || channel.starts_with('W')) {
    if (channel == state.place.bot_user) return failure("cannot_dm_bot");
    const auto person = state.people.find(channel);
    if (person == state.people.end()) return failure("channel_not_found");
    if (person->second.is_deactivated) return failure("user_disabled");
    return direct_channel_of(channel);
  }
  if (channel.starts_with('D')) {
    const bool known = state.people.contains("U" + channel.substr(1));
    if (!known) return failure("channel_not_found");
    return channel;
  }
  const auto found = state.channels.find(channel);
  if (found == state.channels.end()) return failure("channel_not_found");
  if (found->second.is_archived) return failure("is_archived");
  const auto& members = found->second.members;
  if (std::ranges::find(members, state.place.bot_user) == members.end()) {
    return failure("not_in_channel");
  }
  return channel;
}

Answer auth_test(State& state, const json::object&, base::TimePoint) {
  return json::object{{"url", state.place.url},
                      {"team", state.place.team_name},
                      {"user", "elevator"},
                      {"team_id", state.place.team_id},
                      {"user_id", state.place.bot_user},
                      {"bot_id", state.place.bot_id},
                      {"is_enterprise_install", false}};
}

Answer user_info(State& state, const json::object& arguments, base::TimePoint) {
  const std::string id = text_field(arguments, "user");
  if (id == state.place.bot_user) return json::object{{"user", bot_json(state)}};
  const auto person = state.people.find(id);
  if (person == state.people.end()) return failure("user_not_found");
  return json::object{{"user", user_json(state, person->second)}};
}

Answer user_by_email(State& state, const json::object& arguments, base::TimePoint) {
  const std::string wanted = base::lower_ascii(text_field(arguments, "email"));
  for (const auto& [id, person] : state.people) {
    if (base::lower_ascii(person.email) == wanted && !person.is_deactivated) {
      return json::object{{"user", user_json(state, person)}};
    }
  }
  return failure("users_not_found");
}

Answer list_users(State& state, const json::object& arguments, base::TimePoint) {
  json::array all;
  for (const auto& [id, person] : state.people) all.push_back(user_json(state, person));
  all.push_back(bot_json(state));
  return page_of(all, arguments, "members");
}

Answer open_conversation(State& state, const json::object& arguments, base::TimePoint) {
  const auto channel = reachable_channel(state, text_field(arguments, "users"));
  if (!channel) return tl::make_unexpected(channel.error());
  return json::object{{"channel", json::object{{"id", *channel}}}};
}

Answer conversation_info(State& state, const json::object& arguments, base::TimePoint) {
  const auto found = state.channels.find(text_field(arguments, "channel"));
  if (found == state.channels.end()) return failure("channel_not_found");
  return json::object{{"channel", channel_json(state, found->second)}};
}

Answer list_conversations(State& state, const json::object& arguments, base::TimePoint) {
  json::array all;
  for (const auto& [id, channel] : state.channels) all.push_back(channel_json(state, channel));
  return page_of(all, arguments, "channels");
}

Answer list_members(State& state, const json::object& arguments, base::TimePoint) {
  const auto found = state.channels.find(text_field(arguments, "channel"));
  if (found == state.channels.end()) return failure("channel_not_found");
  json::array members;
  for (const std::string& id : found->second.members) members.emplace_back(id);
  return page_of(members, arguments, "members");
}

Answer list_user_group_members(State& state, const json::object& arguments, base::TimePoint) {
  const auto found = state.user_groups.find(text_field(arguments, "usergroup"));
  if (found == state.user_groups.end()) return failure("no_such_subteam");
  json::array users;
  for (const std::string& id : found->second) users.emplace_back(id);
  return json::object{{"users", std::move(users)}};
}

}  // namespace elevator::sandbox::slack
