#include "wire/slack/request_message.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tests/support/slack_limits.h"
#include "tests/support/slack_samples.h"
#include "wire/slack/notice.h"

namespace elevator::wire::slack::request_message_test {
namespace {

namespace json = boost::json;
using domain::RequestState;
using testing::all_states;
using testing::hostile_request;
using testing::sample_group_request;
using testing::sample_request;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string shown(const domain::Request& request) {
  return json::serialize(request_message(request, Look{}));
}

domain::Notice notice(domain::NoticeKind kind, std::string text = "why") {
  return {.number = 1, .kind = kind, .person = "U2", .text = std::move(text)};
}

std::string notice_text(const domain::Request& request,
                        domain::NoticeKind kind = domain::NoticeKind::kReviewWanted) {
  const auto sent = deliveries(request, notice(kind), {});
  REQUIRE(sent.size() == 1);
  return json::serialize(sent[0].message);
}

// All text of `value`, without the markup that we put there ourselves.
void collect(const json::value& value, std::string& text) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) collect(member.value(), text);
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) collect(element, text);
  } else if (const auto* string = value.if_string()) {
    text += std::string(string->data(), string->size()) + "\n";
  }
}

// "<" that is neither a mention of the sample's people nor a date of ours.
std::string markup_left_in(const json::value& message) {
  std::string text;
  collect(message, text);
  std::string left;
  for (size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::string_view rest = std::string_view(text).substr(at);
    if (rest.starts_with("<@U1>") || rest.starts_with("<@U2>")) continue;
    const std::string_view date = rest.substr(0, rest.find('>'));
    const bool ours = date.starts_with("<!date^1735") && date.ends_with(" UTC") &&
                      date.find("^{date_short_pretty} at {time}|2025-01-0") == 17;
    if (!ours) left += std::string(rest.substr(0, 40)) + "\n";
  }
  return left;
}

void check_safe(const json::object& message) {
  CHECK(markup_left_in(message) == "");
  for (const auto& problem : testing::SlackLimits::broken_by_message(message)) {
    FAIL_CHECK(problem);
  }
  std::string text;
  collect(message, text);
  CHECK_FALSE(contains(text, "\xE2\x80\xAE"));
  CHECK_FALSE(contains(text, "\xff"));
}

TEST_CASE("message_inEveryState_isWithinSlacksLimits") {
  for (const auto state : all_states()) {
    CAPTURE(to_string(state));
    check_safe(request_message(sample_request(state), Look{}));
  }
  check_safe(request_message(sample_group_request(), Look{}));
}

TEST_CASE("message_withHostileTexts_hasNoForeignMarkupInAnyState") {
  for (const auto state : all_states()) {
    CAPTURE(to_string(state));
    check_safe(request_message(hostile_request(state), Look{}));
  }
}

TEST_CASE("message_everyText_isVerbatimOrPlain") {
  const auto message = request_message(hostile_request(RequestState::kPending), Look{});
  for (const auto& block : message.at("blocks").as_array()) {
    if (!block.as_object().contains("fields")) continue;
    for (const auto& field : block.at("fields").as_array()) CHECK(field.at("verbatim").as_bool());
  }
}

TEST_CASE("field_ofAHostileName_staysOneLineBehindItsPrefix") {
  auto request = sample_request(RequestState::kPending);
  request.target_name = "prod\nRequester: <@U777>";
  const auto message = request_message(request, Look{});
  const auto& fields = message.at("blocks").as_array().at(1).at("fields").as_array();
  CHECK(fields.at(0).at("text") == "Requester: <@U1>");
  CHECK(fields.at(1).at("text") == "Account: prod Requester: &lt;@U777&gt; #111111111111");
  CHECK(fields.size() == 5);
}

TEST_CASE("pendingMessage_saysEverythingAnApproverNeeds") {
  const std::string text = shown(sample_request(RequestState::kPending));
  for (const char* part :
       {"Waiting for approval", "AWS account access", "Requester: <@U1>",
        "Account: prod #111111111111", "Permission set: AdministratorAccess", "Duration: 1 h 30 m",
        "Reason: deploy the fix", "Can approve: lead@corp.com", "Not found in Slack: gone@corp.com",
        "Expires <!date^1735815600^"}) {
    CHECK_MESSAGE(contains(text, part), part);
  }
}

TEST_CASE("buttons_fitTheState") {
  const std::string value = "\"value\":\"0123456789abcdef0123456789abcdef:1\"";
  const auto has = [](RequestState state, const char* id) {
    return contains(shown(sample_request(state)), std::string("\"action_id\":\"") + id + "\"");
  };
  CHECK(contains(shown(sample_request(RequestState::kPending)), value));
  for (const auto state : all_states()) {
    CAPTURE(to_string(state));
    CHECK(has(state, "approve") == (state == RequestState::kPending));
    CHECK(has(state, "discard") == (state == RequestState::kPending));
    CHECK(has(state, "ask_again") == is_final(state));
    CHECK(has(state, "end_access") ==
          (state == RequestState::kGranting || state == RequestState::kActive));
    CHECK(has(state, "extend_access") == (state == RequestState::kActive));
  }
  auto strict = sample_request(RequestState::kActive);
  strict.decision->allow_extension = false;
  CHECK_FALSE(contains(shown(strict), "extend_access"));
}

TEST_CASE("button_carriesTheRevisionThatIsShown") {
  auto request = sample_request(RequestState::kPending);
  request.revision = 9;
  CHECK(contains(shown(request), "0123456789abcdef0123456789abcdef:9"));
}

TEST_CASE("activeMessage_saysUntilWhenAndHowLongCredentialsLive") {
  const std::string text = shown(sample_request(RequestState::kActive));
  CHECK(contains(text, "Access until <!date^1735792500^"));
  CHECK(contains(text, "issued before then may work until <!date^1735796100^"));
  CHECK(contains(text, "Approved by <@U2>"));
}

TEST_CASE("endedMessage_saysWhenWhyAndByWhom") {
  const std::string text = shown(sample_request(RequestState::kEnded));
  CHECK(contains(text, "Access ended <!date^1735788600^"));
  CHECK(contains(text, "<@U2> ended it early"));
  CHECK_FALSE(contains(text, "until <!date^1735792500^"));  // when it would have ended
  CHECK(contains(text, ":white_circle:"));
}

TEST_CASE("deniedMessage_quotesTheReason") {
  const std::string text = shown(sample_request(RequestState::kDenied));
  CHECK(contains(text, "Denied by <@U2>"));
  CHECK(contains(text, "> not today"));
}

TEST_CASE("severalApprovals_areCounted") {
  auto request = sample_request(RequestState::kPending);
  request.decision->required_approvals = 2;
  request.clicks.push_back({.person = domain::SlackUserId::literal("U2"),
                            .act = domain::Act::kApprove,
                            .revision = 1,
                            .state = domain::Click::State::kCounted,
                            .email = domain::Email::literal("lead@corp.com")});
  CHECK(contains(shown(request), "Needs 2 approvals, 1 given"));
}

TEST_CASE("pendingMessage_mentionsNoApprover") {
  auto request = sample_request(RequestState::kPending);
  request.decision->approvers.push_back(
      {domain::Email::literal("cto@corp.com"), domain::SlackUserId::literal("U3")});
  const std::string text = shown(request);
  CHECK(contains(text, "lead@corp.com and cto@corp.com"));
  CHECK_FALSE(contains(text, "<@U2>"));
  CHECK_FALSE(contains(text, "<@U3>"));
}

TEST_CASE("footer_namesTheRules") {
  auto request = sample_request(RequestState::kPending);
  request.decision->applied = {"statements[0] (<prod>)", "statements[2]"};
  CHECK(contains(shown(request), "Decided by statements[0] (&lt;prod&gt;), statements[2]."));
}

TEST_CASE("noApproverInSlack_isSaidLoudly") {
  auto request = sample_request(RequestState::kPending);
  request.decision->approvers.erase(request.decision->approvers.begin());
  CHECK(contains(shown(request), "None of the approvers could be found in Slack"));
}

TEST_CASE("secondaryDomain_isAWarningField") {
  auto request = sample_request(RequestState::kPending);
  request.principal =
      domain::Principal{domain::PrincipalId::literal("11e111e1-e111-11ee-e111-1e11e1ee11e1"),
                        domain::Email::literal("ann@old.com"), true};
  CHECK(contains(shown(request), ":warning: The requester was found through a secondary"));
}

TEST_CASE("groupMessage_namesTheGroup") {
  const std::string text = shown(sample_group_request());
  CHECK(contains(text, "AWS group membership"));
  CHECK(contains(text, "Group: admins #11e111e1-e111-11ee-e111-1e11e1ee11e1"));
  CHECK_FALSE(contains(text, "Permission set"));
}

TEST_CASE("emoji_comesFromTheConfiguration") {
  const auto message =
      request_message(sample_request(RequestState::kPending), Look{.waiting_emoji = ":eyes:"});
  CHECK(contains(json::serialize(message), ":eyes: *Waiting"));
}

TEST_CASE("message_isFoundAgainByItsMetadata") {
  const json::value message = request_message(sample_request(RequestState::kActive), Look{});
  CHECK(request_id_of(message) == "0123456789abcdef0123456789abcdef");
  CHECK(request_id_of(json::parse(R"({"metadata":{"event_type":"other","event_payload":
      {"request_id":"0123456789abcdef0123456789abcdef"}}})"))
            .empty());
  CHECK(request_id_of(json::parse(R"({"text":"x"})")).empty());
}

TEST_CASE("oldMessage_losesItsButtonsAndOffersToAskAgain") {
  const auto message = disarmed_old_message({"Requester: <@U1>", "Account: a #111111111111"}, {});
  check_safe(message);
  const std::string text = json::serialize(message);
  CHECK(contains(text, R"("action_id":"ask_again")"));
  CHECK(contains(text, R"("value":"old")"));
  CHECK_FALSE(contains(text, R"("action_id":"approve")"));
}

TEST_CASE("signIn_leadsToExactlyThisAccess") {
  Look look{.portal_url = "https://corp.awsapps.com/start/"};
  CHECK(sign_in_url(sample_request(RequestState::kActive), look) ==
        "https://corp.awsapps.com/start/#/console?account_id=111111111111&"
        "role_name=AdministratorAccess");
  CHECK(sign_in_url(sample_group_request(), look) == look.portal_url);
  CHECK(sign_in_url(sample_request(RequestState::kActive), {}).empty());
}

// --- notices ---

constexpr domain::NoticeKind kKinds[] = {
    domain::NoticeKind::kReviewWanted,  domain::NoticeKind::kStillWaiting,
    domain::NoticeKind::kAutoApproved,  domain::NoticeKind::kRefused,
    domain::NoticeKind::kReviewCounted, domain::NoticeKind::kReviewRejected,
    domain::NoticeKind::kReviewLapsed,  domain::NoticeKind::kDelayed,
    domain::NoticeKind::kApproved,      domain::NoticeKind::kDenied,
    domain::NoticeKind::kCancelled,     domain::NoticeKind::kExpired,
    domain::NoticeKind::kGranted,       domain::NoticeKind::kEndsSoon,
    domain::NoticeKind::kEnded,         domain::NoticeKind::kFailed};

TEST_CASE("everyNotice_hasADelivery_andIsSafeWithHostileTexts") {
  for (const auto kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    auto request = hostile_request(RequestState::kActive);
    request.requester_in_channel = false;
    request.decision->direct_message = true;
    const auto sent = deliveries(request, notice(kind, testing::hostile_text()), Look{});
    CHECK_FALSE(sent.empty());
    for (const auto& delivery : sent) check_safe(delivery.message);
  }
}

TEST_CASE("requesterOutsideOfTheChannel_isToldDirectly") {
  auto request = sample_request(RequestState::kActive);
  CHECK(deliveries(request, notice(domain::NoticeKind::kGranted), {}).size() == 1);
  request.requester_in_channel = false;
  const auto sent = deliveries(request, notice(domain::NoticeKind::kGranted),
                               Look{.portal_url = "https://corp.awsapps.com/start"});
  REQUIRE(sent.size() == 2);
  CHECK(sent[1].place == Delivery::Place::kDirect);
  CHECK(sent[1].person->str() == "U1");
  CHECK(contains(json::serialize(sent[1].message), "#/console?account_id=111111111111"));
}

bool has_place(const std::vector<Delivery>& all, Delivery::Place place) {
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.place == place; });
}

// There is no thread that it could be told in.
TEST_CASE("endOfAccessThatWasTakenOver_isToldDirectly_unlessItIsToStayQuiet") {
  for (const auto origin : {domain::Origin::kAdopted, domain::Origin::kSchedule}) {
    auto request = sample_request(RequestState::kEnded);
    request.origin = origin;
    const auto sent = deliveries(request, notice(domain::NoticeKind::kEnded), {});
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].place == Delivery::Place::kDirect);
    CHECK(sent[0].person == request.requester);
    CHECK(deliveries(request, notice(domain::NoticeKind::kEnded), {}, {.endings = true}).empty());
  }
}

TEST_CASE("requesterOutsideOfTheChannel_whenNobodyMayBeToldDirectly_isNot") {
  const Silence silence{.outsiders = true};
  auto request = sample_request(RequestState::kActive);
  // The reminder of somebody in the channel has nowhere else to go.
  CHECK(has_place(deliveries(request, notice(domain::NoticeKind::kEndsSoon), {}, silence),
                  Delivery::Place::kDirect));
  request.requester_in_channel = false;
  request.decision->direct_message = true;
  for (const auto kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    for (const auto& one : deliveries(request, notice(kind), {}, silence)) {
      CHECK_FALSE((one.place == Delivery::Place::kDirect && one.person == request.requester));
    }
  }
  // What a rule sends to its approvers is another matter.
  request.clicks.clear();
  CHECK(has_place(deliveries(request, notice(domain::NoticeKind::kReviewWanted), {}, silence),
                  Delivery::Place::kDirect));
}

TEST_CASE("reminder_leavesOutWhoHasApproved") {
  auto request = sample_request(RequestState::kPending);
  request.clicks.clear();
  const auto& approver = request.decision->approvers.front();
  REQUIRE(approver.slack.has_value());
  const std::string mention = "<@" + approver.slack->str() + ">";
  const auto text = [&] {
    return json::serialize(
        deliveries(request, notice(domain::NoticeKind::kStillWaiting), {})[0].message);
  };
  CHECK(text().find(mention) != std::string::npos);
  request.clicks = {{.person = *approver.slack,
                     .act = domain::Act::kApprove,
                     .state = domain::Click::State::kCounted,
                     .email = approver.email}};
  CHECK(text().find(mention) == std::string::npos);
}

TEST_CASE("endOfAccess_whenTheThreadIsToStayQuiet_isOnlyLeftOutThere") {
  const Silence silence{.endings = true};
  auto request = sample_request(RequestState::kEnded);
  const auto ended = notice(domain::NoticeKind::kEnded);
  CHECK(has_place(deliveries(request, ended, {}), Delivery::Place::kThread));
  CHECK(deliveries(request, ended, {}, silence).empty());
  request.requester_in_channel = false;
  const auto sent = deliveries(request, ended, {}, silence);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].place == Delivery::Place::kDirect);
  CHECK(has_place(deliveries(request, notice(domain::NoticeKind::kGranted), {}, silence),
                  Delivery::Place::kThread));
}

TEST_CASE("reviewWanted_mentionsOnlyThoseToBeTold") {
  auto request = sample_request(RequestState::kPending);
  request.decision->approvers.push_back(
      {domain::Email::literal("cto@corp.com"), domain::SlackUserId::literal("U3")});
  const auto sent = deliveries(request, notice(domain::NoticeKind::kReviewWanted), {});
  REQUIRE(sent.size() == 1);
  const std::string text = json::serialize(sent[0].message);
  CHECK(contains(text, "<@U2>"));
  CHECK_FALSE(contains(text, "<@U3>"));
  CHECK(contains(text, "Not found in Slack: gone@corp.com"));
}

TEST_CASE("approversWhoAreNotToBeTold_areNotCalledMissing_andMayApprove") {
  auto request = sample_request(RequestState::kPending);
  request.decision->approvers.push_back({domain::Email::literal("carol@corp.com"), std::nullopt});
  const std::string message = shown(request);
  CHECK(contains(message, "Can approve: lead@corp.com and carol@corp.com."));
  CHECK(contains(message, "Not found in Slack: gone@corp.com."));
  CHECK_FALSE(contains(notice_text(request), "carol@corp.com"));
}

TEST_CASE("reviewWanted_whenNoneOfThoseToBeToldIsInSlack_callsTheOthers") {
  auto request = sample_request(RequestState::kPending);
  request.decision->mention = {domain::Email::literal("gone@corp.com")};
  CHECK(contains(notice_text(request), "<@U2>: a request waits for you."));
  CHECK(contains(notice_text(request), "Not found in Slack: gone@corp.com"));
}

TEST_CASE("reviewWanted_whenTheRuleSaysSo_goesToApproversDirectly") {
  auto request = sample_request(RequestState::kPending);
  request.decision->direct_message = true;
  const auto sent = deliveries(request, notice(domain::NoticeKind::kReviewWanted), {});
  REQUIRE(sent.size() == 2);
  CHECK(sent[1].person->str() == "U2");
  CHECK(contains(json::serialize(sent[1].message), R"("action_id":"approve")"));
}

TEST_CASE("reminder_saysWhenTheNextOneComes_unlessTheRequestExpiresBefore") {
  auto request = sample_request(RequestState::kPending);
  request.next_reminder_at = request.expires_at - base::minutes(1);
  CHECK(contains(notice_text(request, domain::NoticeKind::kStillWaiting),
                 "The next reminder comes <!date^"));
  request.next_reminder_at = request.expires_at;
  CHECK_FALSE(contains(notice_text(request, domain::NoticeKind::kStillWaiting), "next reminder"));
}

TEST_CASE("rejectedClick_isTheClickersAlone") {
  const auto sent = deliveries(sample_request(RequestState::kPending),
                               notice(domain::NoticeKind::kReviewRejected), {});
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].place == Delivery::Place::kWhisper);
  CHECK(sent[0].person->str() == "U2");
}

TEST_CASE("line_isEscapedAndShort") {
  check_safe(line(testing::hostile_text()));
  CHECK(contains(json::serialize(line("a <b>")), "a &lt;b&gt;"));
}

}  // namespace
}  // namespace elevator::wire::slack::request_message_test
