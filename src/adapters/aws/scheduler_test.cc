#include "adapters/aws/scheduler.h"

#include <doctest/doctest.h>

#include <deque>

#include "adapters/aws/fake_http_test.h"
#include "wire/aws/scheduled_event.h"

namespace elevator::adapters::aws::scheduler_test {
namespace {

using base::Effect;
using base::Kind;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Answered in this order, and nothing more.
struct Fixture {
  explicit Fixture(std::deque<base::Result<net::Response>> script)
      : answers(std::move(script)), world([this](const net::Request&) {
          REQUIRE_FALSE(answers.empty());
          auto answer = std::move(answers.front());
          answers.pop_front();
          return answer;
        }) {}

  // "POST", "GET", ... of each call.
  std::vector<std::string> calls() const {
    std::vector<std::string> result;
    for (const auto& request : world.http.requests) result.push_back(request.method);
    return result;
  }
  const net::Request& call(size_t index) const { return world.http.requests.at(index); }

  std::deque<base::Result<net::Response>> answers;
  World world;
  SchedulerTimer timer{world.client,
                       {.group = "elevator",
                        .target_arn = "arn:aws:lambda:eu-central-1:1:function:access-revoker",
                        .role_arn = "arn:aws:iam::1:role/schedules",
                        .dead_letter_arn = "arn:aws:sqs:eu-central-1:1:dead"}};
  SchedulesOfExistingProduct theirs{world.client, "elevator"};
};

using Calls = std::vector<std::string>;

const domain::Assignment& an_assignment() {
  static const domain::Assignment kOne = domain::AccountAssignment{
      domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
      domain::AccountId::literal("111111111111"),
      domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
      domain::PrincipalId::literal("11111111-2222-3333-4444-555555555555")};
  return kOne;
}

// The fake's clock stands at 12:00.
ports::TimerPayload payload_for(const char* deadline) {
  return {an_assignment(), {2, *base::parse_rfc3339(deadline)}, std::nullopt};
}
ports::TimerPayload at_one() { return payload_for("2026-03-01T13:00:00Z"); }

net::Response made() { return reply(200, R"({"ScheduleArn":"arn"})"); }
net::Response conflict() { return error_reply(409, "ConflictException"); }
net::Response missing() { return error_reply(404, "ResourceNotFoundException"); }

net::Response existing(const std::string& arn, const std::string& role,
                       const std::string& state = "ENABLED") {
  return reply(200, R"j({"Name":"n","ScheduleExpression":"at(2026-03-01T13:00:00)","State":")j" +
                        state + R"(","Target":{"Arn":")" + arn + R"(","RoleArn":")" + role +
                        R"("}})");
}

TEST_CASE("scheduleName_isShortAndOfEachTimer") {
  const auto name = schedule_name(an_assignment(), at_one().timer);
  CHECK(name.size() == 45);
  CHECK(name.starts_with("sso-elevator-"));
  CHECK(name == schedule_name(an_assignment(), at_one().timer));
  auto other = at_one().timer;
  other.generation += 1;
  CHECK(name != schedule_name(an_assignment(), other));
  other = at_one().timer;
  other.deadline += base::Milliseconds(1);
  CHECK(name != schedule_name(an_assignment(), other));
}

TEST_CASE("arm_makesOneScheduleThatCallsUs") {
  Fixture fixture({made()});
  const auto payload = at_one();
  CHECK(fixture.timer.arm(payload));
  CHECK(fixture.calls() == Calls{"POST"});
  const net::Request& request = fixture.call(0);
  const std::string name = schedule_name(payload.assignment, payload.timer);
  CHECK(request.url == "https://scheduler.eu-central-1.amazonaws.com/schedules/" + name);
  CHECK(has(request.headers.get("Authorization"), "/eu-central-1/scheduler/aws4_request"));
  CHECK(has(request.body, R"j("ScheduleExpression":"at(2026-03-01T13:00:00)")j"));
  CHECK(has(request.body, R"("GroupName":"elevator")"));
  CHECK(has(request.body, R"("Arn":"arn:aws:lambda:eu-central-1:1:function:access-revoker")"));
  CHECK(has(request.body, R"("RoleArn":"arn:aws:iam::1:role/schedules")"));
  CHECK(has(request.body, R"("DeadLetterConfig":{"Arn":"arn:aws:sqs:eu-central-1:1:dead"})"));
  CHECK(has(request.body, R"("MaximumRetryAttempts":185)"));
  CHECK(has(request.body, R"("ActionAfterCompletion":"DELETE")"));
  CHECK(has(request.body, R"("ClientToken":")"));
  CHECK(has(request.body, name + "\\\\\\\""));  // the payload names its own schedule
}

TEST_CASE("arm_isNeverForAMomentThatMayBeOverWhenAwsLooks") {
  Fixture soon({made()});
  CHECK(soon.timer.arm(payload_for("2026-03-01T12:00:30Z")));
  CHECK(has(soon.call(0).body, "at(2026-03-01T12:02:00)"));
  Fixture past({});
  CHECK(past.timer.arm(payload_for("2026-03-01T12:00:00Z")));
  CHECK(past.calls().empty());
}

TEST_CASE("arm_whenItIsThere_isASuccess") {
  Fixture fixture({conflict(), existing("arn:aws:lambda:eu-central-1:1:function:access-revoker",
                                        "arn:aws:iam::1:role/schedules")});
  CHECK(fixture.timer.arm(at_one()));
  CHECK(fixture.calls() == Calls{"POST", "GET"});
}

TEST_CASE("arm_whenItIsThereAndDoesNotCallUs_replacesIt") {
  const auto ours = [](const char* state) {
    return existing("arn:aws:lambda:eu-central-1:1:function:access-revoker",
                    "arn:aws:iam::1:role/schedules", state);
  };
  for (const auto& there :
       {existing("arn:old", "arn:aws:iam::1:role/schedules"),
        existing("arn:aws:lambda:eu-central-1:1:function:access-revoker", "x"), ours("DISABLED")}) {
    Fixture fixture({conflict(), there, reply(200, "{}"), made()});
    CHECK(fixture.timer.arm(at_one()));
    CHECK(fixture.calls() == Calls{"POST", "GET", "DELETE", "POST"});
  }
  // It fired between the two: made after all.
  Fixture fired({conflict(), missing(), missing(), made()});
  CHECK(fired.timer.arm(at_one()));
}

TEST_CASE("arm_whenTheAnswerIsLost_sendsTheSameTokenAgain") {
  Fixture fixture(
      {base::unavailable("the connection broke", Effect::kUnknown), error_reply(500, ""), made()});
  CHECK(fixture.timer.arm(at_one()));
  REQUIRE(fixture.calls().size() == 3);
  CHECK(fixture.call(0).body == fixture.call(2).body);
  Fixture again({made(), made()});
  CHECK(again.timer.arm(at_one()));
  CHECK(again.timer.arm(at_one()));
  CHECK(again.call(0).body != again.call(1).body);
}

TEST_CASE("arm_whenAwsRefuses_isAnError") {
  for (const char* code :
       {"ValidationException", "AccessDeniedException", "ResourceNotFoundException"}) {
    Fixture fixture({error_reply(400, code)});
    CHECK_FALSE(fixture.timer.arm(at_one()));
  }
  Fixture unreadable({conflict(), error_reply(403, "AccessDeniedException")});
  CHECK(unreadable.timer.arm(at_one()).error().kind == Kind::kDenied);
}

TEST_CASE("disarm_whatIsNotThere_isASuccess") {
  Fixture fixture({reply(200, "{}"), missing(), error_reply(403, "AccessDeniedException")});
  const auto payload = at_one();
  CHECK(fixture.timer.disarm(payload.assignment, payload.timer));
  CHECK(fixture.call(0).method == "DELETE");
  CHECK(has(fixture.call(0).url,
            "/schedules/" + schedule_name(payload.assignment, payload.timer) + "?clientToken="));
  CHECK(has(fixture.call(0).url, "&groupName=elevator"));
  CHECK(fixture.timer.disarm(payload.assignment, payload.timer));
  CHECK_FALSE(fixture.timer.disarm(payload.assignment, payload.timer));
}

// --- theirs ---

net::Response page(const std::vector<std::string>& names, const std::string& next = "") {
  std::string body;
  for (const std::string& name : names) {
    body += (body.empty() ? "" : ",") + std::string(R"({"Name":")") + name + R"("})";
  }
  return reply(200, R"({"Schedules":[)" + body + "]" +
                        (next.empty() ? "" : R"(,"NextToken":")" + next + "\"") + "}");
}

net::Response schedule_with(const std::string& input) {
  std::string escaped;
  for (const char c : input) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return reply(200, R"j({"Name":"n","ScheduleExpression":"at(2026-03-01T15:00:00)",)j"
                    R"("Target":{"Arn":"f","RoleArn":"r","Input":")" +
                        escaped + R"("}})");
}

constexpr const char* kRevoke =
    R"({"action":"event_bridge_revoke","revoke_event":{"schedule_name":"access-revoker1",)"
    R"("approver":{"id":"UA","email":"a@corp.com","real_name":"Ann A"},)"
    R"("requester":{"id":"UR","email":"r@corp.com","real_name":"Rob R"},)"
    R"("user_account_assignment":{"instance_arn":"arn:aws:sso:::instance/ssoins-1",)"
    R"("account_id":"111111111111",)"
    R"("permission_set_arn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1",)"
    R"("user_principal_id":"11111111-2222-3333-4444-555555555555"},)"
    R"("permission_duration":"PT1H"}})";

TEST_CASE("names_areThoseThatMayBeTheirs_ofAllPages") {
  const std::string ours = schedule_name(an_assignment(), at_one().timer);
  Fixture fixture(
      {page({"access-revoker2025-01-02-03-04-05", ours}, "t/1"),
       page({"discard-buttons2025-01-02-03-04-05", "approvers-renotification2025-01-02-03-04-05",
             // Their function may be called like this.
             "sso-elevator-revoker2025-01-02-03-04-05"})});
  const auto names = fixture.theirs.names();
  REQUIRE(names);
  CHECK(*names == std::vector<std::string>{"access-revoker2025-01-02-03-04-05",
                                           "sso-elevator-revoker2025-01-02-03-04-05"});
  CHECK(has(fixture.call(0).url, "ScheduleGroup=elevator"));
  CHECK(has(fixture.call(1).url, "NextToken=t%2F1"));

  Fixture circle({page({}, "t"), page({}, "t")});
  CHECK(circle.theirs.names().error().kind == Kind::kCorrupt);
  Fixture broken({page({"a"}, "t"), error_reply(403, "AccessDeniedException")});
  CHECK_FALSE(broken.theirs.names());
}

TEST_CASE("read_isTheAccessItsPeopleAndItsEnd") {
  Fixture fixture({schedule_with(kRevoke)});
  const auto found = fixture.theirs.read("access-revoker1");
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->name == "access-revoker1");
  CHECK((*found)->assignment == an_assignment());
  CHECK((*found)->at == *base::parse_rfc3339("2026-03-01T15:00:00Z"));
  CHECK((*found)->told.requester == domain::SlackUserId::literal("UR"));
  CHECK((*found)->told.duration == base::hours(1));
}

TEST_CASE("read_whatIsNoRevocationOfTheirs_isNothing") {
  const wire::aws::ScheduledRevocation revocation{
      .schedule_name = "n",
      .assignment = an_assignment(),
      .timer = at_one().timer,
      .request =
          std::get<wire::aws::ScheduledRevocation>(*wire::aws::parse_scheduled_event(kRevoke))
              .request};
  for (const auto& answer :
       {missing(), schedule_with(wire::aws::to_schedule_input(revocation)),
        schedule_with(R"({"action":"discard_buttons_event","schedule_name":"x",)"
                      R"("time_stamp":"1.2","channel_id":"C0"})")}) {
    Fixture fixture({answer});
    const auto found = fixture.theirs.read("n");
    REQUIRE(found);
    CHECK_FALSE(*found);
  }
}

TEST_CASE("read_whatCannotBeUnderstood_isCorruptAndNotAbsent") {
  for (const char* input : {"", "x", "{}", R"({"action":"event_bridge_revoke"})"}) {
    Fixture fixture({schedule_with(input)});
    const auto found = fixture.theirs.read("n");
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == Kind::kCorrupt);
    CHECK(has(found.error().message, "the schedule n"));
  }
  Fixture denied({error_reply(403, "AccessDeniedException")});
  CHECK(denied.theirs.read("n").error().kind == Kind::kDenied);
}

TEST_CASE("list_namesWhatCannotBeUnderstood") {
  Fixture fixture(
      {page({"good", "bad", "gone"}), schedule_with(kRevoke), schedule_with("x"), missing()});
  const auto listing = fixture.theirs.list();
  REQUIRE(listing);
  REQUIRE(listing->timers.size() == 1);
  CHECK(listing->timers[0].name == "good");
  CHECK(listing->unreadable == std::vector<std::string>{"bad"});
  Fixture broken({page({"good"}), error_reply(403, "AccessDeniedException")});
  CHECK_FALSE(broken.theirs.list());
}

}  // namespace
}  // namespace elevator::adapters::aws::scheduler_test
