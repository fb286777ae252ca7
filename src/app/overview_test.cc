#include "app/overview.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/fake_application.h"

namespace elevator::app::overview_test {
namespace {

const auto kBob = domain::SlackUserId::literal("U0BOB");

struct Fixture : tests::FakeApplication {
  // One that waits for the approval of this address, made so many minutes after noon.
  void waits_for(const char* address, int minute) {
    domain::Request request{
        .id = domain::RequestId::literal(fmt::format("{:032x}", ++made)),
        .requester = domain::SlackUserId::literal("U0ANN"),
        .target = domain::AccountTarget{domain::AccountId::literal("111111111111"),
                                        domain::PermissionSetName::literal("Admin")}};
    request.state = domain::RequestState::kPending;
    request.created_at = clock.now() + base::minutes(minute);
    request.decision =
        domain::Decision{.outcome = domain::Outcome::kReview,
                         .approvers = {{domain::Email::literal(address), std::nullopt}}};
    REQUIRE(store.commit({{request, 0, {}}}).has_value());
  }
  size_t count() {
    const auto waiting = app.overview.waiting_for(kBob);
    REQUIRE(waiting.has_value());
    return waiting->size();
  }
  int made = 0;
};

TEST_CASE_FIXTURE(Fixture, "waitingFor_findsAnOlderOneBehindManyThatWaitForOthers") {
  waits_for("bob@corp.com", 0);
  for (int i = 1; i < static_cast<int>(Overview::kMostPending); ++i) {
    waits_for("carl@corp.com", i);
  }
  CHECK(count() == 1);
  // The bound, as stated: one more that is newer, and the oldest is not looked at.
  waits_for("carl@corp.com", 1000);
  CHECK(count() == 0);
}

TEST_CASE_FIXTURE(Fixture, "mine_showsAccessThatGoesOnOnce") {
  const auto ann = domain::SlackUserId::literal("U0ANN");
  const auto made_of = [&](domain::RequestState state) {
    domain::Request request{
        .id = domain::RequestId::literal(fmt::format("{:032x}", ++made)),
        .requester = ann,
        .target = domain::AccountTarget{domain::AccountId::literal("111111111111"),
                                        domain::PermissionSetName::literal("Admin")}};
    request.state = state;
    return request;
  };
  auto base = made_of(domain::RequestState::kActive);
  base.goes_on_until = clock.now() + base::hours(2);
  auto extension = made_of(domain::RequestState::kScheduled);
  extension.extends = base.id;
  auto asked = made_of(domain::RequestState::kPending);
  asked.extends = base.id;
  for (const auto& one : {base, extension, asked}) {
    REQUIRE(store.commit({{one, 0, {}}}).has_value());
  }
  const auto mine = app.overview.mine(ann);
  REQUIRE(mine.has_value());
  REQUIRE(mine->size() == 2);
  for (const auto& one : *mine) CHECK(one.id != extension.id);
}

TEST_CASE_FIXTURE(Fixture, "waitingFor_listsTheNewest_asManyAsAHomeTabHolds") {
  for (int i = 0; i < 70; ++i) waits_for("bob@corp.com", i);
  const auto waiting = app.overview.waiting_for(kBob);
  REQUIRE(waiting.has_value());
  REQUIRE(waiting->size() == 60);
  CHECK(waiting->front().created_at == clock.now() + base::minutes(69));
  CHECK(store.reads == 60);  // no more rows are read than are shown
}

}  // namespace
}  // namespace elevator::app::overview_test
