#include "sandbox/slack/workspace.h"

#include <boost/json.hpp>

#include "sandbox/slack/methods.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

json::object refusal(const Failure& failure) {
  json::object answer{{"ok", false}, {"error", failure.code}};
  if (failure.messages.empty()) return answer;
  json::array messages;
  for (const std::string& message : failure.messages) messages.emplace_back("[ERROR] " + message);
  answer["response_metadata"] = json::object{{"messages", std::move(messages)}};
  return answer;
}

}  // namespace

Workspace::Announcer::~Announcer() {
  if (workspace_.changed_) workspace_.changed_();
}

Workspace::Workspace(Workplace place, const base::Clock& clock, std::function<void()> changed)
    : clock_(clock), changed_(std::move(changed)) {
  state_.place = std::move(place);
}

void Workspace::add_channel(const std::string& id, const std::string& name) {
  change([&](State& state) {
    Channel channel{.id = id, .name = name, .members = {state.place.bot_user}};
    for (const std::string& person : state.order_of_people) channel.members.push_back(person);
    state.channels[id] = std::move(channel);
  });
}

void Workspace::add_person(const Person& person) {
  change([&](State& state) {
    if (!state.people.insert_or_assign(person.id, person).second) return;
    state.order_of_people.push_back(person.id);
    for (auto& [id, channel] : state.channels) channel.members.push_back(person.id);
  });
}

void Workspace::add_user_group(const std::string& id, const std::vector<std::string>& members) {
  change([&](State& state) { state.user_groups[id] = members; });
}

std::vector<Person> Workspace::people() const {
  return read([](const State& state) {
    std::vector<Person> all;
    for (const std::string& id : state.order_of_people) all.push_back(state.people.at(id));
    return all;
  });
}

json::object Workspace::call(std::string_view name, const json::object& arguments,
                             Encoding encoding) {
  const Method* method = find_method(name);
  if (method == nullptr) return refusal({"unknown_method"});
  if (encoding == Encoding::kJson && !method->takes_json) return refusal({"invalid_form_data"});
  const auto run = [&](State& state) { return method->run(state, arguments, clock_.now()); };
  Answer answer = method->takes_json ? change(run) : [&] {
    const std::lock_guard lock(mutex_);
    return run(state_);
  }();
  if (!answer) return refusal(answer.error());
  (*answer)["ok"] = true;
  return *std::move(answer);
}

void Workspace::set_down(bool down) {
  down_ = down;
  if (changed_) changed_();
}

}  // namespace elevator::sandbox::slack
