#include "sandbox/slack/picture.h"

#include <boost/json.hpp>

#include "wire/slack/names.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

constexpr size_t kMostMessages = 200;  // of one channel, the latest

json::string_view name_in_json(std::string_view text) { return {text.data(), text.size()}; }

json::object message_json(const State& state, const Message& message) {
  return {{"ts", message.ts},
          {"user", state.place.bot_user},
          {"name", state.place.app_name},
          {"is_app", true},
          {"text", message.text},
          {"blocks", message.blocks},
          {"edited", message.is_edited},
          {"thread", json::array()},
          {"channel", message.channel}};
}

// Oldest first, each with its thread.
json::array messages_of(const State& state, const std::string& channel) {
  json::array shown;
  std::map<std::string, size_t> places;
  for (const Message& one : state.messages) {
    if (one.channel != channel) continue;
    if (one.thread_ts.empty()) {
      places[one.ts] = shown.size();
      shown.push_back(message_json(state, one));
      continue;
    }
    const auto parent = places.find(one.thread_ts);
    if (parent == places.end()) continue;
    shown[parent->second].get_object()["thread"].get_array().push_back(message_json(state, one));
  }
  if (shown.size() > kMostMessages) {
    shown.erase(shown.begin(), shown.end() - kMostMessages);
  }
  return shown;
}

json::object app_json(const State& state) {
  using namespace wire::slack;
  return {{"name", state.place.app_name},
          {"shortcuts",
           json::array{json::object{{"callback_id", name_in_json(callback::kRequestAccount)},
                                    {"name", "Request access"}},
                       json::object{{"callback_id", name_in_json(callback::kRequestGroup)},
                                    {"name", "Request group membership"}}}},
          {"commands",
           json::array{name_in_json(command::kAccess), name_in_json(command::kGroupAccess)}}};
}

json::array whispers_to(const State& state, const std::string& person) {
  json::array shown;
  for (const Whisper& one : state.whispers) {
    if (one.person == person) shown.push_back(message_json(state, one.message));
  }
  return shown;
}

}  // namespace

json::object picture_of(const State& state) {
  json::array channels;
  for (const auto& [id, channel] : state.channels) {
    channels.push_back(
        json::object{{"id", id}, {"name", channel.name}, {"messages", messages_of(state, id)}});
  }
  json::object direct;
  json::object views;
  json::object homes;
  json::object whispers;
  for (const auto& [id, person] : state.people) {
    direct[id] = messages_of(state, direct_channel_of(id));
    whispers[id] = whispers_to(state, id);
    const auto stack = state.modals.find(id);
    const bool open = stack != state.modals.end() && !stack->second.empty();
    views[id] = open ? json::value(view_json(state, stack->second.back(), WithState::kYes))
                     : json::value(nullptr);
    const auto home = state.homes.find(id);
    homes[id] = home != state.homes.end()
                    ? json::value(view_json(state, home->second, WithState::kYes))
                    : json::value(nullptr);
  }
  return {{"team", state.place.team_name},   {"app", app_json(state)},
          {"channels", std::move(channels)}, {"direct", std::move(direct)},
          {"views", std::move(views)},       {"home", std::move(homes)},
          {"ephemeral", std::move(whispers)}};
}

json::array personas_of(const State& state) {
  json::array personas;
  for (const std::string& id : state.order_of_people) {
    const Person& person = state.people.at(id);
    personas.push_back(json::object{{"id", person.id},
                                    {"name", person.name},
                                    {"role", person.role},
                                    {"email", person.email},
                                    {"time_zone", person.time_zone}});
  }
  return personas;
}

}  // namespace elevator::sandbox::slack
