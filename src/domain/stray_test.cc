#include "domain/stray.h"

#include <doctest/doctest.h>

namespace elevator::domain::stray_test {
namespace {

using base::Seconds;
using base::TimePoint;

const TimePoint kNoon = base::from_unix_milliseconds(1'800'000'000'000);
const RequestId kSweeps = RequestId::literal("00000000000000000000000000000001");
const RequestId kPersons = RequestId::literal("00000000000000000000000000000002");
const Assignment kAssignment = AccountAssignment{
    InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"), AccountId::literal("111111111111"),
    PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
    PrincipalId::literal("00000000-0000-4000-8000-00000000000d")};

Grant after(Grant grant, TimePoint now, const GrantEvent& event) {
  return apply(grant, event, now).grant;
}

Grant deleting() {
  Grant grant = found_grant(std::nullopt, kAssignment, kSweeps, {kNoon, kNoon});
  grant = after(grant, kNoon, Tick{});
  return after(grant, kNoon, DeleteStarted{"op-1", {Progress::kInProgress, "", false}});
}

TEST_CASE("foundGrant_isAskedAboutSeldom_becauseNobodyWaitsForItsEnd") {
  Grant grant = deleting();
  std::vector<int> asked_after;
  for (int i = 0; i < 5; ++i) {
    const TimePoint now = grant.operation->poll_at;
    asked_after.push_back(static_cast<int>((now - kNoon).count() / 1000));
    grant = after(grant, now, OperationPolled{"op-1", {Progress::kInProgress, "", false}});
  }
  CHECK(asked_after == std::vector<int>{5, 10, 20, 40, 70});
}

TEST_CASE("foundGrant_endsWhenItsAbsenceWasObserved_withoutAWatch") {
  Grant grant = deleting();
  grant = after(grant, kNoon + Seconds(5), OperationPolled{"op-1", {Progress::kSucceeded, {}, {}}});
  CHECK(grant.phase == Phase::kRevoking);  // I2: that AWS says so is not enough
  grant = after(grant, kNoon + Seconds(6), Looked{});
  CHECK(grant.phase == Phase::kEnded);
  CHECK(grant.leases.empty());
}

TEST_CASE("foundGrant_whenItIsStillThere_isDeletedAgain") {
  Grant grant = deleting();
  grant = after(grant, kNoon + Seconds(5), OperationPolled{"op-1", {Progress::kSucceeded, {}, {}}});
  grant = after(grant, kNoon + Seconds(6), Looked{.present = true});
  CHECK(grant.phase == Phase::kRevoking);
  CHECK(grant.delete_needed);
}

// Somebody's answer to a creation of an earlier generation, frozen for that long.
TEST_CASE("foundGrant_whenACreationOfOursTurnsUp_isWatchedAfterAll") {
  Grant grant = deleting();
  grant = after(grant, kNoon + Seconds(1),
                CreateStarted{0, kNoon - Seconds(600), "op-0", {Progress::kInProgress, "", false}});
  CHECK(grant.delete_needed);
  grant = after(grant, kNoon + Seconds(2), OperationPolled{"op-1", {Progress::kSucceeded, {}, {}}});
  grant = after(grant, kNoon + Seconds(3), Looked{});
  CHECK(grant.phase == Phase::kWatching);
}

TEST_CASE("foundGrant_whenSomebodyIsGivenTheAccessMeanwhile_staysUntilTheirEnd") {
  Grant grant = found_grant(std::nullopt, kAssignment, kSweeps, {kNoon, kNoon + Seconds(60)});
  grant = after(grant, kNoon, LeaseEnters{kPersons, kNoon, kNoon + Seconds(3600)});
  grant = after(grant, kNoon + Seconds(60), Tick{});
  CHECK(grant.phase == Phase::kActive);
  CHECK(grant.deadline == kNoon + Seconds(3600));
  grant = after(grant, kNoon + Seconds(3600), Tick{});
  CHECK(grant.phase == Phase::kRevoking);
}

}  // namespace
}  // namespace elevator::domain::stray_test
