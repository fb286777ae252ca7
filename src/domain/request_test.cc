#include "domain/request.h"

#include <doctest/doctest.h>

namespace elevator::domain::request_test {
namespace {

using base::minutes;
using base::TimePoint;

const TimePoint kNoon = base::from_unix_milliseconds(1'800'000'000'000);
const SlackUserId kDana = SlackUserId::literal("UDANA");
const SlackUserId kAmir = SlackUserId::literal("UAMIR");
const SlackUserId kBeth = SlackUserId::literal("UBETH");

Request pending(std::uint32_t required = 1) {
  Request request{.id = RequestId::literal("00000000000000000000000000000001"),
                  .requester = kDana,
                  .target = GroupTarget{GroupId::literal("00000000-0000-4000-8000-0000000000aa")}};
  request.state = RequestState::kPending;
  request.decision = Decision{.outcome = Outcome::kReview, .required_approvals = required};
  request.created_at = kNoon;
  request.expires_at = kNoon + base::hours(8);
  return request;
}

Click click(const SlackUserId& person, Act act, TimePoint at = kNoon) {
  Click click{.person = person, .act = act, .revision = 1};
  click.at = at;
  return click;
}

// Writes the click down and judges it.
RequestChange judged(Request request, Click one, Click::State state, std::uint32_t required = 1) {
  REQUIRE(add_click(request, one));
  one = request.clicks.back();
  one.state = state;
  one.email = Email::literal(one.person.str() + "@corp.com");
  one.required_approvals = required;
  ClickJudged judgement{request.clicks.size() - 1, one, request.clicks};
  judgement.earlier.pop_back();  // all others, judged as before
  return apply(request, judgement, kNoon);
}

TEST_CASE("clickDeliveredAgain_isOneClick") {  // I8
  Request request = pending();
  CHECK(add_click(request, click(kAmir, Act::kApprove)));
  CHECK_FALSE(add_click(request, click(kAmir, Act::kApprove, kNoon + minutes(1))));
  CHECK(add_click(request, click(kAmir, Act::kDeny)));
  CHECK(request.clicks.size() == 2);
}

TEST_CASE("rejectedClick_mayBeTriedAgainLater_andIsNotARedelivery") {
  Request request = judged(pending(), click(kAmir, Act::kApprove), Click::State::kRejected).request;
  CHECK_FALSE(add_click(request, click(kAmir, Act::kApprove, kNoon + minutes(4))));
  CHECK(add_click(request, click(kAmir, Act::kApprove, kNoon + minutes(5))));
  CHECK(request.clicks.size() == 1);
}

TEST_CASE("clickThatDoesNotCount_isRecorded_whileTheLogHasRoom") {
  Request request = pending();
  const auto refused = judged(request, click(kAmir, Act::kApprove), Click::State::kRejected);
  REQUIRE(refused.records.size() == 1);
  CHECK(refused.records[0].record == Record::kReview);
  CHECK(refused.records[0].detail.starts_with("approve: "));
  CHECK(refused.request.state == RequestState::kPending);
  // Of a log that takes nothing, a revocation needs the room.
  request.audit.resize(kMaxOutboxEntries / 4);
  CHECK(judged(request, click(kAmir, Act::kApprove), Click::State::kRejected).records.empty());
}

TEST_CASE("bystandersClicks_neverKeepOutOneThatCounts") {
  Request request = pending();
  for (size_t i = 0; i < kMaxClicks; ++i) {
    const auto bystander = SlackUserId::literal("UX" + std::to_string(i));
    request = judged(request, click(bystander, Act::kApprove), Click::State::kRejected).request;
  }
  CHECK(request.clicks.size() == kMaxClicks);
  const auto denied = judged(request, click(kAmir, Act::kDeny), Click::State::kCounted);
  CHECK(denied.request.state == RequestState::kDenied);
}

TEST_CASE("judgement_ofAnotherClickInTheSamePlace_changesNothing") {
  Request request = pending();
  REQUIRE(add_click(request, click(kAmir, Act::kApprove)));
  Click other = click(kBeth, Act::kApprove);
  other.state = Click::State::kCounted;
  CHECK(apply(request, ClickJudged{0, other}, kNoon).request == request);
}

TEST_CASE("approval_needsAsManyPeopleAsTheStricterRules") {  // I4
  const auto first = judged(pending(1), click(kAmir, Act::kApprove), Click::State::kCounted, 2);
  CHECK(first.request.state == RequestState::kPending);
  const auto second = judged(first.request, click(kBeth, Act::kApprove), Click::State::kCounted, 2);
  CHECK(second.request.state == RequestState::kApproved);
  const auto laxer = judged(pending(2), click(kAmir, Act::kApprove), Click::State::kCounted, 1);
  CHECK(laxer.request.state == RequestState::kPending);
}

TEST_CASE("lastApproval_withoutTheEarlierOnesJudgedAgain_decidesNothing") {  // I4
  Request request = judged(pending(2), click(kAmir, Act::kApprove), Click::State::kCounted).request;
  REQUIRE(add_click(request, click(kBeth, Act::kApprove)));
  Click last = request.clicks.back();
  last.state = Click::State::kCounted;
  last.email = Email::literal("beth@corp.com");
  CHECK(completes_approval(request, 1, last));
  CHECK(apply(request, ClickJudged{1, last, {}}, kNoon).request == request);

  Click again = request.clicks[0];
  again.state = Click::State::kRejected;
  again.rejection = "your account is deactivated";
  const auto lapsed = apply(request, ClickJudged{1, last, {again}}, kNoon);
  CHECK(lapsed.request.state == RequestState::kPending);
  CHECK(lapsed.request.clicks[0].state == Click::State::kLapsed);
  CHECK(counted_approvals(lapsed.request) == 1);
  REQUIRE(lapsed.records.size() == 2);
  CHECK(lapsed.records[0].click == 0);
  // Reinstated, the same person may approve again.
  Request later = lapsed.request;
  CHECK(add_click(later, click(kAmir, Act::kApprove, kNoon + minutes(5))));
}

TEST_CASE("requestThatCannotBeDecided_tellsItsRequesterOnce") {
  Request request = pending();
  request.state = RequestState::kReceived;
  for (int i = 0; i < 20; ++i) {
    request = apply(request, WorkFailed{base::unavailable("AWS does not answer")}, kNoon).request;
  }
  REQUIRE(request.notices.size() == 1);
  CHECK(request.notices[0].kind == NoticeKind::kDelayed);
  CHECK(request.notices[0].text == "AWS does not answer");
}

TEST_CASE("backOff_waitsAMinuteAtMost") {  // L1
  base::Error slow = base::unavailable("busy");
  slow.retry_after = minutes(20);
  const Retry retry = after_failure({}, slow, kNoon);
  CHECK(retry.not_before == kNoon + kLongestWait);
  CHECK(retry.waits(kNoon + base::Seconds(59)));
  CHECK_FALSE(retry.waits(kNoon + kLongestWait));
}

TEST_CASE("oneAddress_isOnePerson") {  // I4
  Request request = pending(2);
  for (const auto& person : {kAmir, kBeth}) {
    REQUIRE(add_click(request, click(person, Act::kApprove)));
    request.clicks.back().state = Click::State::kCounted;
    request.clicks.back().email = Email::literal("same@corp.com");
  }
  CHECK(counted_approvals(request) == 1);
}

TEST_CASE("unansweredRequest_isRemindedOf_thenExpires") {
  RequestTiming timing;
  Request request = pending();
  request.next_reminder_at = kNoon + minutes(15);
  auto change = apply(request, TimePassed{}, kNoon + minutes(15), timing);
  CHECK(change.request.notices.size() == 1);
  CHECK(change.request.next_reminder_at == kNoon + minutes(45));
  change = apply(change.request, TimePassed{}, kNoon + base::hours(8), timing);
  CHECK(change.request.state == RequestState::kExpired);
  CHECK(change.records.size() == 1);
  // No click changes what is over (D-51).
  CHECK_FALSE(add_click(change.request, click(kAmir, Act::kApprove)));
}

TEST_CASE("reminders_comeSeldomer_untilOneADay") {
  RequestTiming timing;
  timing.reminder_factor = 100;
  Request request = pending();
  request.expires_at = {};
  request.next_reminder_at = kNoon + minutes(15);
  auto change = apply(request, TimePassed{}, request.next_reminder_at, timing);
  CHECK(change.request.next_reminder_at == kNoon + minutes(15) + base::hours(24));
  for (int i = 0; i < 30; ++i) {  // a hundred to the power of that fits into no integer
    const base::TimePoint now = change.request.next_reminder_at;
    change = apply(change.request, TimePassed{}, now, timing);
    CHECK(change.request.next_reminder_at == now + base::hours(24));
  }
}

TEST_CASE("comment_isCutBetweenCharacters") {
  Request request = pending();
  Click denial = click(kAmir, Act::kDeny);
  for (int i = 0; i < 1000; ++i) denial.comment += "\xE4\xB8\x8D";  // as many as the form takes
  REQUIRE(add_click(request, denial));
  CHECK(request.clicks.back().comment == denial.comment);
  Request other = pending();
  denial.comment.insert(0, "x");
  REQUIRE(add_click(other, denial));
  CHECK(other.clicks.back().comment == denial.comment.substr(0, 2998));
}

TEST_CASE("clickAfterTheEnd_isToldWhatBecameOfTheRequest") {
  const std::pair<RequestState, const char*> said[] = {
      {RequestState::kExpired, "expired"},
      {RequestState::kCancelled, "cancelled"},
      {RequestState::kDenied, "denied"},
      {RequestState::kEnded, "ended"},
      {RequestState::kFailed, "could not be given"},
      {RequestState::kActive, "already decided"}};
  for (const auto& [state, part] : said) {
    Request request = pending();
    REQUIRE(add_click(request, click(kAmir, Act::kApprove)));
    request.state = state;
    Click judged = request.clicks[0];
    judged.state = Click::State::kCounted;
    const auto change = apply(request, ClickJudged{0, judged, {}}, kNoon);
    REQUIRE(change.request.notices.size() == 1);
    CHECK_MESSAGE(change.request.notices[0].text.find(part) != std::string::npos, part);
  }
}

TEST_CASE("waitingClicks_takeTurns") {
  Request request = pending();
  REQUIRE(add_click(request, click(kAmir, Act::kApprove)));
  REQUIRE(add_click(request, click(kBeth, Act::kDeny)));
  CHECK(next_unverified_click(request) == 0);
  request.work_retry.attempts = 1;
  CHECK(next_unverified_click(request) == 1);
}

}  // namespace
}  // namespace elevator::domain::request_test
