// The methods of Slack's Web API that the product calls, each a function of the state and its
// arguments. https://docs.slack.dev/reference/methods
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "sandbox/slack/state.h"

namespace elevator::sandbox::slack {

// {"ok": false, "error": code}, with Slack's sentences about what is wrong.
struct Failure {
  std::string code;
  std::vector<std::string> messages{};
};
inline tl::unexpected<Failure> failure(std::string code, std::vector<std::string> messages = {}) {
  return tl::make_unexpected(Failure{std::move(code), std::move(messages)});
}
using Answer = tl::expected<boost::json::object, Failure>;

struct Method {
  std::string_view name;
  bool takes_json;  // methods that only read take forms
  Answer (*run)(State& state, const boost::json::object& arguments, base::TimePoint now);
};

// Null when there is no such method.
const Method* find_method(std::string_view name);

// In messages.cc, views.cc and directory.cc.
Answer post_message(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer post_ephemeral(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer update_message(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer delete_message(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer permalink(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer history(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer replies(State& state, const boost::json::object& arguments, base::TimePoint now);

Answer open_view(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer push_view(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer update_view(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer publish_view(State& state, const boost::json::object& arguments, base::TimePoint now);

Answer auth_test(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer user_info(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer user_by_email(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer list_users(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer open_conversation(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer conversation_info(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer list_conversations(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer list_members(State& state, const boost::json::object& arguments, base::TimePoint now);
Answer list_user_group_members(State& state, const boost::json::object& arguments,
                               base::TimePoint now);

// The channel in which the app may write: a channel it is in, a direct one, or a person's id.
tl::expected<std::string, Failure> reachable_channel(const State& state,
                                                     const std::string& channel);

// What `limit` and `cursor` of the arguments select, under `name`.
boost::json::object page_of(const boost::json::array& items, const boost::json::object& arguments,
                            std::string_view name);

// A whisper to a person, as commands and response URLs answer. Keeps the latest ones.
void whisper(State& state, const std::string& person, Message message);

}  // namespace elevator::sandbox::slack
