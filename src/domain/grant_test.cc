#include "domain/grant.h"

#include <doctest/doctest.h>

namespace elevator::domain::grant_test {
namespace {

using base::hours;
using base::minutes;
using base::Seconds;
using base::TimePoint;

const TimePoint kNoon = base::from_unix_milliseconds(1'800'000'000'000);
const RequestId kFirst = RequestId::literal("00000000000000000000000000000001");
const RequestId kSecond = RequestId::literal("00000000000000000000000000000002");
const Assignment kAssignment = AccountAssignment{
    InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"), AccountId::literal("111111111111"),
    PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
    PrincipalId::literal("00000000-0000-4000-8000-00000000000d")};

// Applies events one after the other and remembers what the requests were told.
class Story {
 public:
  Story& at(TimePoint time) {
    now_ = time;
    return *this;
  }
  Story& on(const GrantEvent& event) {
    auto change = apply(grant_, event, now_);
    grant_ = change.grant;
    news_ = change.news;
    return *this;
  }
  const Grant& grant() const { return grant_; }
  bool told(const RequestId& request, NewsKind kind) const {
    for (const auto& one : news_) {
      if (one.request == request && one.kind == kind) return true;
    }
    return false;
  }
  size_t news() const { return news_.size(); }
  std::string detail() const { return news_.empty() ? "" : news_.front().detail; }

 private:
  TimePoint now_ = kNoon;
  Grant grant_ = new_grant(kAssignment);
  std::vector<LeaseNews> news_;
};

CreateStarted created(std::uint32_t generation, TimePoint attempt, Progress progress) {
  return {generation, attempt, "op-1", {progress, "no", false}};
}

// A grant that is active from noon to one o'clock.
Story active() {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)});
  story.on(Looked{}).on(AttemptBegun{kNoon + Seconds(60)});
  story.on(created(1, kNoon + Seconds(60), Progress::kSucceeded));
  return story;
}

Story revoking() {
  Story story = active();
  story.at(kNoon + hours(1)).on(Tick{});
  return story;
}

TEST_CASE("firstLease_startsTheFirstGeneration") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)});
  CHECK(story.grant().phase == Phase::kPreparing);
  CHECK(story.grant().generation == 1);
  CHECK(story.grant().deadline == kNoon + hours(1));
  // The same commit again changes nothing (I8).
  const Grant before = story.grant();
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(2)});
  CHECK(story.grant() == before);
}

TEST_CASE("createThatSucceeds_makesTheGrantActive_andTellsItsLease") {
  const Story story = active();
  CHECK(story.grant().phase == Phase::kActive);
  CHECK(story.told(kFirst, NewsKind::kGranted));
  CHECK_FALSE(story.grant().attempt_until.has_value());
}

TEST_CASE("accessThatWasThereBefore_isNeverTakenOver") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)}).on(Looked{.present = true});
  CHECK(story.grant().phase == Phase::kEnded);
  CHECK(story.told(kFirst, NewsKind::kFailed));
}

TEST_CASE("accessFoundUnderWatch_isOurs_andIsTakenBackFirst") {
  Story story = revoking();
  story.on(DeleteFoundNothing{}).on(Looked{});
  REQUIRE(story.grant().phase == Phase::kWatching);
  story.on(LeaseEnters{kSecond, kNoon + hours(1), kNoon + hours(2)}).on(Looked{.present = true});
  CHECK(story.grant().phase == Phase::kRevoking);
  CHECK_FALSE(story.told(kSecond, NewsKind::kFailed));
  story.on(DeleteFoundNothing{}).on(Looked{});
  CHECK(story.grant().phase == Phase::kPreparing);
  CHECK(story.grant().leases.size() == 1);
}

TEST_CASE("unknownCreate_keepsTheAttemptAlive") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)}).on(Looked{});
  story.on(AttemptBegun{kNoon + Seconds(60)});
  story.on(
      CreateFailed{kNoon + Seconds(60), base::unavailable("no answer", base::Effect::kUnknown)});
  CHECK(story.grant().attempt_until == kNoon + Seconds(60));
  CHECK(story.grant().create_unknown);
  // Ended at once: an absence seen while the attempt may live proves nothing (I2).
  story.at(kNoon + Seconds(5)).on(LeaseEndsEarly{kFirst}).on(DeleteFoundNothing{}).on(Looked{});
  CHECK(story.grant().phase == Phase::kRevoking);
  story.at(kNoon + Seconds(60)).on(Looked{});
  CHECK(story.grant().phase == Phase::kWatching);
  CHECK(story.told(kFirst, NewsKind::kRevoked));
}

TEST_CASE("createRefusedForGood_isCleanedUpAndFails") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)}).on(Looked{});
  story.on(AttemptBegun{kNoon + Seconds(60)});
  story.on(created(1, kNoon + Seconds(60), Progress::kFailed));
  CHECK(story.grant().phase == Phase::kRevoking);
  story.on(DeleteFoundNothing{}).on(Looked{});
  CHECK(story.told(kFirst, NewsKind::kFailed));
}

// The log says what was: a `grant` and a `revoke`, not a `fail`.
TEST_CASE("creationThatIsConfirmedAfterItsEnd_isToldAsAccess") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)}).on(Looked{});
  story.on(AttemptBegun{kNoon + Seconds(60)});
  story.on(created(1, kNoon + Seconds(60), Progress::kInProgress));
  const auto throttled = base::Error{base::Kind::kThrottled, "slow down", base::Retry::kBackoff};
  story.on(CallFailed{throttled});
  story.at(kNoon + minutes(10)).on(Tick{});
  REQUIRE(story.grant().phase == Phase::kRevoking);
  story.on(OperationPolled{"op-1", {Progress::kSucceeded, "", false}});
  CHECK(story.told(kFirst, NewsKind::kSeenLate));
  CHECK(story.grant().delete_needed);
  story.on(DeleteStarted{"op-2", {Progress::kSucceeded, "", false}}).on(Looked{});
  CHECK(story.told(kFirst, NewsKind::kRevoked));
}

TEST_CASE("accessThatIsSeenWhileItIsTakenBack_isToldAsAccess") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)}).on(Looked{});
  story.on(AttemptBegun{kNoon + Seconds(60)});
  story.on(CreateFailed{kNoon + Seconds(60), base::unavailable("cut", base::Effect::kUnknown)});
  story.at(kNoon + minutes(10)).on(Tick{}).on(DeleteFoundNothing{});
  story.on(Looked{.present = true});
  CHECK(story.told(kFirst, NewsKind::kSeenLate));
  story.on(DeleteStarted{"op-2", {Progress::kSucceeded, "", false}}).on(Looked{});
  CHECK(story.told(kFirst, NewsKind::kRevoked));
}

TEST_CASE("creationWhoseResultIsNeverKnown_failsAndSaysSo") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)}).on(Looked{});
  story.on(AttemptBegun{kNoon + Seconds(60)});
  story.on(CreateFailed{kNoon + Seconds(60), base::unavailable("cut", base::Effect::kUnknown)});
  story.at(kNoon + minutes(10)).on(Tick{}).on(DeleteFoundNothing{}).on(Looked{});
  REQUIRE(story.told(kFirst, NewsKind::kFailed));
  CHECK(story.detail().find("never said whether") != std::string::npos);
}

TEST_CASE("alerts_comeInTheFirstMinute_thenHourly_andSoonAgainWhenTheyCouldNotBeTold") {  // L3
  Story story = revoking();
  const TimePoint since = kNoon + hours(1);
  CHECK(next_alert(story.grant()) == since + minutes(1));
  story.at(since + minutes(1)).on(OverdueClaimed{since + minutes(1) + Seconds(30)});
  CHECK(next_alert(story.grant()) == since + minutes(1) + Seconds(30));
  story.on(OverdueTold{.delivered = false});
  CHECK(next_alert(story.grant()) == since + minutes(2));
  story.at(since + minutes(2)).on(OverdueTold{});
  CHECK(next_alert(story.grant()) == since + minutes(62));
  CHECK_FALSE(next_alert(active().grant()).has_value());
}

TEST_CASE("creating_isGivenUpInTime") {
  Story story;
  story.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)});
  story.at(kNoon + minutes(10)).on(Tick{});
  CHECK(story.grant().phase == Phase::kEnded);  // nothing was ever sent
  CHECK(story.told(kFirst, NewsKind::kFailed));
}

TEST_CASE("deadline_startsTheRevocation_andOnlyAnAbsenceEndsIt") {
  Story story = revoking();
  CHECK(story.grant().phase == Phase::kRevoking);
  CHECK(story.grant().delete_needed);
  story.on(DeleteStarted{"op-2", {Progress::kSucceeded, "", false}});
  CHECK(story.grant().phase == Phase::kRevoking);
  story.on(Looked{.present = true});
  CHECK(story.grant().delete_needed);
  story.on(DeleteStarted{"op-3", {Progress::kSucceeded, "", false}});
  story.on(Looked{.creation_in_flight = true});
  CHECK(story.grant().phase == Phase::kRevoking);
  story.on(DeleteFoundNothing{}).on(Looked{});
  CHECK(story.grant().phase == Phase::kWatching);
  CHECK(story.told(kFirst, NewsKind::kRevoked));
  story.at(*story.grant().watch_until).on(Looked{});
  CHECK(story.grant().phase == Phase::kEnded);
}

TEST_CASE("overlappingLease_keepsTheAccess") {
  Story story = active();
  story.at(kNoon + minutes(30)).on(LeaseEnters{kSecond, kNoon + minutes(30), kNoon + hours(2)});
  CHECK(story.told(kSecond, NewsKind::kGranted));
  story.at(kNoon + hours(1)).on(Tick{});
  CHECK(story.told(kFirst, NewsKind::kLeaseEnded));
  CHECK(story.grant().phase == Phase::kActive);
  story.at(kNoon + hours(2)).on(Tick{});
  CHECK(story.grant().phase == Phase::kRevoking);
}

TEST_CASE("clockSetBackBehindTheStart_doesNotEndTheAccess_norTakeItFromItsRequest") {
  Story story = active();
  story.at(kNoon - hours(1)).on(Tick{});
  CHECK(story.grant().phase == Phase::kActive);
  CHECK(story.grant().deadline == kNoon + hours(1));
  story.on(LeaseEndsEarly{kFirst});
  CHECK(story.grant().phase == Phase::kRevoking);
  CHECK_FALSE(story.told(kFirst, NewsKind::kRescheduled));

  // Nothing was created yet: then nothing begins before its start either.
  Story preparing;
  preparing.on(LeaseEnters{kFirst, kNoon, kNoon + hours(1)});
  preparing.at(kNoon - hours(1)).on(Tick{});
  CHECK(preparing.told(kFirst, NewsKind::kRescheduled));
}

TEST_CASE("earlyEnd_neverBridgesAGap") {
  Story story = active();
  story.at(kNoon + minutes(30)).on(LeaseEnters{kSecond, kNoon + hours(1), kNoon + hours(2)});
  story.at(kNoon + minutes(40)).on(LeaseEndsEarly{kFirst});
  CHECK(story.grant().phase == Phase::kRevoking);
  CHECK(story.told(kSecond, NewsKind::kRescheduled));
  CHECK(story.grant().leases.size() == 1);
}

TEST_CASE("leaseDuringARevocation_waitsForTheNextGeneration") {
  Story story = revoking();
  story.on(LeaseEnters{kSecond, kNoon + hours(1), kNoon + hours(2)});
  CHECK(story.grant().phase == Phase::kRevoking);
  story.on(DeleteFoundNothing{}).on(Looked{});
  CHECK(story.told(kFirst, NewsKind::kRevoked));
  CHECK(story.grant().phase == Phase::kPreparing);
  CHECK(story.grant().generation == 2);
  CHECK_FALSE(story.grant().looked);
}

TEST_CASE("gone_isBelievedOnlyAfterAnHour") {
  Story story = revoking();
  using Answer = ExistenceChecked::Answer;
  story.on(ExistenceChecked{Answer::kMissing});
  CHECK(story.grant().phase == Phase::kRevoking);
  story.at(kNoon + hours(1) + minutes(59)).on(ExistenceChecked{Answer::kMissing});
  CHECK(story.grant().phase == Phase::kRevoking);
  story.on(ExistenceChecked{Answer::kInconclusive});  // seen again, or not clear: from the start
  story.at(kNoon + hours(2)).on(ExistenceChecked{Answer::kMissing});
  CHECK(story.grant().phase == Phase::kRevoking);
  story.at(kNoon + hours(3)).on(ExistenceChecked{Answer::kMissing});
  CHECK(story.grant().phase == Phase::kEnded);
  CHECK(story.told(kFirst, NewsKind::kGone));
}

TEST_CASE("answerThatOutlivedItsAttempt_isTakenBack") {
  Story story = revoking();
  story.on(DeleteFoundNothing{}).on(Looked{});
  REQUIRE(story.grant().phase == Phase::kWatching);
  story.on(created(1, kNoon + Seconds(60), Progress::kInProgress));
  CHECK(story.grant().phase == Phase::kRevoking);
}

TEST_CASE("endOfRun_stopsAtAGap") {
  const std::vector<Lease> leases = {{kFirst, kNoon, kNoon + hours(1)},
                                     {kSecond, kNoon + hours(2), kNoon + hours(3)}};
  CHECK(end_of_run(leases, kNoon) == kNoon + hours(1));
  CHECK(end_of_run(leases, kNoon + hours(2)) == kNoon + hours(3));
  CHECK(end_of_run(leases, kNoon + minutes(90)) == kNoon + minutes(90));
}

TEST_CASE("backOff_growsToAMinute_whateverTheOtherSideAsksFor") {
  Retry retry;
  const auto error = base::unavailable("down");
  retry = after_failure(retry, error, kNoon);
  CHECK(retry.not_before == kNoon + Seconds(1));
  for (int i = 0; i < 20; ++i) retry = after_failure(retry, error, kNoon);
  CHECK(retry.not_before == kNoon + minutes(1));
  auto throttled = error;
  throttled.retry_after = Seconds(30);
  CHECK(after_failure(Retry(), throttled, kNoon).not_before == kNoon + Seconds(30));
  throttled.retry_after = Seconds(90);  // longer would delay the end of somebody's access (L1)
  CHECK(after_failure(retry, throttled, kNoon).not_before == kNoon + minutes(1));
}

}  // namespace
}  // namespace elevator::domain::grant_test
