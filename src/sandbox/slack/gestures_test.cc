#include "sandbox/slack/gestures.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "base/url.h"
#include "sandbox/slack/fields.h"
#include "sandbox/slack/picture.h"
#include "sandbox/slack/web_api.h"
#include "wire/slack/signature.h"

namespace elevator::sandbox::slack::gestures_test {
namespace {

namespace json = boost::json;

json::object parse(std::string_view text) {
  return json::parse({text.data(), text.size()}).as_object();
}

// The app: keeps what it was sent, answers what the test says.
class App final : public net::HttpClient {
 public:
  base::Result<net::Response> send(const net::Request& request,
                                   std::chrono::milliseconds) override {
    requests.push_back(request);
    return answer;
  }
  json::object payload() const {
    const auto fields = base::decode_form(requests.back().body);
    return parse(fields->front().second);
  }
  std::vector<net::Request> requests;
  net::Response answer{};
};

constexpr std::string_view kForm = R"({"type": "modal", "callback_id": "ask",
  "title": {"type": "plain_text", "text": "Ask"}, "submit": {"type": "plain_text", "text": "Go"},
  "notify_on_close": true, "blocks": [
  {"type": "input", "block_id": "account", "dispatch_action": true,
   "label": {"type": "plain_text", "text": "Account"},
   "element": {"type": "external_select", "action_id": "choose", "min_query_length": 0}},
  {"type": "input", "block_id": "why", "label": {"type": "plain_text", "text": "Why"},
   "element": {"type": "plain_text_input", "action_id": "typed", "max_length": 10}}]})";
constexpr std::string_view kOptions =
    R"({"options": [{"text": {"type": "plain_text", "text": "Payments"}, "value": "1111"}]})";

struct Fixture {
  Fixture() {
    workspace.add_channel("C0ACCESS", "access");
    for (const char* id : {"U0DANA", "U0AMIR"}) {
      workspace.add_person({.id = id, .name = id, .email = std::string(id) + "@example.com"});
    }
    gestures.deliver_to("http://127.0.0.1:1/slack/events");
  }
  base::Result<json::object> act(std::string_view text, const std::string& person = "U0DANA") {
    return gestures.act(person, parse(text));
  }
  // Dana's open form.
  std::string open_form() {
    const std::string trigger =
        workspace.change([&](State& state) { return state.new_trigger("U0DANA", clock.now()); });
    const auto opened =
        workspace.call("views.open", {{"trigger_id", trigger}, {"view", parse(kForm)}},
                       Workspace::Encoding::kJson);
    return text_field(*object_field(opened, "view"), "id");
  }
  bool has_form() {
    return workspace.read([](const State& state) {
      const auto found = state.modals.find("U0DANA");
      return found != state.modals.end() && !found->second.empty();
    });
  }
  base::Result<json::object> choose(const std::string& view, std::string_view value) {
    return act(R"({"kind": "click", "container": {"view_id": ")" + view +
               R"("}, "block_id": "account", "action": {"action_id": "choose"},
               "selected_option": {"value": ")" +
               std::string(value) + R"("}})");
  }
  base::Result<json::object> submit(const std::string& view, const std::string& why) {
    return act(R"({"kind": "submit", "view_id": ")" + view +
               R"(", "state": {"why": {"typed": {"type": "plain_text_input", "value": ")" + why +
               R"("}}}})");
  }
  void load(const std::string& view) {
    app.answer.body = kOptions;
    REQUIRE(act(R"({"kind": "options", "view_id": ")" + view +
                R"(", "block_id": "account", "action_id": "choose", "query": ""})"));
    app.answer.body.clear();
  }

  base::ManualClock clock{base::from_unix_milliseconds(1'741'078'812'000)};
  App app;
  Workspace workspace{{}, clock};
  Gestures gestures{{base::Secret("signing"), "http://127.0.0.1:2"}, workspace, app};
};

TEST_CASE("gestures_whenDelivered_areSignedOverTheRawBody") {
  Fixture fixture;
  REQUIRE(fixture.act(R"({"kind": "shortcut", "callback_id": "request_for_access"})"));
  const net::Request& sent = fixture.app.requests.at(0);
  const wire::slack::SignedRequest signed_request{
      .timestamp = sent.headers.get("X-Slack-Request-Timestamp"),
      .signature = sent.headers.get("X-Slack-Signature"),
      .body = sent.body};
  CHECK(wire::slack::verify({base::Secret("signing")}, signed_request, fixture.clock.now()));
  CHECK(text_field(fixture.app.payload(), "callback_id") == "request_for_access");
}

TEST_CASE("menu_whenItLoads_offersOnlyWhatItLoaded") {
  Fixture fixture;
  const std::string view = fixture.open_form();
  CHECK_FALSE(fixture.choose(view, "1111"));
  fixture.load(view);
  CHECK(fixture.app.payload().at("view").as_object().contains("state") == false);
  CHECK_FALSE(fixture.choose(view, "2222"));
  REQUIRE(fixture.choose(view, "1111"));
  const json::object payload = fixture.app.payload();
  CHECK(json::serialize(payload.at("actions")).find("Payments") != std::string::npos);
  CHECK(json::serialize(payload.at("view").at("state")).find("1111") != std::string::npos);
}

TEST_CASE("form_whenARequiredInputIsEmpty_isNotSent") {
  Fixture fixture;
  const std::string view = fixture.open_form();
  fixture.load(view);
  const size_t sent = fixture.app.requests.size();
  const auto answer = fixture.submit(view, "because");
  REQUIRE(answer);
  CHECK(object_field(*answer, "errors")->contains("account"));
  CHECK_FALSE(fixture.submit(view, "far too long a text"));
  CHECK(fixture.app.requests.size() == sent);
  CHECK_FALSE(fixture.gestures.act("U0AMIR", {{"kind", "submit"}, {"view_id", view}}));
}

TEST_CASE("form_whenTheAppFindsErrors_staysOpenAndShowsThem") {
  Fixture fixture;
  const std::string view = fixture.open_form();
  fixture.load(view);
  REQUIRE(fixture.choose(view, "1111"));
  fixture.app.answer.body = R"({"response_action": "errors", "errors": {"why": "no"}})";
  const auto refused = fixture.submit(view, "because");
  REQUIRE(refused);
  CHECK(text_field(*object_field(*refused, "errors"), "why") == "no");
  CHECK(fixture.has_form());
  fixture.app.answer.body = R"({"response_action": "errors", "errors": {"nowhere": "no"}})";
  CHECK_FALSE(fixture.submit(view, "because"));
  fixture.app.answer.body.clear();
  const auto accepted = fixture.submit(view, "because");
  REQUIRE(accepted);
  CHECK(accepted->empty());
  CHECK_FALSE(fixture.has_form());
}

TEST_CASE("form_whenClosed_tellsTheAppThatAskedForIt") {
  Fixture fixture;
  const std::string view = fixture.open_form();
  REQUIRE(fixture.act(R"({"kind": "close", "view_id": ")" + view + R"("})"));
  CHECK(text_field(fixture.app.payload(), "type") == "view_closed");
  CHECK_FALSE(fixture.has_form());
}

TEST_CASE("click_onAMessage_carriesTheButtonsOwnValue") {
  Fixture fixture;
  const auto posted = fixture.workspace.call(
      "chat.postMessage", parse(R"({"channel": "C0ACCESS", "text": "x", "blocks": [
      {"type": "actions", "block_id": "b", "elements": [{"type": "button", "action_id": "approve",
       "text": {"type": "plain_text", "text": "Approve"}, "value": "r1:1"}]}]})"),
      Workspace::Encoding::kJson);
  const std::string click = R"({"kind": "click", "container": {"channel": "C0ACCESS", "ts": ")" +
                            text_field(posted, "ts") + R"("}, "block_id": "b",
      "action": {"action_id": "approve", "value": "forged"}})";
  REQUIRE(fixture.act(click, "U0AMIR"));
  const json::object payload = fixture.app.payload();
  CHECK(text_field(payload.at("actions").at(0).as_object(), "value") == "r1:1");
  CHECK(text_field(payload.at("user").as_object(), "id") == "U0AMIR");
  CHECK_FALSE(fixture.act(R"({"kind": "click", "container": {"channel": "C0ACCESS", "ts": "1.1"},
      "block_id": "b", "action": {"action_id": "approve"}})"));
}

TEST_CASE("command_whenTheAppAnswers_showsItToItsUserOnly") {
  Fixture fixture;
  fixture.app.answer = {.headers = {{"Content-Type", "application/json"}},
                        .body = R"({"response_type": "ephemeral", "text": "nothing to end"})"};
  REQUIRE(fixture.act(R"({"kind": "command", "text": "/access end"})"));
  const auto fields = base::decode_form(fixture.app.requests.back().body);
  std::string response_url;
  for (const auto& [name, value] : *fields) {
    if (name == "text") CHECK(value == "end");
    if (name == "response_url") response_url = value;
  }
  const auto whispers = [&](const char* person) {
    return fixture.workspace.read([&](const State& state) {
      return picture_of(state).at("ephemeral").at(person).as_array().size();
    });
  };
  CHECK(whispers("U0DANA") == 1);
  CHECK(whispers("U0AMIR") == 0);
  CHECK_FALSE(fixture.act(R"({"kind": "command", "text": "/weather"})"));

  WebApi api(fixture.workspace, base::Secret("xoxb"));
  const net::Request later{.method = "POST",
                           .url = response_url.substr(std::string("http://127.0.0.1:2").size()),
                           .body = R"({"text": "later"})"};
  for (int i = 0; i < 5; ++i) CHECK(api.handle(later).response.status == 200);
  CHECK(api.handle(later).response.status == 404);
  CHECK(whispers("U0DANA") == 6);
}

TEST_CASE("gestures_whenNobodyListens_sayWhatSlackShows") {
  Fixture fixture;
  fixture.gestures.deliver_to("");
  const auto failed = fixture.act(R"({"kind": "home"})");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == base::Kind::kUnavailable);
  fixture.workspace.set_down(true);
  CHECK(fixture.act(R"({"kind": "home"})").error().message.starts_with("Slack is down"));
}

}  // namespace
}  // namespace elevator::sandbox::slack::gestures_test
