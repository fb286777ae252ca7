#include "sandbox/slack/gestures.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/crypto.h"
#include "base/url.h"
#include "codec/text.h"
#include "sandbox/slack/entered.h"
#include "sandbox/slack/fields.h"
#include "sandbox/slack/limits.h"
#include "sandbox/slack/methods.h"
#include "wire/slack/names.h"
#include "wire/slack/signature.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;
using base::Result;

// Slack itself waits three seconds; a machine that compiles at the same time is forgiven.
constexpr base::Milliseconds kPatience{10'000};
constexpr base::Milliseconds kResponseUrlLife = base::minutes(30);
constexpr size_t kTokenBytes = 12;
constexpr std::array kCommands = {wire::slack::command::kAccess,
                                  wire::slack::command::kGroupAccess};

base::Error no_answer() {
  return base::unavailable(
      "Slack shows: \"We had some trouble connecting. Try again?\" The program does not answer.");
}

Result<json::object> object_of(const std::string& body) {
  if (body.find_first_not_of(" \r\n\t") == std::string::npos) return json::object();
  auto value = codec::parse_json(body);
  if (!value || !value->is_object()) {
    return base::corrupt(
        "Slack shows an error: the program answered with something it cannot read.");
  }
  return std::move(value->get_object());
}

}  // namespace

void Gestures::deliver_to(const std::string& url) {
  const std::lock_guard lock(mutex_);
  request_url_ = url;
}

std::string Gestures::request_url() const {
  const std::lock_guard lock(mutex_);
  return request_url_;
}

Result<net::Response> Gestures::deliver(const Delivery& delivery) {
  const std::string url = request_url();
  if (url.empty()) return no_answer();
  const std::string timestamp =
      std::to_string(base::to_unix_milliseconds(workspace_.clock().now()) / 1000);
  const net::Request request{
      .method = "POST",
      .url = url,
      .headers = {{"Content-Type", delivery.content_type},
                  {"X-Slack-Request-Timestamp", timestamp},
                  {"X-Slack-Signature",
                   wire::slack::sign(options_.signing_secret, timestamp, delivery.body)}},
      .body = delivery.body};
  auto response = http_.send(request, kPatience);
  if (!response) return no_answer();
  if (response->status != 200) {
    return base::unavailable("Slack shows an error: the program answered " +
                             std::to_string(response->status) + ". " + response->body);
  }
  return response;
}

Result<json::object> Gestures::deliver_payload(const json::object& payload) {
  TRY(const net::Response response,
      deliver({"application/x-www-form-urlencoded",
               base::encode_form({{"payload", json::serialize(payload)}})}));
  return object_of(response.body);
}

std::string Gestures::response_url(State& state, const ResponseUrl& where) const {
  const std::string token = base::to_hex(base::random_bytes(kTokenBytes));
  std::erase_if(state.response_urls,
                [&](const auto& one) { return one.second.until < workspace_.clock().now(); });
  state.response_urls[token] = where;
  state.response_urls[token].until = workspace_.clock().now() + kResponseUrlLife;
  return options_.own_url + "/response/" + token;
}

json::object Gestures::payload(State& state, const std::string& person,
                               std::string_view type) const {
  return {{"type", json::string_view(type.data(), type.size())},
          {"token", "deprecated"},
          {"team", json::object{{"id", state.place.team_id}, {"domain", "example"}}},
          {"user", json::object{{"id", person},
                                {"name", state.people.at(person).name},
                                {"team_id", state.place.team_id}}},
          {"api_app_id", state.place.app_id},
          {"is_enterprise_install", false},
          {"enterprise", nullptr}};
}

Result<json::object> Gestures::act(const std::string& person, const json::object& act) {
  if (workspace_.is_down()) {
    return base::unavailable("Slack is down: nobody can do anything in it.");
  }
  const bool known =
      workspace_.read([&](const State& state) { return state.people.contains(person); });
  if (!known) return base::not_found("There is nobody with the id " + person.substr(0, 40) + ".");
  const std::string kind = text_field(act, "kind");
  if (kind == "command") return command(person, text_field(act, "text"));
  if (kind == "shortcut") return shortcut(person, text_field(act, "callback_id"));
  if (kind == "click") return click(person, act);
  if (kind == "options") return load_options(person, act);
  if (kind == "submit") return submit(person, act);
  if (kind == "close") return close(person, act);
  if (kind == "home") return open_home(person);
  return base::invalid("\"" + kind.substr(0, 40) + "\" is nothing that people do in Slack.");
}

Result<json::object> Gestures::shortcut(const std::string& person, const std::string& id) {
  const json::object sent = workspace_.change([&](State& state) {
    json::object out = payload(state, person, "shortcut");
    out["callback_id"] = id;
    out["action_ts"] = state.next_ts(workspace_.clock().now());
    out["trigger_id"] = state.new_trigger(person, workspace_.clock().now());
    return out;
  });
  TRY(const json::object ignored, deliver_payload(sent));
  static_cast<void>(ignored);
  return json::object();
}

Result<json::object> Gestures::command(const std::string& person, const std::string& text) {
  const size_t blank = std::min(text.find(' '), text.size());
  const std::string name = text.substr(0, blank);
  const size_t rest = text.find_first_not_of(' ', blank);
  if (std::ranges::find(kCommands, name) == kCommands.end()) {
    return base::invalid("Slack shows: \"" + name.substr(0, 60) + " is not a valid command.\"");
  }
  ResponseUrl where{.person = person};
  const std::string body = workspace_.change([&](State& state) {
    where.channel = state.channels.empty() ? "" : state.channels.begin()->first;
    const std::string channel_name =
        state.channels.empty() ? "" : state.channels.begin()->second.name;
    return base::encode_form({{"token", "deprecated"},
                              {"team_id", state.place.team_id},
                              {"team_domain", "example"},
                              {"channel_id", where.channel},
                              {"channel_name", channel_name},
                              {"user_id", person},
                              {"user_name", state.people.at(person).name},
                              {"command", name},
                              {"text", rest == std::string::npos ? "" : text.substr(rest)},
                              {"api_app_id", state.place.app_id},
                              {"is_enterprise_install", "false"},
                              {"response_url", response_url(state, where)},
                              {"trigger_id", state.new_trigger(person, workspace_.clock().now())}});
  });
  TRY(const net::Response response, deliver({"application/x-www-form-urlencoded", body}));
  if (response.body.empty()) return json::object();
  json::object said{{"text", response.body}};
  if (response.headers.get("Content-Type").starts_with("application/json")) {
    TRY(said, object_of(response.body));
  }
  if (said.empty()) return json::object();
  const json::object shown = workspace_.change(
      [&](State& state) { return answer_person(state, where, said, workspace_.clock().now()); });
  if (truth_field(shown, "ok")) return json::object();
  return base::corrupt("Slack shows an error: " + text_field(shown, "error"));
}

Result<json::object> Gestures::close(const std::string& person, const json::object& act) {
  const std::string id = text_field(act, "view_id");
  const json::object sent = workspace_.change([&](State& state) -> json::object {
    auto& stack = state.modals[person];
    const auto found = std::ranges::find(stack, id, &View::id);
    if (found == stack.end()) return {};
    json::object out;
    if (truth_field(found->content, "notify_on_close")) {
      out = payload(state, person, "view_closed");
      out["view"] = view_json(state, *found, WithState::kYes);
      out["is_cleared"] = false;
    }
    stack.erase(found, stack.end());
    return out;
  });
  if (sent.empty()) return json::object();
  TRY(const json::object ignored, deliver_payload(sent));
  static_cast<void>(ignored);
  return json::object();
}

Result<json::object> Gestures::open_home(const std::string& person) {
  const json::object sent = workspace_.change([&](State& state) {
    const auto now = workspace_.clock().now();
    return json::object{{"token", "deprecated"},
                        {"type", "event_callback"},
                        {"team_id", state.place.team_id},
                        {"api_app_id", state.place.app_id},
                        {"event_id", "Ev" + std::to_string(state.next_number())},
                        {"event_time", base::to_unix_milliseconds(now) / 1000},
                        {"event", json::object{{"type", "app_home_opened"},
                                               {"user", person},
                                               {"channel", direct_channel_of(person)},
                                               {"tab", "home"},
                                               {"event_ts", state.next_ts(now)}}}};
  });
  TRY(const net::Response ignored, deliver({"application/json", json::serialize(sent)}));
  static_cast<void>(ignored);
  return json::object();
}

json::object answer_person(State& state, const ResponseUrl& where, const json::object& message,
                           base::TimePoint now) {
  const auto refused = [](std::string_view code) {
    return json::object{{"ok", false}, {"error", json::string_view(code.data(), code.size())}};
  };
  json::object done{{"ok", true}};
  if (truth_field(message, "delete_original")) {
    std::erase_if(state.messages, [&](const Message& one) { return one.ts == where.message_ts; });
    std::erase_if(state.whispers,
                  [&](const Whisper& one) { return one.message.ts == where.message_ts; });
    return done;
  }
  const auto verdict = judge_message(message, kPostedText);
  if (!verdict.code.empty()) return refused(verdict.code);
  Message shown{.channel = where.channel,
                .text = text_field(message, "text"),
                .blocks = list_field(message, "blocks")};
  name_blocks(state, shown.blocks);
  if (truth_field(message, "replace_original")) {
    for (Whisper& one : state.whispers) {
      if (one.message.ts != where.message_ts) continue;
      one.message.text = shown.text;
      one.message.blocks = shown.blocks;
      return done;
    }
    Message* original = state.find_message(where.channel, where.message_ts);
    if (original == nullptr) return refused("message_not_found");
    original->text = shown.text;
    original->blocks = shown.blocks;
    original->is_edited = true;
    return done;
  }
  shown.ts = state.next_ts(now);
  if (text_field(message, "response_type") == "in_channel") {
    state.messages.push_back(std::move(shown));
  } else {
    whisper(state, where.person, std::move(shown));
  }
  return done;
}

}  // namespace elevator::sandbox::slack
