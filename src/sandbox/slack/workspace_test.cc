#include "sandbox/slack/workspace.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <functional>

#include "sandbox/slack/fields.h"
#include "sandbox/slack/limits.h"
#include "sandbox/slack/web_api.h"

namespace elevator::sandbox::slack::workspace_test {
namespace {

namespace json = boost::json;

json::object parse(std::string_view text) {
  return json::parse({text.data(), text.size()}).as_object();
}

struct Fixture {
  Fixture() {
    workspace.add_channel("C0ACCESS", "access");
    workspace.add_person({.id = "U0DANA", .name = "Dana Field", .email = "dana@example.com"});
  }
  json::object call(std::string_view method, std::string_view arguments) {
    return workspace.call(method, parse(arguments), Workspace::Encoding::kJson);
  }
  json::object ask(std::string_view method, std::string_view arguments) {
    return workspace.call(method, parse(arguments), Workspace::Encoding::kForm);
  }
  std::string error(const json::object& answer) const { return text_field(answer, "error"); }
  std::string trigger() {
    return workspace.change([&](State& state) { return state.new_trigger("U0DANA", clock.now()); });
  }
  json::object open(const std::string& trigger_id, const json::object& view) {
    return workspace.call("views.open", {{"trigger_id", trigger_id}, {"view", view}},
                          Workspace::Encoding::kJson);
  }

  base::ManualClock clock{base::from_unix_milliseconds(1'741'078'812'000)};
  int changes = 0;
  Workspace workspace{{}, clock, [this] { ++changes; }};
};

json::object modal(std::string_view input_id = "why") {
  json::object view = parse(R"({"type": "modal", "callback_id": "ask", "title": {"type":
      "plain_text", "text": "Ask"}, "submit": {"type": "plain_text", "text": "Send"}, "blocks":
      [{"type": "input", "block_id": "x", "label": {"type": "plain_text", "text": "Why"},
        "element": {"type": "plain_text_input", "action_id": "typed"}}]})");
  view["blocks"].as_array()[0].as_object()["block_id"] =
      json::string_view(input_id.data(), input_id.size());
  return view;
}

TEST_CASE("messages_whenPostedAndEdited_keepTheirPlaceAndThread") {
  Fixture fixture;
  const auto posted = fixture.call("chat.postMessage", R"({"channel": "C0ACCESS", "text": "one",
      "metadata": {"event_type": "request", "event_payload": {"id": "r1"}}})");
  REQUIRE(truth_field(posted, "ok"));
  const std::string ts = text_field(posted, "ts");
  CHECK(ts.starts_with("1741078812."));
  json::object edit{{"channel", "C0ACCESS"}, {"ts", ts}, {"text", "two"}};
  CHECK(truth_field(fixture.workspace.call("chat.update", edit, Workspace::Encoding::kJson), "ok"));
  json::object reply{{"channel", "C0ACCESS"}, {"thread_ts", ts}, {"text", "below"}};
  const auto replied =
      fixture.workspace.call("chat.postMessage", reply, Workspace::Encoding::kJson);
  CHECK(text_field(replied, "ts") > ts);

  const auto history = fixture.ask("conversations.history",
                                   R"({"channel": "C0ACCESS", "include_all_metadata": "true"})");
  REQUIRE(list_field(history, "messages").size() == 1);
  const auto& message = list_field(history, "messages")[0].as_object();
  CHECK(text_field(message, "text") == "two");
  CHECK(object_field(message, "metadata") != nullptr);
  CHECK(fixture.changes > 0);
}

TEST_CASE("messages_whenSlackWouldRefuse_areRefused") {
  Fixture fixture;
  const std::string long_text(40'001, 'x');
  const auto refused = [&](std::string_view arguments) {
    return fixture.error(fixture.call("chat.postMessage", arguments));
  };
  CHECK(refused(R"({"channel": "C0NONE", "text": "x"})") == "channel_not_found");
  CHECK(refused(R"({"channel": "U0DANA"})") == "no_text");
  CHECK(refused(R"({"channel": "U0BOT", "text": "x"})") == "cannot_dm_bot");
  CHECK(refused(R"({"channel": "C0ACCESS", "text": "x", "thread_ts": "1.2"})") ==
        "thread_not_found");
  CHECK(refused(R"({"channel": "C0ACCESS", "text": "x", "metadata": {"event_type": "x"}})") ==
        "invalid_metadata_format");
  CHECK(refused(R"({"channel": "C0ACCESS", "text": "x", "blocks": [{"type": "section"}]})") ==
        "invalid_blocks");
  CHECK(refused(R"({"channel": "C0ACCESS", "text": ")" + long_text + "\"}") == "msg_too_long");
  CHECK(fixture.error(fixture.call("chat.update", R"({"channel": "C0ACCESS", "ts": "1.1"})")) ==
        "message_not_found");
  CHECK(fixture.error(fixture.call("chat.postEphemeral",
                                   R"({"channel": "C0ACCESS", "user": "U0NONE", "text": "x"})")) ==
        "user_not_in_channel");
}

TEST_CASE("views_whenTheTriggerIsNotFresh_areNotOpened") {
  Fixture fixture;
  CHECK(fixture.error(fixture.open("nonsense", modal())) == "invalid_trigger_id");
  const std::string used = fixture.trigger();
  CHECK(truth_field(fixture.open(used, modal()), "ok"));
  CHECK(fixture.error(fixture.open(used, modal())) == "exchanged_trigger_id");
  const std::string old = fixture.trigger();
  fixture.clock.advance(base::Milliseconds(3000));
  CHECK(truth_field(fixture.open(old, modal()), "ok"));
  const std::string too_old = fixture.trigger();
  fixture.clock.advance(base::Milliseconds(3001));
  CHECK(fixture.error(fixture.open(too_old, modal())) == "expired_trigger_id");
}

TEST_CASE("views_whenUpdated_keepWhatWasTypedUnderTheSameIds") {
  Fixture fixture;
  const auto opened = fixture.open(fixture.trigger(), modal());
  const auto& view = *object_field(opened, "view");
  const std::string id = text_field(view, "id");
  fixture.workspace.change([&](State& state) {
    state.find_view(id)->inputs[{"why", "typed"}] =
        json::object{{"type", "plain_text_input"}, {"value", "because"}};
  });
  const auto update = [&](const json::object& content, const std::string& hash) {
    json::object arguments{{"view_id", id}, {"view", content}};
    if (!hash.empty()) arguments["hash"] = hash;
    return fixture.workspace.call("views.update", arguments, Workspace::Encoding::kJson);
  };
  const auto same = update(modal(), text_field(view, "hash"));
  CHECK(json::serialize(same).find("because") != std::string::npos);
  CHECK(fixture.error(update(modal(), text_field(view, "hash"))) == "hash_conflict");
  const auto other = update(modal("other"), "");
  CHECK(json::serialize(other).find("because") == std::string::npos);
}

TEST_CASE("views_whenSlackWouldRefuse_areRefused") {
  const auto problems = [](const std::function<void(json::object&)>& spoil) {
    json::object view = modal();
    spoil(view);
    return problems_of_view(view).size();
  };
  CHECK(problems([](json::object&) {}) == 0);
  CHECK(problems([](json::object& view) { view.erase("submit"); }) == 1);
  CHECK(problems([](json::object& view) { view["type"] = "page"; }) == 1);
  CHECK(problems([](json::object& view) { view["private_metadata"] = std::string(3001, 'x'); }) ==
        1);
  CHECK(problems([](json::object& view) {
          view["title"].as_object()["text"] = std::string(25, 'x');
        }) == 1);
  CHECK(problems([](json::object& view) {
          auto& blocks = view["blocks"].as_array();
          blocks.push_back(blocks[0]);
        }) == 1);
  CHECK(problems([](json::object& view) {
          view["blocks"].as_array()[0].as_object()["element"].as_object()["max_length"] = 3001;
        }) == 1);
  json::object large = modal();
  large["private_metadata"] = std::string(250'000, 'x');
  CHECK(is_view_too_large(large));
}

TEST_CASE("options_whenThereAreTooMany_areRefused") {
  const auto answer = [](size_t count) {
    json::array options;
    for (size_t i = 0; i < count; ++i) {
      options.push_back(
          json::object{{"text", json::object{{"type", "plain_text"}, {"text", "one"}}},
                       {"value", std::to_string(i)}});
    }
    return json::object{{"options", std::move(options)}};
  };
  CHECK(problems_of_options(answer(0)).empty());
  CHECK(problems_of_options(answer(100)).empty());
  CHECK(problems_of_options(answer(101)).size() == 1);
  CHECK(problems_of_options({}).size() == 1);
}

TEST_CASE("directory_whenListed_comesInPages") {
  Fixture fixture;
  fixture.workspace.add_person({.id = "U0AMIR", .name = "Amir", .email = "amir@example.com"});
  const auto first =
      fixture.ask("conversations.members", R"({"channel": "C0ACCESS", "limit": "2"})");
  CHECK(list_field(first, "members").size() == 2);
  const std::string cursor = text_field(*object_field(first, "response_metadata"), "next_cursor");
  const auto rest =
      fixture.ask("conversations.members",
                  R"({"channel": "C0ACCESS", "limit": "2", "cursor": ")" + cursor + "\"}");
  CHECK(list_field(rest, "members").size() == 1);
  const auto found = fixture.ask("users.lookupByEmail", R"({"email": "AMIR@example.com"})");
  CHECK(text_field(*object_field(found, "user"), "id") == "U0AMIR");
  CHECK(fixture.error(fixture.ask("users.info", R"({"user": "U0NONE"})")) == "user_not_found");
  CHECK(fixture.error(fixture.call("users.info", R"({"user": "U0DANA"})")) == "invalid_form_data");
}

TEST_CASE("webApi_whenTheTokenIsNotTheBots_refuses") {
  Fixture fixture;
  WebApi api(fixture.workspace, base::Secret("xoxb-right"));
  const auto ask = [&](const std::string& authorization) {
    net::Request request{.method = "POST", .url = "/api/auth.test"};
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    return parse(api.handle(request).response.body);
  };
  CHECK(fixture.error(ask("")) == "not_authed");
  CHECK(fixture.error(ask("Bearer xoxb-wrong")) == "invalid_auth");
  CHECK(text_field(ask("Bearer xoxb-right"), "bot_id") == "B0BOT");
  fixture.workspace.set_down(true);
  CHECK(api.handle({.method = "POST", .url = "/api/auth.test"}).response.status == 503);
}

}  // namespace
}  // namespace elevator::sandbox::slack::workspace_test
