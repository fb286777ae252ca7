// chat.* and the history of channels.
#include <boost/json.hpp>
#include <charconv>

#include "sandbox/slack/fields.h"
#include "sandbox/slack/limits.h"
#include "sandbox/slack/methods.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

constexpr size_t kMostWhispers = 50;

json::array named_blocks(State& state, const json::object& arguments) {
  json::array blocks = list_field(arguments, "blocks");
  name_blocks(state, blocks);
  return blocks;
}

Message message_of(State& state, const json::object& arguments, const std::string& channel,
                   base::TimePoint now) {
  Message message{.channel = channel,
                  .ts = state.next_ts(now),
                  .thread_ts = text_field(arguments, "thread_ts"),
                  .text = text_field(arguments, "text"),
                  .blocks = named_blocks(state, arguments)};
  if (const auto* metadata = object_field(arguments, "metadata")) message.metadata = *metadata;
  return message;
}

json::object as_slack_shows(const State& state, const Message& message, bool with_metadata) {
  json::object shown{{"type", "message"},
                     {"ts", message.ts},
                     {"user", state.place.bot_user},
                     {"bot_id", state.place.bot_id},
                     {"app_id", state.place.app_id},
                     {"text", message.text},
                     {"blocks", message.blocks}};
  if (!message.thread_ts.empty()) shown["thread_ts"] = message.thread_ts;
  if (message.is_edited) {
    shown["edited"] = json::object{{"user", state.place.bot_user}, {"ts", message.ts}};
  }
  if (with_metadata && !message.metadata.empty()) shown["metadata"] = message.metadata;
  return shown;
}

double seconds_of(const std::string& ts, double fallback) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(ts.data(), ts.data() + ts.size(), seconds);
  return ts.empty() || error != std::errc() || end != ts.data() + ts.size() ? fallback : seconds;
}

}  // namespace

void whisper(State& state, const std::string& person, Message message) {
  state.whispers.push_back({person, std::move(message)});
  if (state.whispers.size() > kMostWhispers) state.whispers.pop_front();
}

Answer post_message(State& state, const json::object& arguments, base::TimePoint now) {
  const auto channel = reachable_channel(state, text_field(arguments, "channel"));
  if (!channel) return failure(channel.error().code);
  const auto verdict = judge_message(arguments, kPostedText);
  if (!verdict.code.empty()) return failure(verdict.code, verdict.problems);
  const std::string thread = text_field(arguments, "thread_ts");
  if (!thread.empty() && state.find_message(*channel, thread) == nullptr) {
    return failure("thread_not_found");
  }
  state.messages.push_back(message_of(state, arguments, *channel, now));
  const Message& posted = state.messages.back();
  return json::object{{"channel", posted.channel},
                      {"ts", posted.ts},
                      {"message", as_slack_shows(state, posted, true)}};
}

Answer post_ephemeral(State& state, const json::object& arguments, base::TimePoint now) {
  const auto channel = reachable_channel(state, text_field(arguments, "channel"));
  if (!channel) return failure(channel.error().code);
  const auto verdict = judge_message(arguments, kPostedText);
  if (!verdict.code.empty()) return failure(verdict.code, verdict.problems);
  const std::string person = text_field(arguments, "user");
  const auto found = state.channels.find(*channel);
  const bool is_there =
      found == state.channels.end()
          ? direct_channel_of(person) == *channel
          : std::ranges::find(found->second.members, person) != found->second.members.end();
  if (!is_there) return failure("user_not_in_channel");
  Message message = message_of(state, arguments, *channel, now);
  const std::string ts = message.ts;
  whisper(state, person, std::move(message));
  return json::object{{"message_ts", ts}};
}

Answer update_message(State& state, const json::object& arguments, base::TimePoint) {
  Message* message =
      state.find_message(text_field(arguments, "channel"), text_field(arguments, "ts"));
  if (message == nullptr) return failure("message_not_found");
  const auto verdict = judge_message(arguments, kUpdatedText);
  if (!verdict.code.empty()) return failure(verdict.code, verdict.problems);
  if (arguments.contains("text")) message->text = text_field(arguments, "text");
  if (arguments.contains("blocks")) message->blocks = named_blocks(state, arguments);
  if (const auto* metadata = object_field(arguments, "metadata")) message->metadata = *metadata;
  message->is_edited = true;
  return json::object{{"channel", message->channel}, {"ts", message->ts}, {"text", message->text}};
}

Answer delete_message(State& state, const json::object& arguments, base::TimePoint) {
  const std::string channel = text_field(arguments, "channel");
  const std::string ts = text_field(arguments, "ts");
  if (state.find_message(channel, ts) == nullptr) return failure("message_not_found");
  std::erase_if(state.messages,
                [&](const Message& one) { return one.channel == channel && one.ts == ts; });
  return json::object{{"channel", channel}, {"ts", ts}};
}

Answer permalink(State& state, const json::object& arguments, base::TimePoint) {
  const std::string channel = text_field(arguments, "channel");
  std::string ts = text_field(arguments, "message_ts");
  if (state.find_message(channel, ts) == nullptr) return failure("message_not_found");
  std::erase(ts, '.');
  return json::object{{"channel", channel},
                      {"permalink", state.place.url + "archives/" + channel + "/p" + ts}};
}

Answer history(State& state, const json::object& arguments, base::TimePoint) {
  const auto channel = reachable_channel(state, text_field(arguments, "channel"));
  if (!channel) return failure(channel.error().code);
  const double oldest = seconds_of(text_field(arguments, "oldest"), 0);
  const double latest = seconds_of(text_field(arguments, "latest"), 1e18);
  const std::string metadata = text_field(arguments, "include_all_metadata");
  json::array found;
  for (auto one = state.messages.rbegin(); one != state.messages.rend(); ++one) {
    const double at = seconds_of(one->ts, 0);
    if (one->channel != *channel || !one->thread_ts.empty() || at <= oldest || at > latest) {
      continue;
    }
    found.push_back(as_slack_shows(state, *one, metadata == "true" || metadata == "1"));
  }
  return page_of(found, arguments, "messages");
}

Answer replies(State& state, const json::object& arguments, base::TimePoint) {
  const auto channel = reachable_channel(state, text_field(arguments, "channel"));
  if (!channel) return failure(channel.error().code);
  const std::string ts = text_field(arguments, "ts");
  if (state.find_message(*channel, ts) == nullptr) return failure("thread_not_found");
  json::array found;
  for (const Message& one : state.messages) {
    if (one.channel != *channel || (one.ts != ts && one.thread_ts != ts)) continue;
    found.push_back(as_slack_shows(state, one, true));
  }
  return page_of(found, arguments, "messages");
}

}  // namespace elevator::sandbox::slack
