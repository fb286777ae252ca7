#include "main/serve/reconciler.h"

#include <doctest/doctest.h>

#include <map>

#include "tests/support/fake_application.h"

namespace elevator::serve::reconciler_test {
namespace {

class Gauges final : public base::Metrics {
 public:
  void count(std::string_view, base::Labels, double) override {}
  void gauge(std::string_view name, double value, base::Labels) override {
    values[std::string(name)] = value;
  }
  void observe(std::string_view, double, base::Labels) override {}
  std::map<std::string, double> values;
};

struct Fixture : tests::FakeApplication {
  Gauges gauges;
  workflow::Engine measured{{store, identity_center, organization, directory, chat, audit, timer,
                             on_call, rules, clock, log, gauges},
                            {}};
};

TEST_CASE_FIXTURE(Fixture, "reconcileOnce_whenNothingIsThere_hasNothingPlanned_andSaysZero") {
  CHECK_FALSE(reconcile_once(measured).has_value());
  CHECK(gauges.values.at("sso_elevator_grants_live") == 0);
  CHECK(gauges.values.at("sso_elevator_revocations_overdue") == 0);
  CHECK(gauges.values.at("sso_elevator_requests_pending") == 0);
}

TEST_CASE_FIXTURE(Fixture, "reconcileOnce_drivesARowThatNobodyDrove_andSaysWhenItIsDueAgain") {
  const auto submitted =
      app.submissions.submit(domain::SlackUserId::literal("U0ANN"), "V1",
                             {.account = domain::AccountId::literal("111111111111"),
                              .permission_set = domain::PermissionSetName::literal("Admin"),
                              .duration = base::hours(1),
                              .reason = "INC-1"});
  REQUIRE(submitted.has_value());
  REQUIRE(submitted->request.has_value());
  const int commits = store.commits;
  const auto next = reconcile_once(measured);
  CHECK(store.commits > commits);
  REQUIRE(next.has_value());
  CHECK(*next > clock.now());
}

TEST_CASE_FIXTURE(Fixture, "reconcileOnce_whenTheStoreCannotBeWritten_triesAgainInAWhile") {
  REQUIRE(app.submissions
              .submit(domain::SlackUserId::literal("U0ANN"), "V1",
                      {.account = domain::AccountId::literal("111111111111"),
                       .permission_set = domain::PermissionSetName::literal("Admin"),
                       .duration = base::hours(1),
                       .reason = "INC-1"})
              .has_value());
  store.broken = true;
  const auto next = reconcile_once(measured);
  REQUIRE(next.has_value());
  CHECK(*next == clock.now() + base::Seconds(5));
}

TEST_CASE_FIXTURE(Fixture, "lookAroundOnce_whenARowIsDueAlready_comesAgainSoon_notAtOnce") {
  REQUIRE(app.submissions
              .submit(domain::SlackUserId::literal("U0ANN"), "V1",
                      {.account = domain::AccountId::literal("111111111111"),
                       .permission_set = domain::PermissionSetName::literal("Admin"),
                       .duration = base::hours(1),
                       .reason = "INC-1"})
              .has_value());
  const auto next = look_around_once(measured);
  REQUIRE(next.has_value());
  CHECK(*next == clock.now() + base::Seconds(1));
}

// A click's thread never waits for the audit log; whoever delivers does nothing else.
TEST_CASE_FIXTURE(Fixture, "drive_whenTheAuditIsDeliveredApart_leavesItToThoseHands") {
  workflow::Engine apart{{store, identity_center, organization, directory, chat, audit, timer,
                          on_call, rules, clock, log, gauges},
                         {.audit_is_delivered_apart = true}};
  const auto submitted =
      app.submissions.submit(domain::SlackUserId::literal("U0ANN"), "V1",
                             {.account = domain::AccountId::literal("111111111111"),
                              .permission_set = domain::PermissionSetName::literal("Admin"),
                              .duration = base::hours(1),
                              .reason = "INC-1"});
  REQUIRE(submitted->request.has_value());
  const ports::RowRef row{ports::RowKind::kRequest, submitted->request->str()};
  const auto state = [&] { return (*store.request(*submitted->request))->value.state; };
  apart.deliver_audit(row);
  CHECK(state() == domain::RequestState::kReceived);
  apart.drive(row);
  CHECK(state() == domain::RequestState::kRefused);  // nobody has this address in AWS
  CHECK(audit.entries.empty());
  apart.deliver_audit(row);
  CHECK(audit.entries.size() == 2);
}

// Two threads that drive the same row would only ask everybody twice.
TEST_CASE_FIXTURE(Fixture, "drive_whenAnotherThreadIsAtTheRow_leavesItToThatThread") {
  const auto submitted =
      app.submissions.submit(domain::SlackUserId::literal("U0ANN"), "V1",
                             {.account = domain::AccountId::literal("111111111111"),
                              .permission_set = domain::PermissionSetName::literal("Admin"),
                              .duration = base::hours(1),
                              .reason = "INC-1"});
  REQUIRE(submitted->request.has_value());
  const ports::RowRef row{ports::RowKind::kRequest, submitted->request->str()};
  int calls = -1;
  chat.while_reading = [&] {
    if (calls >= 0) return;
    calls = chat.user_calls;
    measured.drive(row);  // comes while the first one asks who this is
    CHECK(chat.user_calls == calls);
  };
  measured.drive(row);
  CHECK(calls > 0);
}

}  // namespace
}  // namespace elevator::serve::reconciler_test
