#include "workflow/sweep/drift.h"

#include <doctest/doctest.h>

#include "tests/support/sweep_world.h"

namespace elevator::workflow::sweep::drift_test {
namespace {

constexpr const char* kOne = "111111111111";
constexpr const char* kThree = "333333333333";

struct World : tests::SweepWorld {
  ports::ForeignTimers* foreign = nullptr;

  base::Result<Drift> try_to_look(const domain::Assignment& assignment) {
    return look_at({.engine = *engine, .listings = {cloud, cloud}, .foreign = foreign}, options,
                   assignment);
  }
  Drift look(const domain::Assignment& assignment) {
    const auto drift = try_to_look(assignment);
    if (!drift) FAIL(drift.error().message);
    return *drift;
  }
  size_t entries(std::string_view text) const {
    size_t count = 0;
    for (const auto& [key, bytes] : audit.entries) {
      if (bytes.find(text) != std::string::npos) ++count;
    }
    return count;
  }
};

TEST_CASE_FIXTURE(World, "lookAt_whenNobodyAskedForIt_tellsOnceAndRemovesNothing") {
  cloud.assignments = {access(kOne, "Admin", 1), member(2)};
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kReported);
  CHECK(look(member(2)) == Drift::kReported);
  REQUIRE(chat.reports.size() == 2);
  CHECK(chat.reports[0].lines.at(0).text.find("u1@corp.com: Admin in account 1") == 0);
  CHECK(chat.reports[0].lines.at(0).at == clock.now());
  CHECK(chat.reports[1].lines.at(0).text.find("u2@corp.com: member of dba") == 0);
  CHECK(entries(R"("operation_type":"drift")") == 2);
  CHECK(entries(R"("role_name":"Admin")") == 1);
  CHECK(entries(R"("group_name":"dba")") == 1);

  // The same event again, now and across midnight.
  CHECK(look(member(2)) == Drift::kToldBefore);
  pass(base::hours(22));
  CHECK(look(member(2)) == Drift::kToldBefore);
  CHECK(chat.reports.size() == 2);
  CHECK(entries(R"("operation_type":"drift")") == 2);
  CHECK(cloud.removed.empty());
  CHECK(cloud.assignments.size() == 2);
}

TEST_CASE_FIXTURE(World, "lookAt_whenTheSweepHasToldOfIt_saysNothing") {
  cloud.assignments = {member(2)};
  REQUIRE(run().has_value());
  REQUIRE(chat.reports.size() == 1);
  CHECK(look(member(2)) == Drift::kToldBefore);
  CHECK(chat.reports.size() == 1);
}

TEST_CASE_FIXTURE(World, "lookAt_whenItCameBack_tellsAgain") {
  cloud.assignments = {member(2)};
  CHECK(look(member(2)) == Drift::kReported);
  cloud.assignments.clear();
  CHECK(look(member(2)) == Drift::kNone);
  cloud.assignments = {member(2)};
  CHECK(look(member(2)) == Drift::kReported);
  CHECK(entries(R"("operation_type":"drift")") == 2);
}

TEST_CASE_FIXTURE(World, "lookAt_believesAwsAndNotTheEvent") {
  CHECK(look(member(2)) == Drift::kNone);
  CHECK(chat.reports.empty());
  CHECK(store.commits == 0);
}

// The event comes when it is asked for, and the access some seconds later.
TEST_CASE_FIXTURE(World, "lookAt_whileAwsIsStillWorkingOnIt_saysSo") {
  cloud.under_way = {access(kOne, "Admin", 1)};
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kUnderWay);
  CHECK(chat.reports.empty());
  cloud.assignments.swap(cloud.under_way);
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kReported);
}

TEST_CASE_FIXTURE(World, "lookAt_whenItIsOurs_asksNothingOfAws") {
  grant(access(kOne, "Admin", 1), base::hours(1));
  cloud.calls.clear();
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kNone);
  CHECK(cloud.calls["look"] == 0);
  pass(base::minutes(65));  // our own deletion makes an event as well
  REQUIRE(cloud.assignments.empty());
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kNone);
  CHECK(chat.reports.empty());
}

// Somebody gives back by hand what has just been taken away.
TEST_CASE_FIXTURE(World, "lookAt_whenOursHasJustEnded_waitsAMinuteAndTells") {
  grant(access(kOne, "Admin", 1), base::hours(1));
  pass(base::hours(1));
  const auto has_ended = [&] {
    return (*store.grant(access(kOne, "Admin", 1)))->value.phase == domain::Phase::kEnded;
  };
  for (int i = 0; i < 60 && !has_ended(); ++i) pass(base::Seconds(10));
  REQUIRE(has_ended());
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kNone);
  cloud.assignments = {access(kOne, "Admin", 1)};
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kUnderWay);
  CHECK(chat.reports.empty());
  pass(base::minutes(1));
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kReported);
  CHECK(chat.reports.size() == 1);
}

// Between the look and the answer somebody's request was approved.
TEST_CASE_FIXTURE(World, "lookAt_whenItBecomesOursMeanwhile_isNotMistaken") {
  struct Granting final : ports::IdentityCenter {
    World& world;
    explicit Granting(World& w) : world(w) {}
    base::Result<ports::Instance> instance() override { return world.cloud.instance(); }
    base::Result<ports::Observation> look(const domain::Assignment& assignment, bool) override {
      world.grant(assignment, base::hours(1));
      return ports::Observation{true, false};
    }
    base::Result<ports::Started> create(const domain::Assignment& a,
                                        base::TimePoint until) override {
      return world.cloud.create(a, until);
    }
    base::Result<ports::Started> remove(const domain::Assignment& a) override {
      return world.cloud.remove(a);
    }
    base::Result<domain::OperationStatus> poll(const domain::Assignment& a,
                                               domain::Operation::Kind kind,
                                               const std::string& id) override {
      return world.cloud.poll(a, kind, id);
    }
    base::Result<domain::ExistenceChecked::Answer> existence(const domain::Assignment& a) override {
      return world.cloud.existence(a);
    }
  } granting(*this);
  const Ports& p = engine->ports();
  Engine watched(Ports{p.store, granting, p.organization, p.directory, p.chat, p.audit, p.timer,
                       p.on_call, p.rules, p.clock, p.log, p.metrics},
                 engine->settings());
  const auto drift = look_at({.engine = watched, .listings = {cloud, cloud}, .foreign = nullptr},
                             options, member(2));
  REQUIRE(drift.has_value());
  CHECK(*drift == Drift::kNone);
  CHECK(chat.reports.empty());
}

TEST_CASE_FIXTURE(World, "lookAt_whenOursWasTakenAway_closesTheGrant_onceAwsHasSettled") {
  grant(access(kOne, "Admin", 1), base::hours(10));
  cloud.assignments.clear();
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kNone);  // its listings may lag
  CHECK((*store.grant(access(kOne, "Admin", 1)))->value.phase == domain::Phase::kActive);
  pass(base::minutes(6));
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kClosed);
  CHECK(look(access(kOne, "Admin", 1)) == Drift::kNone);
  pass(base::minutes(10));
  CHECK((*store.grant(access(kOne, "Admin", 1)))->value.phase == domain::Phase::kEnded);
  CHECK(entries(R"("operation_type":"drift")") == 1);
  CHECK(cloud.removed.empty());
}

TEST_CASE_FIXTURE(World, "lookAt_whenNoRuleCoversItOrItIsMeantToStay_saysNothing") {
  cloud.assignments = {access(kThree, "Admin", 1), access(kOne, "Other", 1)};
  CHECK(look(access(kThree, "Admin", 1)) == Drift::kNone);
  CHECK(look(access(kOne, "Other", 1)) == Drift::kNone);
  options.mode = Mode::kOff;
  cloud.assignments.insert(member(2));
  CHECK(look(member(2)) == Drift::kNone);
  CHECK(cloud.calls["look"] == 0);
}

TEST_CASE_FIXTURE(World, "lookAt_whenTheExistingProductHasATimerForIt_saysNothing") {
  struct Theirs final : ports::ForeignTimers {
    bool broken = false;
    base::Result<std::vector<std::string>> names() override {
      if (broken) return base::unavailable("AWS is down");
      return std::vector<std::string>{"old"};
    }
    base::Result<std::optional<ports::ForeignTimer>> read(const std::string& name) override {
      const domain::Request told{.id = domain::RequestId::literal(std::string(32, '0')),
                                 .requester = domain::SlackUserId::literal("U0DEV"),
                                 .target = domain::GroupTarget{tests::SweepWorld::group()}};
      return std::optional(ports::ForeignTimer{
          .name = name, .assignment = tests::SweepWorld::member(1), .told = told});
    }
    base::Status remove(const std::string&) override { return {}; }
  } theirs;
  foreign = &theirs;
  cloud.assignments = {member(1), member(2)};
  CHECK(look(member(1)) == Drift::kNone);
  CHECK(look(member(2)) == Drift::kReported);
  theirs.broken = true;
  CHECK_FALSE(try_to_look(member(1)).has_value());
}

TEST_CASE_FIXTURE(World, "lookAt_whenSomethingFails_isRepeatedWithoutASecondEntry") {
  cloud.assignments = {member(2)};
  cloud.broken = {"look"};
  CHECK_FALSE(try_to_look(member(2)).has_value());
  cloud.broken.clear();
  chat.broken = true;
  CHECK_FALSE(try_to_look(member(2)).has_value());
  chat.broken = false;
  audit.broken = true;
  CHECK_FALSE(try_to_look(member(2)).has_value());
  CHECK(chat.reports.size() == 1);
  audit.broken = false;
  CHECK(look(member(2)) == Drift::kToldBefore);
  CHECK(entries(R"("operation_type":"drift")") == 1);
  CHECK(chat.reports.size() == 1);
}

TEST_CASE_FIXTURE(World, "lookAt_whenThereIsNoEndOfIt_leavesTheRestToTheSweep") {
  for (int i = 0; i < 200; ++i) {
    cloud.assignments = {member(i)};
    static_cast<void>(look(member(i)));
  }
  CHECK(chat.reports.size() == 60);
  CHECK(chat.reports.back().lines.back().text.find("left to the sweep") != std::string::npos);
  CHECK((*store.named("drift-2025-01-02"))->value.body.size() < 16'000);
}

TEST_CASE_FIXTURE(World, "sweep_deliversWhatDriftCouldNot") {
  cloud.assignments = {member(2)};
  audit.broken = true;
  static_cast<void>(try_to_look(member(2)));
  audit.broken = false;
  REQUIRE(run().has_value());
  CHECK(entries(R"("operation_type":"drift")") == 1);
}

}  // namespace
}  // namespace elevator::workflow::sweep::drift_test
