#include "wire/aws/scheduled_event.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

namespace elevator::wire::aws::scheduled_event_test {
namespace {

using base::Kind;
using base::Seconds;
using domain::SlackUserId;

constexpr std::string_view kUser = "11111111-2222-3333-4444-555555555555";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// As the existing product writes them (COMPAT 1.3).
const std::string& account_event() {
  static const std::string kText =
      R"json({"schedule_name":"access-revoker2025-01-02-03-04-05",)json"
      R"json("approver":{"id":"UA","email":"a@corp.com","real_name":"Ann A"},)json"
      R"json("requester":{"id":"UR","email":"r@corp.com","real_name":"Rob R"},)json"
      R"json("user_account_assignment":{"instance_arn":"arn:aws:sso:::instance/ssoins-1",)json"
      R"json("account_id":"111111111111",)json"
      R"json("permission_set_arn":"arn:aws:sso:::permissionSet/ssoins-1/ps-1",)json"
      R"json("user_principal_id":"11111111-2222-3333-4444-555555555555"},)json"
      R"json("permission_duration":"PT1H"})json";
  return kText;
}

const std::string& group_event() {
  static const std::string kText =
      R"json({"schedule_name":"access-revoker2025-01-02-03-04-05",)json"
      R"json("approver":{"id":"UA","email":"a@corp.com","real_name":"Ann A"},)json"
      R"json("requester":{"id":"UR","email":"r@corp.com","real_name":"Rob R"},)json"
      R"json("group_assignment":{"group_name":"Admins",)json"
      R"json("group_id":"90000000aa-11111111-2222-3333-4444-666666666666",)json"
      R"json("user_principal_id":"11111111-2222-3333-4444-555555555555",)json"
      R"json("membership_id":"11111111-2222-3333-4444-777777777777",)json"
      R"json("identity_store_id":"d-1234567890"},"permission_duration":"P1DT30M"})json";
  return kText;
}

std::string with_text(std::string_view action, const std::string& event) {
  return "{\"action\": \"" + std::string(action) + "\", \"revoke_event\": \"" +
         replaced(event, "\"", "\\\"") + "\"}";
}

std::string with_object(std::string_view action, const std::string& event) {
  return "{\"action\": \"" + std::string(action) + "\", \"revoke_event\": " + event + "}";
}

ScheduledRevocation revocation_of(const std::string& input) {
  auto parsed = parse_scheduled_event(input);
  REQUIRE(parsed);
  REQUIRE(std::holds_alternative<ScheduledRevocation>(*parsed));
  return std::get<ScheduledRevocation>(*std::move(parsed));
}

Kind error_of(const std::string& input) {
  const auto parsed = parse_scheduled_event(input);
  REQUIRE_FALSE(parsed);
  return parsed.error().kind;
}

TEST_CASE("existingProduct_accountRevocation_isUnderstoodInBothForms") {
  for (const std::string& input : {with_text("event_bridge_revoke", account_event()),
                                   with_object("event_bridge_revoke", account_event())}) {
    const ScheduledRevocation found = revocation_of(input);
    CHECK(found.schedule_name == "access-revoker2025-01-02-03-04-05");
    CHECK_FALSE(found.timer);
    CHECK(domain::to_key(found.assignment) ==
          "account|arn:aws:sso:::instance/ssoins-1|111111111111|"
          "arn:aws:sso:::permissionSet/ssoins-1/ps-1|" +
              std::string(kUser));
    const domain::Request& request = found.request;
    CHECK(request.origin == domain::Origin::kAdopted);
    CHECK(request.requester == SlackUserId::literal("UR"));
    CHECK(request.requester_name == "Rob R");
    CHECK(request.requester_email == domain::Email::literal("r@corp.com"));
    CHECK(request.principal->id.view() == kUser);
    CHECK(domain::to_string(request.target) == "111111111111/ps-1");
    CHECK(request.duration == base::hours(1));
    CHECK(request.assignment == found.assignment);
    REQUIRE(request.clicks.size() == 1);
    CHECK(request.clicks[0].person == SlackUserId::literal("UA"));
    CHECK(request.clicks[0].email == domain::Email::literal("a@corp.com"));
    CHECK(request.clicks[0].name == "Ann A");
    CHECK(domain::counted_approvals(request) == 1);
  }
}

TEST_CASE("existingProduct_groupRevocation_isUnderstoodInBothForms") {
  for (const std::string& input : {with_text("event_bridge_group_revoke", group_event()),
                                   with_object("event_bridge_group_revoke", group_event())}) {
    const ScheduledRevocation found = revocation_of(input);
    CHECK(domain::to_key(found.assignment) ==
          "group|d-1234567890|90000000aa-11111111-2222-3333-4444-666666666666|" +
              std::string(kUser));
    CHECK(found.request.target_name == "Admins");
    CHECK(found.request.duration == base::hours(24) + base::minutes(30));
  }
}

TEST_CASE("existingProduct_unknownKeys_areIgnoredAtEveryLevel") {
  const std::string event =
      replaced(replaced(account_event(), R"("account_id")", R"("new":[1],"account_id")"),
               R"("permission_duration")", R"("more":{"x":null},"permission_duration")");
  const std::string input = with_text("event_bridge_revoke", event);
  const std::string more = input.substr(0, input.size() - 1) + R"(, "else": 5})";
  CHECK(revocation_of(more).request.duration == base::hours(1));
}

TEST_CASE("existingProduct_durations_areReadAsItWritesThem") {
  const std::pair<const char*, std::int64_t> cases[] = {{"\"PT0S\"", 0},
                                                        {"\"PT25M\"", 1500},
                                                        {"\"PT1H30M\"", 5400},
                                                        {"\"P1D\"", 86400},
                                                        {"\"P2DT1H30M\"", 178200},
                                                        {"\"P4DT4H1M\"", 360060},
                                                        {"\"P1Y35DT2H\"", 34567200},
                                                        {"3600", 3600},
                                                        {"\"soon\"", 0},
                                                        {"null", 0},
                                                        {"-5", 0}};
  for (const auto& [text, seconds] : cases) {
    CAPTURE(text);
    const auto event = replaced(account_event(), "\"PT1H\"", text);
    CHECK(revocation_of(with_object("event_bridge_revoke", event)).request.duration ==
          Seconds(seconds));
  }
}

TEST_CASE("existingProduct_whatIsForPeopleOnly_neverLosesARevocation") {
  for (const auto& [what, with] :
       {std::pair{R"({"id":"UR","email":"r@corp.com","real_name":"Rob R"})", "5"},
        std::pair{R"("UR")", "\"NA\""}, std::pair{R"("UR")", "null"},
        std::pair{R"(,"permission_duration":"PT1H")", ""}, std::pair{"a@corp.com", "NA"}}) {
    CAPTURE(what);
    const std::string event = replaced(account_event(), what, with);
    CHECK(revocation_of(with_text("event_bridge_revoke", event)).schedule_name ==
          "access-revoker2025-01-02-03-04-05");
  }
  const std::string nobody = replaced(account_event(), "requester", "x");
  const auto found = revocation_of(with_object("event_bridge_revoke", nobody));
  CHECK(found.request.requester == SlackUserId::literal("U00000000"));
  CHECK_FALSE(found.request.requester_email);
  CHECK(found.request.principal->id.view() == kUser);
}

TEST_CASE("anyRevocation_whoseAccessCannotBeNamed_isRefused") {
  for (const auto& [what, with] :
       {std::pair{"\"111111111111\"", "\"11111111111\""}, std::pair{"\"111111111111\"", "5"},
        std::pair{"user_principal_id", "user"}, std::pair{"arn:aws:sso:::instance", "instance"},
        std::pair{"user_account_assignment", "group_assignment"}}) {
    CAPTURE(what);
    const std::string event = replaced(account_event(), what, with);
    CHECK(error_of(with_object("event_bridge_revoke", event)) == Kind::kCorrupt);
    CHECK(error_of(with_text("event_bridge_revoke", event)) == Kind::kCorrupt);
  }
  CHECK(error_of(with_object("event_bridge_group_revoke", account_event())) == Kind::kCorrupt);
  CHECK(error_of(R"({"action":"event_bridge_revoke"})") == Kind::kCorrupt);
  CHECK(error_of(R"({"action":"event_bridge_revoke","revoke_event":"x"})") == Kind::kCorrupt);
  CHECK(error_of(R"({"action":"event_bridge_revoke","revoke_event":"[]"})") == Kind::kCorrupt);
  CHECK(error_of(R"({"action":"event_bridge_revoke","revoke_event":[]})") == Kind::kCorrupt);
}

TEST_CASE("existingProduct_expiriesAndReminders_nameTheirMessage") {
  const std::string expiry =
      R"({"action": "discard_buttons_event", "schedule_name": "discard-buttons2025-01-02-03-04-05",)"
      R"( "time_stamp": "1700000000.000100", "channel_id": "C0CHAN"})";
  const auto parsed = parse_scheduled_event(expiry);
  REQUIRE(parsed);
  const auto& found = std::get<ButtonsExpiry>(*parsed);
  CHECK(found.schedule_name == "discard-buttons2025-01-02-03-04-05");
  CHECK(found.message ==
        domain::MessageRef{domain::ChannelId::literal("C0CHAN"), "1700000000.000100"});
  CHECK(error_of(replaced(expiry, "\"1700000000.000100\"", "1700000000.000100")) == Kind::kCorrupt);
  CHECK(error_of(replaced(expiry, "channel_id", "channel")) == Kind::kCorrupt);

  const std::string reminder =
      R"({"action": "approvers_renotification", "schedule_name": "x", "time_stamp": "1.2",)"
      R"( "channel_id": "C0CHAN", "time_to_wait_in_seconds": 900.0})";
  for (const char* wait : {"900.0", "900", "\"900.0\"", "\"900\""}) {
    const auto again = parse_scheduled_event(replaced(reminder, "900.0", wait));
    REQUIRE(again);
    CHECK(std::get<ApproversReminder>(*again).waited == Seconds(900));
  }
  for (const char* wait : {"-1", "\"soon\"", "null", "1e99", "\"\"", "\"nan\""}) {
    CAPTURE(wait);
    CHECK(error_of(replaced(reminder, "900.0", wait)) == Kind::kCorrupt);
  }
}

TEST_CASE("rules_sendTheirActionsAlone") {
  const auto is = [](const char* input, auto expected) {
    const auto parsed = parse_scheduled_event(input);
    REQUIRE(parsed);
    CHECK(std::holds_alternative<decltype(expected)>(*parsed));
  };
  is(R"({"action":"check_on_inconsistency"})", InconsistencyCheck{});
  is(R"({"action":"sso_elevator_scheduled_revocation"})", ScheduledSweep{});
  is(R"({"action":"attribute_sync"})", AttributeSync{});
  is(R"({"action":"reconcile"})", Reconcile{});
}

TEST_CASE("whateverElse_isRefused") {
  CHECK(error_of(R"({"action":"revoke_everything"})") == Kind::kInvalid);
  CHECK(error_of(R"({"action":5})") == Kind::kInvalid);
  CHECK(error_of("{}") == Kind::kInvalid);
  CHECK(error_of("[]") == Kind::kCorrupt);
  CHECK(error_of("") == Kind::kCorrupt);
}

ScheduledRevocation ours(const std::string& input) {
  ScheduledRevocation made = revocation_of(input);
  made.schedule_name = "sso-elevator-0123456789abcdef0123456789abcdef";
  made.timer = domain::ArmedTimer{3, *base::parse_rfc3339("2025-01-02T03:04:05.678Z")};
  made.request.id = domain::RequestId::literal("0123456789abcdef0123456789abcdef");
  made.request.origin = domain::Origin::kSchedule;
  made.request.workspace = domain::WorkspaceId::literal("T0WORK");
  made.request.reason = "fix \"billing\" \xE2\x82\xAC\n";
  made.request.target_name = "Production";
  made.request.principal->secondary_domain_used = true;
  made.request.principal->email = domain::Email::literal("r@second.com");
  auto* account = std::get_if<domain::AccountTarget>(&made.request.target);
  if (account != nullptr) {
    account->permission_set = domain::PermissionSetName::literal("AdministratorAccess");
  }
  return made;
}

TEST_CASE("ours_comeBackWhole") {
  for (const std::string& theirs : {with_object("event_bridge_revoke", account_event()),
                                    with_object("event_bridge_group_revoke", group_event())}) {
    const ScheduledRevocation made = ours(theirs);
    const ScheduledRevocation read = revocation_of(to_schedule_input(made));
    CHECK(read.schedule_name == made.schedule_name);
    CHECK(read.assignment == made.assignment);
    CHECK(read.timer == made.timer);
    CHECK(read.request == made.request);
  }
}

// I10: going back, the existing product reads every key that it demands, of the type it demands.
TEST_CASE("ours_haveTheShapeThatTheExistingProductReads") {
  const auto text = [](const boost::json::value& object, const char* key) {
    CAPTURE(key);
    REQUIRE(object.as_object().contains(key));
    REQUIRE(object.at(key).is_string());
    return std::string(object.at(key).get_string());
  };
  ScheduledRevocation made = ours(with_object("event_bridge_revoke", account_event()));
  made.request.requester_email.reset();
  const auto outer = boost::json::parse(to_schedule_input(made));
  CHECK(text(outer, "action") == "event_bridge_revoke");
  const auto event = boost::json::parse(text(outer, "revoke_event"));
  CHECK(text(event, "schedule_name") == made.schedule_name);
  CHECK(text(event, "permission_duration") == "PT1H");
  CHECK(text(event.at("approver"), "id") == "UA");
  CHECK(text(event.at("approver"), "email") == "a@corp.com");
  CHECK(text(event.at("requester"), "real_name") == "Rob R");
  CHECK(text(event.at("requester"), "email") == "NA");
  const auto& account = event.at("user_account_assignment");
  CHECK(text(account, "instance_arn") == "arn:aws:sso:::instance/ssoins-1");
  CHECK(text(account, "account_id") == "111111111111");
  CHECK(text(account, "permission_set_arn") == "arn:aws:sso:::permissionSet/ssoins-1/ps-1");
  CHECK(text(account, "user_principal_id") == kUser);

  made = ours(with_object("event_bridge_group_revoke", group_event()));
  made.request.clicks.clear();
  const auto outer_group = boost::json::parse(to_schedule_input(made));
  CHECK(text(outer_group, "action") == "event_bridge_group_revoke");
  const auto group_inner = boost::json::parse(text(outer_group, "revoke_event"));
  // Nobody clicked: the existing product then names the requester.
  CHECK(text(group_inner.at("approver"), "id") == "UR");
  const auto& group = group_inner.at("group_assignment");
  CHECK(text(group, "group_id") == "90000000aa-11111111-2222-3333-4444-666666666666");
  CHECK(text(group, "identity_store_id") == "d-1234567890");
  CHECK(text(group, "user_principal_id") == kUser);
  for (const char* key : {"group_name", "membership_id"}) CHECK_FALSE(text(group, key).empty());
}

TEST_CASE("ours_whoseTimerCannotBeRead_isRefused") {
  const std::string input =
      to_schedule_input(ours(with_object("event_bridge_revoke", account_event())));
  CHECK(error_of(replaced(input, "\"generation\":3", "\"generation\":-3")) == Kind::kCorrupt);
  CHECK(error_of(replaced(input, "\"deadline\"", "\"end\"")) == Kind::kCorrupt);
  // Facts for people of a newer release do no harm.
  CHECK(revocation_of(replaced(input, "\"v\":1", "\"v\":2")).timer->generation == 3);
}

}  // namespace
}  // namespace elevator::wire::aws::scheduled_event_test
