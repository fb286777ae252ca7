// What Slack sends, against small fakes: who is refused, what is answered at once, what comes
// after.
#include "entry/slack_events.h"

#include <doctest/doctest.h>

#include "base/url.h"
#include "entry/http/router.h"
#include "tests/support/fake_application.h"
#include "wire/slack/names.h"
#include "wire/slack/signature.h"

namespace elevator::entry::slack_events_test {
namespace {

namespace slack = wire::slack;

const base::Secret kSecret("signing-secret");

std::string who(std::string_view team = "T0TEAM", std::string_view person = "U0ANN") {
  const std::string t(team);
  return R"("user":{"id":")" + std::string(person) + R"(","team_id":")" + t +
         R"("},"team":{"id":")" + t + R"("},"trigger_id":"1.2.3")";
}

struct Fixture : tests::FakeApplication {
  SlackEvents events{app, {kSecret}};

  SlackAnswer post(const std::string& body, const base::Secret& secret = kSecret,
                   base::Seconds age = base::Seconds(0)) {
    const std::string timestamp =
        std::to_string(base::to_unix_milliseconds(clock.now() - age) / 1000);
    return events.answer({.content_type = "application/x-www-form-urlencoded",
                          .timestamp = timestamp,
                          .signature = slack::sign(secret, timestamp, body),
                          .body = body});
  }
  SlackAnswer payload(const std::string& json) {
    return post(base::encode_form({{"payload", "{" + json + "}"}}));
  }
  SlackAnswer shortcut(const std::string& from) {
    return payload(from + R"(,"type":"shortcut","callback_id":"request_for_access")");
  }
  SlackAnswer submission(const std::string& reason) {
    return payload(who() +
                   R"(,"type":"view_submission","view":{"id":"V1","hash":"h","callback_id":")" +
                   std::string(slack::callback::kAccountForm) +
                   R"(","private_metadata":"","state":{"values":{)"
                   R"("duration_picker":{"duration_picker_action":{"type":"static_select",)"
                   R"("selected_option":{"value":"01:00"}}},)"
                   R"("provide_reason":{"provided_reason":{"type":"plain_text_input","value":")" +
                   reason +
                   R"("}},"select_account":{"selected_account":{"type":"external_select",)"
                   R"("selected_option":{"value":"111111111111"}}},)"
                   R"("select_permission_set:111111111111":{"selected_permission_set":{)"
                   R"("type":"static_select","selected_option":{"value":"Admin"}}}}}})");
  }
  SlackAnswer click(std::string_view action, const std::string& value) {
    return payload(who("T0TEAM", "U0BOB") +
                   R"(,"type":"block_actions","channel":{"id":"C1"},"message":{"ts":"1.2"},)"
                   R"("actions":[{"action_id":")" +
                   std::string(action) + R"(","value":")" + value + R"("}])");
  }
  bool nothing_happened() const { return store.commits == 0 && chat.forms.empty(); }
};

TEST_CASE_FIXTURE(Fixture, "answer_whenTheSignatureIsWrongOrOld_refusesAndDoesNothing") {
  const std::string body = base::encode_form({{"ssl_check", "1"}});
  CHECK(post(body).status == 200);
  CHECK(post(body, base::Secret("another")).status == 401);
  CHECK(post(body, kSecret, base::Seconds(301)).status == 401);
  CHECK(post(body, kSecret, base::Seconds(-301)).status == 401);
  CHECK(
      events.answer({.content_type = "", .timestamp = "", .signature = "", .body = body}).status ==
      401);
  CHECK(log.has("slack_signature_refused"));
  CHECK_FALSE(log.has("signing-secret"));
  CHECK(nothing_happened());
}

TEST_CASE_FIXTURE(Fixture, "answer_whenASecretIsBeingRotated_acceptsBoth") {
  SlackEvents rotating(app, {base::Secret("new"), kSecret});
  const std::string body = base::encode_form({{"ssl_check", "1"}});
  const std::string timestamp = std::to_string(base::to_unix_milliseconds(clock.now()) / 1000);
  for (const auto& secret : {base::Secret("new"), kSecret}) {
    CHECK(rotating
              .answer({.content_type = "application/x-www-form-urlencoded",
                       .timestamp = timestamp,
                       .signature = slack::sign(secret, timestamp, body),
                       .body = body})
              .status == 200);
  }
}

TEST_CASE_FIXTURE(Fixture, "answer_whenTheBodyIsNoEvent_saysSo") {
  for (const std::string body : {"", "payload=%7B", "payload=%7B%22type%22%3A%22x%22%7D"}) {
    const auto answer = post(body);
    CAPTURE(body);
    CHECK((answer.status == 400 || answer.status == 200));
    CHECK_FALSE(answer.after);
  }
  CHECK(post("payload=%7B").status == 400);
  CHECK(log.has("slack_event_refused"));
  CHECK(nothing_happened());
}

TEST_CASE_FIXTURE(Fixture, "answer_whenTheWorkspaceIsAnother_refusesEveryKindOfEvent") {
  const std::string foreign = who("T0OTHER");
  CHECK(shortcut(foreign).status == 403);
  CHECK(payload(foreign +
                R"(,"type":"block_actions","channel":{"id":"C1"},"message":{"ts":"1.2"},)"
                R"("actions":[{"action_id":"approve","value":")" +
                std::string(32, '0') + R"(:1"}])")
            .status != 200);
  CHECK(log.has("foreign_workspace_refused"));
  CHECK(nothing_happened());
}

TEST_CASE_FIXTURE(Fixture, "answer_whenThePersonIsFromAnotherWorkspace_saysSoAndDoesNothing") {
  const std::string eve =
      R"("user":{"id":"U0EVE","team_id":"T0OTHER"},"team":{"id":"T0TEAM"},"trigger_id":"1.2")";
  const auto answer = shortcut(eve);
  CHECK(answer.status == 200);
  REQUIRE(answer.after);
  answer.after();
  REQUIRE(chat.told_directly.size() == 1);
  CHECK(chat.told_directly[0].find("belongs to another one") != std::string::npos);

  const auto button =
      payload(eve +
              R"(,"type":"block_actions","channel":{"id":"C1"},"message":{"ts":"1.2"},)"
              R"("actions":[{"action_id":"approve","value":")" +
              std::string(32, '0') + R"(:1"}])");
  CHECK(button.status == 200);
  REQUIRE(button.after);
  button.after();
  CHECK(chat.whispers.size() == 1);

  const auto form = payload(eve +
                            R"(,"type":"view_submission","view":{"id":"V1","hash":"h",)"
                            R"("callback_id":"deny_request_submitted","private_metadata":")" +
                            std::string(32, '0') + R"(:1","state":{"values":{}}})");
  CHECK(form.body.find("belongs to another one") != std::string::npos);
  CHECK_FALSE(form.after);
  CHECK(log.has("foreign_user_refused"));
  CHECK(nothing_happened());
}

// Whoever clicked looks at the screen: silence would be taken for success, or clicked again.
TEST_CASE_FIXTURE(Fixture, "after_whenTheWindowDoesNotOpen_thePersonIsTold") {
  const std::string unknown = "0123456789abcdef0123456789abcdef:1";
  const auto press = [&](std::string_view action, const std::string& value) {
    const auto answer = click(action, value);
    REQUIRE(answer.after);
    answer.after();
    REQUIRE_FALSE(chat.whispers.empty());
    return chat.whispers.back();
  };
  for (const auto action : {slack::action::kDeny, slack::action::kEnd, slack::action::kExtend}) {
    CAPTURE(action);
    CHECK(press(action, unknown).find("not known here") != std::string::npos);
  }
  CHECK(chat.whispers.size() == 3);

  REQUIRE(submission("INC-1").status == 200);
  const auto made = (*store.requests_in(domain::RequestState::kReceived, 1))[0];
  const auto id = made.str() + ":1";
  auto row = *store.request(made);
  row->value.state = domain::RequestState::kPending;
  REQUIRE(store.commit({{row->value, row->version, {}}}).has_value());
  chat.cannot_open = base::invalid("expired_trigger_id");
  CHECK(press(slack::action::kDeny, id).find("three seconds") != std::string::npos);
  chat.cannot_open = base::Error{base::Kind::kThrottled, "Slack views.open: ratelimited"};
  const auto busy = press(slack::action::kAskAgain, id);
  CHECK(busy.find("Try again in a minute") != std::string::npos);
  CHECK(busy.find("views.open") == std::string::npos);  // details are for the log
  CHECK(log.has("after_answer_failed"));
}

TEST_CASE_FIXTURE(Fixture, "after_whenThereIsNoChannel_thePersonIsToldDirectly") {
  chat.cannot_open = base::Error{base::Kind::kThrottled, "ratelimited"};
  shortcut(who()).after();  // names no channel
  CHECK(chat.told_directly.size() == 1);
  chat.cannot_whisper = base::Error{base::Kind::kDenied, "not_in_channel"};
  click(slack::action::kDeny, "0123456789abcdef0123456789abcdef:1").after();
  CHECK(chat.told_directly.size() == 2);
  CHECK(chat.whispers.empty());
}

TEST_CASE_FIXTURE(Fixture, "answer_toAShortcut_isEmptyAndTheFormOpensAfterIt") {
  const auto answer = shortcut(who());
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(chat.forms.empty());
  REQUIRE(answer.after);
  CHECK_FALSE(answer.after_is_slow);  // somebody looks at the screen
  answer.after();
  CHECK(chat.forms.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "answer_toACommandWithHelp_isHelp_andNoForm") {
  const auto command = [&](const std::string& name, const std::string& text) {
    return post(base::encode_form({{"command", name},
                                   {"text", text},
                                   {"user_id", "U0ANN"},
                                   {"team_id", "T0TEAM"},
                                   {"trigger_id", "1.2.3"}}));
  };
  for (const auto* name : {"/access", "/group-access"}) {
    for (const auto* text : {"help", " Help me ", "?"}) {
      const auto answer = command(name, text);
      CHECK(answer.body.find("/access list") != std::string::npos);
      CHECK_FALSE(answer.after);
    }
    const auto misspelt = command(name, "lsit <!here>");
    CHECK(misspelt.body.find("means nothing here") != std::string::npos);
    CHECK(misspelt.body.find("<!here>") == std::string::npos);
    CHECK(misspelt.body.find("/access list") != std::string::npos);
    CHECK_FALSE(misspelt.after);
    CHECK(command(name, "LIST ").body.find("no access") != std::string::npos);
    CHECK(command(name, "").after);
  }
}

TEST_CASE_FIXTURE(Fixture, "answer_toAFormWithMistakes_namesTheField_andWritesNothing") {
  const auto answer = submission(" ");
  CHECK(answer.body.find("\"errors\"") != std::string::npos);
  CHECK(answer.body.find("provide_reason") != std::string::npos);
  CHECK(store.commits == 0);
}

TEST_CASE_FIXTURE(Fixture, "answer_toAForm_comesOnceTheRowIsWritten_andTheRestIsSlow") {
  const auto answer = submission("INC-1");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(store.commits == 1);
  CHECK(answer.after_is_slow);
  CHECK(log.has("request_received"));
  submission("INC-1");  // Slack delivers twice
  CHECK(store.commits == 1);
}

TEST_CASE_FIXTURE(Fixture, "answer_whenTheRowCannotBeWritten_saysThatNothingWasChanged") {
  store.broken = true;
  const auto form = submission("INC-1");
  CHECK(form.body.find("nothing was changed") != std::string::npos);
  CHECK_FALSE(form.after);
  CHECK(log.has("event_failed"));
}

TEST_CASE_FIXTURE(Fixture, "answer_toAClickOnARequestNobodyMade_isAWhisper") {
  const auto answer =
      click(slack::action::kApprove, std::string("0123456789abcdef0123456789abcdef") + ":1");
  CHECK(answer.status == 200);
  REQUIRE(answer.after);
  answer.after();
  CHECK(chat.whispers.size() == 1);
  CHECK(store.commits == 0);
}

TEST_CASE_FIXTURE(Fixture, "router_answersEachAddress") {
  bool ready = true;
  SlackEvents* slack_events = &events;
  Router router([&] { return slack_events; },
                {.ready = [&] { return ReadyAnswer{ready, R"({"ready":true})"}; },
                 .metrics = [] { return std::string("a_metric 1\n"); }});
  const auto status = [&](const std::string& method, const std::string& url) {
    return router.handle({.method = method, .url = url}).response.status;
  };
  CHECK(status("GET", "/healthz") == 200);
  CHECK(status("GET", "/readyz") == 200);
  CHECK(router.handle({.url = "/readyz"}).response.headers.get("Content-Type") ==
        "application/json");
  CHECK(router.handle({.url = "/metrics"}).response.body == "a_metric 1\n");
  CHECK(status("POST", "/healthz") == 405);
  CHECK(status("GET", "/slack/events") == 405);
  CHECK(status("GET", "/") == 404);
  CHECK(status("POST", "/slack/events") == 401);
  ready = false;
  CHECK(status("GET", "/readyz") == 503);
  CHECK(status("GET", "/healthz") == 200);
  slack_events = nullptr;  // Slack was never reached
  CHECK(status("POST", "/slack/events") == 503);
}

}  // namespace
}  // namespace elevator::entry::slack_events_test
