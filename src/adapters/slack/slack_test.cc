#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <functional>

#include "adapters/slack/chat.h"
#include "adapters/slack/errors.h"
#include "tests/support/slack_samples.h"

namespace elevator::adapters::slack::slack_test {
namespace {

namespace json = boost::json;
using base::Effect;
using base::Kind;
using domain::RequestState;
using testing::sample_request;

constexpr const char* kAuth =
    R"({"ok":true,"team":"Acme","team_id":"T1","user_id":"UBOT","bot_id":"B1"})";

std::string last_part(const std::string& url) { return url.substr(url.rfind('/') + 1); }

// Answers by method; remembers what was asked.
class ScriptedSlack final : public net::HttpClient {
 public:
  using Answer = std::function<base::Result<net::Response>(const net::Request&)>;

  base::Result<net::Response> send(const net::Request& request,
                                   std::chrono::milliseconds budget) override {
    requests.push_back(request);
    budgets.push_back(budget);
    const auto found = answers.find(last_part(request.url));
    if (found == answers.end()) return net::Response{.body = R"({"ok":false,"error":"?"})"};
    return found->second(request);
  }

  void on(const std::string& method, const std::string& body, int status = 200,
          net::Headers headers = {}) {
    answers[method] = [=](const net::Request&) {
      return net::Response{.status = status, .headers = headers, .body = body};
    };
  }

  size_t count(const std::string& method) const {
    size_t calls = 0;
    for (const auto& request : requests) calls += last_part(request.url) == method;
    return calls;
  }

  json::object arguments_of_last() const { return json::parse(requests.back().body).as_object(); }

  std::map<std::string, Answer> answers;
  std::vector<net::Request> requests;
  std::vector<std::chrono::milliseconds> budgets;
};

class RecordingLog final : public base::Logger {
 public:
  void write(base::LogLevel level, std::string_view event, base::LogFields fields) override {
    text += base::format_log_line("", level, event, fields);
  }
  std::string text;
};

struct World {
  World() { http.on("auth.test", kAuth); }

  ScriptedSlack http;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  RecordingLog log;
  base::NullMetrics metrics;
  ApiWorld world{http, clock, log, metrics};
  Api api{{.bot_token = base::Secret("xoxb-very-secret")}, world};
  People people{api, clock};
  SlackChat chat{{.channel = domain::ChannelId::literal("C1")}, api, people, world};
};

domain::Request posted_request(RequestState state) {
  auto request = sample_request(state);
  request.message.ref = domain::MessageRef{domain::ChannelId::literal("C1"), "1.2"};
  return request;
}

// --- one call ---

TEST_CASE("call_carriesTheTokenInTheHeaderOnly_andNeverLogsIt") {
  World w;
  w.http.on("chat.postMessage", R"({"ok":false,"error":"invalid_auth"})");
  CHECK_FALSE(w.chat.post(sample_request(RequestState::kPending)));
  const auto& request = w.http.requests.front();
  CHECK(request.url == "https://slack.com/api/chat.postMessage");
  CHECK(request.headers.get("Authorization") == "Bearer xoxb-very-secret");
  CHECK(request.body.find("xoxb") == std::string::npos);
  CHECK_FALSE(w.log.text.empty());
  CHECK(w.log.text.find("xoxb") == std::string::npos);
}

TEST_CASE("call_whenSlackAsksToWait_isNotSentBeforeThat") {
  World w;
  w.http.on("chat.postMessage", "", 429, {{"Retry-After", "7"}});
  const auto request = sample_request(RequestState::kPending);
  const auto first = w.chat.post(request);
  REQUIRE_FALSE(first);
  CHECK(first.error().kind == Kind::kThrottled);
  CHECK(first.error().effect == Effect::kNone);
  CHECK(*first.error().retry_after == base::Seconds(7));
  w.clock.advance(base::Milliseconds(6999));
  const auto second = w.chat.post(request);
  CHECK(*second.error().retry_after == base::Milliseconds(1));
  CHECK(w.http.count("chat.postMessage") == 1);
  w.clock.advance(base::Milliseconds(1));
  CHECK_FALSE(w.chat.post(request));
  CHECK(w.http.count("chat.postMessage") == 2);
}

TEST_CASE("rateLimit_whenTheClockIsSetBack_isForgotten") {
  World w;
  w.http.on("chat.postMessage", "", 429, {{"Retry-After", "7"}});
  const auto request = sample_request(RequestState::kPending);
  REQUIRE_FALSE(w.chat.post(request));
  w.clock.advance(-base::hours(3));
  CHECK_FALSE(w.chat.post(request));
  CHECK(w.http.count("chat.postMessage") == 2);  // Slack is asked, and not for three hours not
}

TEST_CASE("rateLimit_ofOneMethod_doesNotHoldOthers") {
  World w;
  w.http.on("chat.postMessage", "", 429, {{"Retry-After", "soon"}});
  w.http.on("chat.update", R"({"ok":true})");
  CHECK(*w.chat.post(sample_request(RequestState::kPending)).error().retry_after ==
        base::Seconds(30));
  CHECK(w.chat.update(posted_request(RequestState::kPending)));
}

TEST_CASE("answersThatProveNothing_haveAnUnknownEffectOnWritesOnly") {
  for (const auto& [status, body] :
       std::vector<std::pair<int, std::string>>{{500, ""},
                                                {503, "<html>"},
                                                {200, "not json"},
                                                {200, "[]"},
                                                {200, "{}"},
                                                {200, R"({"ok":"yes"})"},
                                                {200, R"({"ok":false,"error":"fatal_error"})"}}) {
    World w;
    w.http.on("chat.update", body, status);
    w.http.on("users.info", body, status);
    const auto write = w.chat.update(posted_request(RequestState::kPending));
    REQUIRE_FALSE(write);
    CHECK(write.error().effect == Effect::kUnknown);
    CHECK(write.error().retry == base::Retry::kBackoff);
    const auto read = w.chat.user(domain::SlackUserId::literal("U1"));
    REQUIRE_FALSE(read);
    CHECK(read.error().effect == Effect::kNone);
  }
}

TEST_CASE("errors_areClassifiedFromOneTable") {
  CHECK(classify("m", "message_not_found", "").kind == Kind::kNotFound);
  CHECK(classify("m", "hash_conflict", "").kind == Kind::kConflict);
  CHECK(classify("m", "expired_trigger_id", "").kind == Kind::kInvalid);
  CHECK(classify("m", "internal_error", "").effect == Effect::kUnknown);
  CHECK(classify("m", "never_heard_of", "").kind == Kind::kInternal);
  const auto scope = classify("users.info", "missing_scope", "users:read.email");
  CHECK(scope.kind == Kind::kDenied);
  CHECK(scope.message ==
        "Slack users.info: missing_scope (users:read.email): add the scope to the Slack app and "
        "reinstall it");
}

TEST_CASE("viewsWithATrigger_getLessTimeThanTheTriggerLives") {
  World w;
  w.http.on("views.open", R"({"ok":true,"view":{"id":"V1","hash":"h"}})");
  const auto view = w.chat.open_form("1.2.3", {.loading = true});
  REQUIRE(view);
  CHECK(view->id == "V1");
  CHECK(view->hash == "h");
  CHECK(w.http.budgets.back() < base::Seconds(3));
  CHECK(w.http.arguments_of_last().at("trigger_id") == "1.2.3");
}

TEST_CASE("formUpdate_carriesTheHash_andAConflictIsOne") {
  World w;
  w.http.on("views.update", R"({"ok":false,"error":"hash_conflict"})");
  const auto status = w.chat.update_form({"V1", "h7"}, {.durations = {"01:00"}});
  CHECK(status.error().kind == Kind::kConflict);
  CHECK(w.http.arguments_of_last().at("hash") == "h7");
}

// --- the message ---

TEST_CASE("post_givesTheMessage_andPreventsPreviews") {
  World w;
  w.http.on("chat.postMessage", R"({"ok":true,"channel":"C1","ts":"5.6"})");
  const auto posted = w.chat.post(sample_request(RequestState::kPending));
  REQUIRE(posted);
  CHECK(posted->timestamp == "5.6");
  const auto arguments = w.http.arguments_of_last();
  CHECK(arguments.at("channel") == "C1");
  CHECK_FALSE(arguments.at("unfurl_links").as_bool());
  CHECK(arguments.at("metadata").at("event_type") == "sso_elevator_request");
}

TEST_CASE("post_goesToTheChannelOfTheRule") {
  World w;
  w.http.on("chat.postMessage", R"({"ok":true,"channel":"C9","ts":"5.6"})");
  auto request = sample_request(RequestState::kPending);
  request.decision->channel = domain::ChannelId::literal("C9");
  CHECK(w.chat.post(request)->channel.str() == "C9");
}

std::string history(const std::string& bot, const std::string& cursor) {
  return R"({"ok":true,"messages":[{"ts":"9.9","bot_id":")" + bot +
         R"(","metadata":{"event_type":"sso_elevator_request","event_payload":
            {"request_id":"0123456789abcdef0123456789abcdef"}}}],
            "response_metadata":{"next_cursor":")" +
         cursor + R"("}})";
}

TEST_CASE("post_whenTheOutcomeIsUnknown_findsTheMessageByItsMetadata") {
  World w;
  w.http.answers["chat.postMessage"] = [](const net::Request&) {
    return base::unavailable("cut", Effect::kUnknown);
  };
  w.http.on("conversations.history", history("B1", ""));
  const auto posted = w.chat.post(sample_request(RequestState::kPending));
  REQUIRE(posted);
  CHECK(posted->timestamp == "9.9");
  w.http.on("conversations.history", R"({"ok":true,"messages":[]})");
  const auto lost = w.chat.post(sample_request(RequestState::kPending));
  REQUIRE_FALSE(lost);
  CHECK(lost.error().effect == Effect::kUnknown);
}

TEST_CASE("findPosted_readsEveryPage_andTrustsOnlyOurOwnMessages") {
  World w;
  size_t page = 0;
  w.http.answers["conversations.history"] = [&](const net::Request& request) {
    page += 1;
    CHECK(request.body.find("include_all_metadata=true") != std::string::npos);
    if (page == 1) return net::Response{.body = history("BEVIL", "next==")};
    CHECK(request.body.find("cursor=next%3D%3D") != std::string::npos);
    return net::Response{.body = R"({"ok":true,"messages":[]})"};
  };
  const auto found = w.chat.find_posted(sample_request(RequestState::kPending));
  REQUIRE(found);
  CHECK_FALSE(*found);
  CHECK(page == 2);
}

TEST_CASE("findPosted_whenHistoryNeverEnds_isAnErrorAndNotAbsence") {
  World w;
  w.http.on("conversations.history",
            R"({"ok":true,"messages":[],"response_metadata":{"next_cursor":"x"}})");
  CHECK_FALSE(w.chat.find_posted(sample_request(RequestState::kPending)));
  CHECK(w.http.count("conversations.history") == 50);
}

TEST_CASE("update_whenSomebodyDeletedTheMessage_isNotFound") {
  World w;
  w.http.on("chat.update", R"({"ok":false,"error":"message_not_found"})");
  CHECK(w.chat.update(posted_request(RequestState::kActive)).error().kind == Kind::kNotFound);
  CHECK(w.http.arguments_of_last().at("ts") == "1.2");
}

// --- notices ---

const domain::Notice kGranted{.number = 4, .kind = domain::NoticeKind::kGranted, .person = "U1"};

TEST_CASE("notice_goesToTheThread") {
  World w;
  w.http.on("chat.postMessage", R"({"ok":true,"channel":"C1","ts":"2"})");
  CHECK(w.chat.notify(posted_request(RequestState::kActive), kGranted));
  CHECK(w.http.arguments_of_last().at("thread_ts") == "1.2");
  // There is no thread: the requester is told directly.
  CHECK(w.chat.notify(sample_request(RequestState::kActive),
                      {.number = 5, .kind = domain::NoticeKind::kGranted}));
  CHECK(w.http.arguments_of_last().at("channel") == "U1");
  CHECK_FALSE(w.http.arguments_of_last().contains("thread_ts"));
}

TEST_CASE("notice_whenOnePartFails_doesNotRepeatTheOthers") {
  World w;
  auto request = posted_request(RequestState::kActive);
  request.requester_in_channel = false;
  size_t threads = 0;
  bool direct_works = false;
  w.http.answers["chat.postMessage"] = [&](const net::Request& sent) {
    const bool thread = sent.body.find("thread_ts") != std::string::npos;
    threads += thread;
    if (thread || direct_works) return net::Response{.body = R"({"ok":true,"ts":"2"})"};
    return net::Response{.status = 503};
  };
  CHECK_FALSE(w.chat.notify(request, kGranted));
  direct_works = true;
  CHECK(w.chat.notify(request, kGranted));
  CHECK(threads == 1);
}

// Whoever claimed a notice has it for a limited time; another worker would say the same again.
TEST_CASE("notice_whenSlackIsSlow_theRestIsToldLater") {
  World w;
  auto request = posted_request(RequestState::kActive);
  request.requester_in_channel = false;
  base::Milliseconds takes = base::Seconds(15);
  w.http.answers["chat.postMessage"] = [&](const net::Request&) {
    w.clock.advance(takes);
    return net::Response{.body = R"({"ok":true,"ts":"2"})"};
  };
  const auto slow = w.chat.notify(request, kGranted);
  REQUIRE_FALSE(slow);
  CHECK(slow.error().kind == Kind::kUnavailable);
  CHECK(slow.error().effect == Effect::kNone);
  CHECK(w.http.count("chat.postMessage") == 1);
  takes = base::Milliseconds(14'999);
  CHECK(w.chat.notify(request, kGranted));
  CHECK(w.http.count("chat.postMessage") == 2);  // what was told before is not told again
}

TEST_CASE("notice_toSomebodyWhoCannotBeTold_isLoggedAndDone") {
  World w;
  auto request = posted_request(RequestState::kActive);
  request.requester_in_channel = false;
  w.http.answers["chat.postMessage"] = [&](const net::Request& sent) {
    const bool thread = sent.body.find("thread_ts") != std::string::npos;
    return net::Response{.body = thread ? R"({"ok":true,"ts":"2"})"
                                        : R"({"ok":false,"error":"user_disabled"})"};
  };
  CHECK(w.chat.notify(request, kGranted));
  CHECK(w.log.text.find("notice_not_deliverable") != std::string::npos);
}

TEST_CASE("notice_thatIsToStayUnsaid_isNotSent") {
  World w;
  w.http.on("chat.postMessage", R"({"ok":true,"channel":"C1","ts":"2"})");
  SlackChat quiet({.channel = domain::ChannelId::literal("C1"),
                   .silence = {.outsiders = true, .endings = true}},
                  w.api, w.people, w.world);
  auto request = posted_request(RequestState::kEnded);
  request.requester_in_channel = false;
  CHECK(quiet.notify(request, {.number = 7, .kind = domain::NoticeKind::kEnded}));
  CHECK(w.http.count("chat.postMessage") == 0);
  CHECK(w.chat.notify(request, {.number = 7, .kind = domain::NoticeKind::kEnded}));
  CHECK(w.http.count("chat.postMessage") == 2);
}

TEST_CASE("rejectedClick_isAnEphemeralMessage") {
  World w;
  w.http.on("chat.postEphemeral", R"({"ok":true})");
  CHECK(w.chat.notify(posted_request(RequestState::kPending),
                      {.number = 1, .kind = domain::NoticeKind::kReviewRejected, .person = "U2"}));
  CHECK(w.http.arguments_of_last().at("user") == "U2");
}

// --- people ---

domain::ChatUser person(const std::string& fields) {
  World w;
  w.http.on("users.info", R"({"ok":true,"user":{"id":"U1",)" + fields + "}}");
  return *w.chat.user(domain::SlackUserId::literal("U1"));
}

TEST_CASE("user_whoIsAFullMember_isReadWhole") {
  const auto ann = person(
      R"("team_id":"T1","tz":"Europe/Riga","name":"ann","profile":{"real_name":"Ann A","email":"Ann@Corp.com"})");
  CHECK(ann.full_member);
  CHECK(ann.name == "Ann A");
  CHECK(ann.email->str() == "ann@corp.com");
  CHECK(ann.time_zone == "Europe/Riga");
}

TEST_CASE("user_whoIsNoFullMember_isTellWhy") {
  const std::pair<const char*, const char*> cases[] = {
      {R"("team_id":"T1","is_restricted":true)", "is a guest"},
      {R"("team_id":"T1","is_ultra_restricted":true)", "is a guest"},
      {R"("team_id":"T1","is_bot":true)", "is a bot"},
      {R"("team_id":"T1","deleted":true)", "is deactivated"},
      {R"("team_id":"T2")", "belongs to another workspace"},
      {R"("team_id":"T1","is_stranger":true)", "belongs to another workspace"},
      {R"("name":"nowhere")", "belongs to another workspace"}};
  for (const auto& [fields, why] : cases) {
    const auto user = person(fields);
    CHECK_FALSE(user.full_member);
    CHECK(user.not_full_because == why);
  }
  CHECK(person(R"("team_id":"T2","enterprise_user":{"teams":["T9","T1"]})").full_member);
}

TEST_CASE("user_isReadAgainEveryTime_andMustBeTheOneAskedFor") {
  World w;
  w.http.on("users.info", R"({"ok":true,"user":{"id":"U1","team_id":"T1"}})");
  CHECK(w.chat.user(domain::SlackUserId::literal("U1")));
  CHECK(w.chat.user(domain::SlackUserId::literal("U1")));
  CHECK(w.http.count("users.info") == 2);
  CHECK(w.http.budgets.back() < base::Seconds(3));  // a menu may be waiting for it
  CHECK_FALSE(w.chat.user(domain::SlackUserId::literal("U2")));
}

TEST_CASE("userByEmail_isCachedForAWhile_andAbsenceIsNot") {
  World w;
  const auto email = domain::Email::literal("ann@corp.com");
  w.http.on("users.lookupByEmail", R"({"ok":false,"error":"users_not_found"})");
  CHECK(w.chat.user_by_email(email).error().kind == Kind::kNotFound);
  w.http.on("users.lookupByEmail", R"({"ok":true,"user":{"id":"U1","team_id":"T1"}})");
  CHECK(w.chat.user_by_email(email)->str() == "U1");
  CHECK(w.chat.user_by_email(email)->str() == "U1");
  CHECK(w.http.count("users.lookupByEmail") == 2);
  w.clock.advance(base::Seconds(600));
  CHECK(w.chat.user_by_email(email));
  CHECK(w.http.count("users.lookupByEmail") == 3);
  w.http.on("users.lookupByEmail",
            R"({"ok":true,"user":{"id":"U3","team_id":"T1","is_restricted":true}})");
  CHECK(w.chat.user_by_email(domain::Email::literal("guest@x.com")).error().kind ==
        Kind::kNotFound);
}

TEST_CASE("userGroup_leavesOutWhoMayNotDecide_andFailsWhole") {
  World w;
  w.http.on("usergroups.users.list", R"({"ok":true,"users":["U1","U2"]})");
  w.http.answers["users.info"] = [](const net::Request& request) {
    const bool first = request.body == "user=U1";
    return net::Response{.body = std::string(R"({"ok":true,"user":{"id":")") +
                                 (first ? "U1" : "U2") + R"(","team_id":"T1","is_restricted":)" +
                                 (first ? "false" : "true") +
                                 R"(,"profile":{"email":"x@corp.com"}}})"};
  };
  CHECK(w.chat.user_group_members("S1")->size() == 1);
  w.clock.advance(base::hours(1));
  w.http.on("users.info", "", 500);
  CHECK_FALSE(w.chat.user_group_members("S1"));
}

TEST_CASE("membership_readsEveryPage_andFindsThoseWhoJoinedSoon") {
  World w;
  const auto late = domain::SlackUserId::literal("U2");
  w.http.answers["conversations.members"] = [](const net::Request& request) {
    const bool second = request.body.find("cursor=") != std::string::npos;
    return net::Response{.body = second ? R"({"ok":true,"members":["U1"]})"
                                        : R"({"ok":true,"members":["U9"],"response_metadata":
                                             {"next_cursor":"c"}})"};
  };
  CHECK(*w.chat.is_in_channel(domain::SlackUserId::literal("U1"), {}));
  CHECK_FALSE(*w.chat.is_in_channel(late, {}));
  CHECK(w.http.count("conversations.members") == 2);
  w.http.on("conversations.members", R"({"ok":true,"members":["U2"]})");
  w.clock.advance(base::Seconds(31));
  CHECK(*w.chat.is_in_channel(late, {}));
}

TEST_CASE("otherForms_areSentAsTheirKind") {
  World w;
  w.http.on("views.open", R"({"ok":true,"view":{"id":"V1"}})");
  w.http.on("views.publish", R"({"ok":true})");
  w.http.on("chat.update", R"({"ok":true})");
  w.http.on("chat.postMessage", R"({"ok":true,"channel":"C1","ts":"1"})");
  const auto request = posted_request(RequestState::kActive);
  const auto callback = [&w] {
    return std::string(w.http.arguments_of_last().at("view").at("callback_id").as_string());
  };
  CHECK(w.chat.open_denial("t", request));
  CHECK(callback() == "deny_request_submitted");
  CHECK(w.chat.open_end("t", request));
  CHECK(callback() == "end_access_submitted");
  CHECK(w.chat.open_extension("t", request, {.attempt = 1, .durations = {"01:00"}}));
  CHECK(callback() == "extend_access_submitted");
  CHECK(w.chat.tell(domain::SlackUserId::literal("U1"), "<a>"));
  CHECK(w.http.arguments_of_last().at("channel") == "U1");
  CHECK(w.http.arguments_of_last().at("text") == "&lt;a&gt;");
  CHECK(w.chat.show_home(domain::SlackUserId::literal("U1"), {request}, {}));
  CHECK(w.http.arguments_of_last().at("user_id") == "U1");
  CHECK(w.chat.disarm(*request.message.ref, {"Requester: <@U1>"}));
  CHECK(w.http.arguments_of_last().at("ts") == "1.2");
  CHECK(w.chat.announce("rules <broken>"));
  CHECK(w.http.arguments_of_last().at("text") == "rules &lt;broken&gt;");
}

// --- channels and people that are not there ---

TEST_CASE("post_whenTheChannelOfTheRuleIsNotThere_goesToTheDefaultOne") {
  for (const char* code : {"channel_not_found", "not_in_channel", "is_archived"}) {
    World w;
    w.http.answers["chat.postMessage"] = [&](const net::Request& request) {
      const bool by_rule = request.body.find("\"C9\"") != std::string::npos;
      return net::Response{.body = by_rule ? std::string(R"({"ok":false,"error":")") + code + "\"}"
                                           : R"({"ok":true,"channel":"C1","ts":"5.6"})"};
    };
    auto request = sample_request(RequestState::kPending);
    request.decision->channel = domain::ChannelId::literal("C9");
    const auto posted = w.chat.post(request);
    REQUIRE(posted);
    CHECK(posted->channel.str() == "C1");
    CHECK(w.log.text.find("channel_of_rule_refused") != std::string::npos);
    request.message.ref = *posted;
    const auto shown = json::serialize(wire::slack::request_message(request, {}));
    CHECK(shown.find("this app cannot post there") != std::string::npos);
  }
}

TEST_CASE("notice_whenTheChannelIsGone_isToldToTheRequesterDirectly") {
  World w;
  w.http.answers["chat.postMessage"] = [](const net::Request& sent) {
    const bool thread = sent.body.find("thread_ts") != std::string::npos;
    return net::Response{.body = thread ? R"({"ok":false,"error":"not_in_channel"})"
                                        : R"({"ok":true,"channel":"D1","ts":"2"})"};
  };
  CHECK(w.chat.notify(posted_request(RequestState::kActive), kGranted));
  CHECK(w.http.arguments_of_last().at("channel") == "U1");
}

TEST_CASE("rejectedClick_ofSomebodyOutsideTheChannel_isAnsweredDirectly") {
  World w;
  w.http.on("chat.postEphemeral", R"({"ok":false,"error":"user_not_in_channel"})");
  w.http.on("chat.postMessage", R"({"ok":true,"channel":"D2","ts":"2"})");
  const domain::Notice notice{
      .number = 1, .kind = domain::NoticeKind::kReviewRejected, .person = "U2"};
  auto request = posted_request(RequestState::kPending);
  CHECK(w.chat.notify(request, notice));
  CHECK(w.http.arguments_of_last().at("channel") == "U2");
  // Whoever was told directly may have clicked there.
  World other;
  other.http.on("chat.postMessage", R"({"ok":true,"channel":"D2","ts":"2"})");
  request.copies = {
      {domain::SlackUserId::literal("U2"), {domain::ChannelId::literal("D2"), "3.1"}}};
  CHECK(other.chat.notify(request, notice));
  CHECK(other.http.count("chat.postEphemeral") == 0);
}

TEST_CASE("directMessages_withButtons_areKeptAndClosed") {
  World w;
  size_t sent = 0;
  w.http.answers["chat.postMessage"] = [&](const net::Request&) {
    return net::Response{.body = R"({"ok":true,"channel":"D2","ts":")" + std::to_string(++sent) +
                                 "\"}"};
  };
  w.http.on("chat.update", R"({"ok":true})");
  auto request = posted_request(RequestState::kPending);
  request.requester_in_channel = false;
  request.decision->direct_message = true;
  const domain::Notice notice{.number = 1, .kind = domain::NoticeKind::kReviewWanted};
  const auto copies = w.chat.notify(request, notice);
  REQUIRE(copies);
  REQUIRE(copies->size() == 2);
  CHECK((*copies)[0].person == request.requester);
  CHECK((*copies)[1].person->str() == "U2");
  CHECK(w.chat.notify(request, notice)->size() == 2);  // told again, sent once
  CHECK(sent == 3);
  request.state = RequestState::kDenied;
  CHECK(w.chat.close_copy(request, (*copies)[1]));
  const auto closed = w.http.arguments_of_last();
  CHECK(closed.at("ts").as_string().c_str() == (*copies)[1].ref.timestamp);
  const std::string text = json::serialize(closed);
  CHECK(text.find("*Denied*") != std::string::npos);
  CHECK(text.find("button") == std::string::npos);
}

// --- large groups ---

struct LargeGroup : World {
  LargeGroup() {
    json::array users;
    for (int i = 0; i < 120; ++i) users.emplace_back("U" + std::to_string(100 + i));
    http.on("usergroups.users.list", json::serialize(json::object{{"ok", true}, {"users", users}}));
    http.answers["users.info"] = [](const net::Request& request) {
      const std::string id = request.body.substr(request.body.find('=') + 1);
      return net::Response{.body = R"({"ok":true,"user":{"id":")" + id +
                                   R"(","team_id":"T1","profile":{"email":")" + id +
                                   R"(@corp.com"}}})"};
    };
  }
};

TEST_CASE("userGroup_isReadInPartsAndThenRemembered") {
  LargeGroup w;
  const auto first = w.chat.user_group_members("S1");
  REQUIRE_FALSE(first);
  CHECK(first.error().kind == Kind::kUnavailable);
  CHECK(*first.error().retry_after == base::Seconds(60));
  CHECK(w.http.count("users.info") == 50);
  CHECK_FALSE(w.chat.user_group_members("S1"));
  CHECK(w.http.count("users.info") == 50);  // Slack is left to those who ask and click
  w.clock.advance(base::minutes(1));
  CHECK_FALSE(w.chat.user_group_members("S1"));
  w.clock.advance(base::minutes(1));
  CHECK(w.chat.user_group_members("S1")->size() == 120);
  CHECK(w.http.count("users.info") == 120);
  CHECK(w.chat.user_group_members("S1")->size() == 120);
  CHECK(w.http.count("users.info") == 120);
  CHECK(w.http.count("usergroups.users.list") == 1);
}

TEST_CASE("userGroup_whetherOneClickerIsInIt_isAskedNowWithOneCall") {
  LargeGroup w;
  CHECK(*w.chat.is_in_user_group("S1", domain::SlackUserId::literal("U101")));
  CHECK_FALSE(*w.chat.is_in_user_group("S1", domain::SlackUserId::literal("U9")));
  CHECK(w.http.count("usergroups.users.list") == 2);
  CHECK(w.http.count("users.info") == 0);
}

}  // namespace
}  // namespace elevator::adapters::slack::slack_test
