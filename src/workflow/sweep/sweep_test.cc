#include "workflow/sweep/sweep.h"

#include <doctest/doctest.h>

#include "base/crypto.h"
#include "tests/support/sweep_world.h"

namespace elevator::workflow::sweep::sweep_test {
namespace {

constexpr const char* kOne = "111111111111";
constexpr const char* kTwo = "222222222222";
constexpr const char* kThree = "333333333333";

struct World : tests::SweepWorld {
  Outcome swept(Purpose purpose = Purpose::kRemoval) {
    auto outcome = run(purpose);
    if (!outcome) FAIL(outcome.error().message);
    return *outcome;
  }
  size_t entries(std::string_view text) const {
    size_t count = 0;
    for (const auto& [key, bytes] : audit.entries) {
      if (bytes.find(text) != std::string::npos) ++count;
    }
    return count;
  }
};

TEST_CASE_FIXTURE(World, "sweep_warnsFirst_andRemovesAfterTheGracePeriod") {
  cloud.assignments = {access(kOne, "Admin", 1), member(2)};
  CHECK(swept().strays.size() == 2);
  CHECK(cloud.removed.empty());
  REQUIRE(chat.reports.size() == 1);
  CHECK(chat.reports[0].lines.at(0).text == "These will be removed after");
  CHECK(chat.reports[0].lines.at(0).at == clock.now() + options.grace);
  CHECK(chat.reports[0].lines.at(1).text.find("u1@corp.com: Admin in account 1") == 0);
  CHECK(chat.reports[0].lines.at(1).text.find("First seen") != std::string::npos);
  CHECK(chat.reports[0].lines.at(1).at == clock.now());
  CHECK(chat.reports[0].lines.at(2).text.find("u2@corp.com: member of dba") == 0);

  pass(base::hours(23));
  CHECK(swept().removed.empty());
  CHECK(chat.reports.size() == 1);  // nothing changed, so nothing is said

  pass(base::hours(1));
  CHECK(swept(Purpose::kReport).removed.empty());  // only a removal run takes away
  CHECK(swept().removed.size() == 2);
  pass(base::minutes(10));
  CHECK(cloud.assignments.empty());
  CHECK(entries(R"("operation_type":"adopt")") == 2);
  CHECK(entries(R"("operation_type":"revoke")") == 2);
  CHECK(entries("automated revocation") == 1);
  CHECK(entries(R"("reason":"scheduled_revocation")") == 1);
  CHECK(swept().strays.empty());
}

TEST_CASE_FIXTURE(World, "sweep_whenTheWarningCouldNotBePosted_removesNothing") {
  cloud.assignments = {member(2)};
  chat.broken = true;
  swept();
  pass(base::hours(48));
  CHECK(swept().removed.empty());
  chat.broken = false;
  CHECK(swept().removed.empty());
  pass(base::hours(24));
  CHECK(swept().removed.size() == 1);
}

TEST_CASE_FIXTURE(World, "sweep_inModeWarn_removesNothing_andAWarningOfThenCountsForNothing") {
  options.mode = Mode::kWarn;
  cloud.assignments = {member(2)};
  swept();
  pass(base::hours(48));
  swept();
  CHECK(chat.reports.size() == 1);
  options.mode = Mode::kRemove;
  CHECK(swept().removed.empty());
  CHECK(chat.reports.size() == 2);
}

TEST_CASE_FIXTURE(World, "sweep_inModeOff_asksNothingOfAws") {
  options.mode = Mode::kOff;
  cloud.assignments = {member(2)};
  CHECK(swept().finished);
  CHECK(cloud.calls.empty());
}

TEST_CASE_FIXTURE(World, "sweep_leavesAloneWhatNoRuleCovers") {
  cloud.assignments = {access(kThree, "Admin", 1), access(kOne, "Other", 1)};
  CHECK(swept().strays.empty());
  // A pair of which each half is covered, but not both together (D-38).
  rules.set(R"({"statements":[
      {"ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
       "Approvers":["ann@corp.com"]},
      {"ResourceType":"Account","Resource":"222222222222","PermissionSet":"Read",
       "Approvers":["ann@corp.com"]}]})");
  cloud.assignments = {access(kOne, "Read", 1), access(kTwo, "Read", 1)};
  const Outcome outcome = swept();
  REQUIRE(outcome.strays.size() == 1);
  CHECK(outcome.strays[0].what.assignment == access(kTwo, "Read", 1));
}

TEST_CASE_FIXTURE(World, "sweep_leavesAloneWhatWasGrantedHere") {
  grant(access(kOne, "Admin", 1), base::hours(100));
  grant(member(2), base::hours(100));
  for (int day = 0; day < 4; ++day) {
    CHECK(swept().strays.empty());
    pass(base::hours(24));
  }
  CHECK(cloud.removed.empty());
}

TEST_CASE_FIXTURE(World, "sweep_whenAGrantHasJustEnded_doesNotTakeItsAccessForAStray") {
  grant(member(2), base::hours(1));
  pass(base::hours(2));
  CHECK(cloud.assignments.empty());
  cloud.assignments = {member(2)};  // given by hand after our own had ended
  swept();
  pass(base::hours(25));
  CHECK(swept().removed.size() == 1);
  pass(base::minutes(10));
  CHECK(cloud.assignments.empty());
  CHECK((*store.grant(member(2)))->value.generation == 2);
}

TEST_CASE_FIXTURE(World, "sweep_sparesTheAllowList_andStopsWhenItCannotBeRead") {
  struct People final : ports::Directory {
    bool broken = false;
    base::Result<domain::Principal> find(const std::string& address) override {
      if (broken) return base::unavailable("AWS is down");
      if (address != "u1@corp.com") return base::not_found("nobody");
      return domain::Principal{tests::SweepWorld::person(1), domain::Email::literal(address)};
    }
    base::Result<std::set<domain::Email>> group_members(const std::string&) override {
      return base::not_found("none");
    }
  } people;
  const Ports& p = engine->ports();
  engine = std::make_unique<Engine>(
      Ports{p.store, p.identity_center, p.organization, people, p.chat, p.audit, p.timer, p.on_call,
            p.rules, p.clock, p.log, p.metrics},
      engine->settings());
  options.allow_list = {"u1@corp.com", "nobody@corp.com"};
  cloud.assignments = {member(1), member(2)};
  CHECK(swept().strays.size() == 1);
  people.broken = true;
  CHECK_FALSE(run().has_value());
}

TEST_CASE_FIXTURE(World, "sweep_whenTooManyWouldGo_stopsAndAsks_andGoesOnWhenAllowed") {
  options.most_removals = 3;
  for (int i = 0; i < 6; ++i) cloud.assignments.insert(member(i));
  swept();
  pass(base::hours(25));
  CHECK(swept().braked);
  pass(base::minutes(10));
  CHECK(cloud.assignments.size() == 6);
  REQUIRE(chat.reports.size() == 2);
  REQUIRE(chat.reports[1].button.has_value());
  // A report in between changes nothing of it, and does not say it again.
  REQUIRE(run(Purpose::kReport).has_value());
  REQUIRE(chat.reports.size() == 2);
  const std::string value = chat.reports[1].button->value;

  const auto eve = sweep().allow(domain::SlackUserId::literal("U0EVE"), value);
  CHECK(eve->find("SECURITY_PEOPLE") != std::string::npos);
  CHECK(sweep().allow(domain::SlackUserId::literal("U0SAM"), "1")->find("not the latest") !=
        std::string::npos);
  CHECK(swept().braked);
  CHECK(sweep().allow(domain::SlackUserId::literal("U0SAM"), value).has_value());
  CHECK(swept().removed.size() == 6);
  pass(base::minutes(10));
  CHECK(cloud.assignments.empty());
}

TEST_CASE_FIXTURE(World, "sweep_whenTheShareIsTooLarge_stops") {
  options.most_percent = 50;
  for (int i = 0; i < 6; ++i) cloud.assignments.insert(member(i));
  for (int i = 6; i < 9; ++i) grant(member(i), base::hours(100));
  swept();
  pass(base::hours(25));
  CHECK(swept().braked);
  for (int i = 0; i < 4; ++i) grant(access(kOne, "Admin", i), base::hours(100));
  CHECK(swept().removed.size() == 6);
}

TEST_CASE_FIXTURE(World, "sweep_whenAUnitCannotBeListed_doesTheRestAndConcludesNothingOfIt") {
  grant(access(kTwo, "Admin", 3), base::hours(100));
  cloud.assignments.insert(access(kOne, "Admin", 1));
  cloud.assignments.insert(member(2));
  pass(base::minutes(10));
  cloud.broken.insert(std::string("in ") + kTwo);
  cloud.broken.insert("members " + group().str());
  const Outcome outcome = swept();
  CHECK(outcome.unread == 2);
  CHECK(outcome.missing.empty());
  CHECK(outcome.strays.size() == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whenOurAccessWasTakenAwayByHand_closesTheGrantAndTells") {
  grant(access(kOne, "Admin", 1), base::hours(100));
  grant(access(kTwo, "Read", 1), base::hours(100));
  pass(base::minutes(10));
  cloud.assignments.erase(access(kOne, "Admin", 1));
  CHECK(swept().missing.size() == 1);
  pass(base::minutes(10));
  CHECK((*store.grant(access(kOne, "Admin", 1)))->value.phase == domain::Phase::kEnded);
  CHECK((*store.grant(access(kTwo, "Read", 1)))->value.phase == domain::Phase::kActive);
  CHECK(entries(R"("operation_type":"drift")") == 1);
  CHECK(entries("somebody took this access away in AWS") >= 1);
  CHECK(cloud.removed.empty());
}

TEST_CASE_FIXTURE(World, "sweep_whenOutOfTime_goesOnWhereItStopped") {
  options.walk = {.width = 1, .batch = 1};
  for (int i = 0; i < 3; ++i) cloud.assignments.insert(access(kOne, "Admin", i));
  cloud.assignments.insert(access(kTwo, "Read", 1));
  int runs = 1;
  auto outcome = sweep().run(Purpose::kReport, clock.now());  // no time at all: one unit a run
  while (outcome && !outcome->finished && runs < 20) {
    ++runs;
    outcome = sweep().run(Purpose::kReport, clock.now());
  }
  REQUIRE(outcome.has_value());
  CHECK(outcome->finished);
  CHECK(outcome->strays.size() == 4);
  CHECK(runs > 3);
  CHECK(cloud.calls["in"] == 2);  // nothing was listed twice
  CHECK(cloud.calls["members"] == 1);
}

// Listings fail at the end of the program, and that is no news of AWS.
TEST_CASE_FIXTURE(World, "sweep_whenTheProgramEnds_concludesNothing_andGoesOnAfterwards") {
  cloud.assignments = {access(kOne, "Admin", 1)};
  cloud.broken = {"in", "members"};
  options.walk.stopping = [] { return true; };
  const auto stopped = run();
  REQUIRE(stopped.has_value());
  CHECK_FALSE(stopped->finished);
  CHECK(chat.reports.empty());
  cloud.broken.clear();
  options.walk.stopping = nullptr;
  const auto outcome = run();
  REQUIRE(outcome.has_value());
  CHECK(outcome->finished);
  CHECK(outcome->unread == 0);
  CHECK(outcome->strays.size() == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whileAnotherIsAtWork_refuses_untilThatOneIsGivenUp") {
  const auto now = std::chrono::floor<base::Seconds>(clock.now());
  State state;
  state.busy_until = now + base::minutes(5);
  state.run = Run{.started = now};
  REQUIRE(store.commit({{ports::NamedRow{.name = kRow, .body = encode(state)}, 0, std::nullopt}})
              .has_value());
  CHECK_FALSE(run().has_value());
  clock.advance(base::minutes(6));
  CHECK(run().has_value());
}

TEST_CASE_FIXTURE(World, "sweep_listsByPersonWhenThatIsCheaper_andFullyOnceAWeek") {
  cloud.assignments = {access(kOne, "Admin", 1)};
  swept();
  CHECK(cloud.calls["of"] == 0);
  count_as_cheaper_by_person();
  cloud.calls.clear();
  CHECK(swept().strays.size() == 1);
  CHECK(cloud.calls["of"] == 10);
  CHECK(cloud.calls["in"] == 0);
  pass(base::hours(24 * 8));
  cloud.calls.clear();
  swept();
  CHECK(cloud.calls["of"] == 0);
  CHECK(cloud.calls["in"] == 1);
}

// Only the management account may list by person.
TEST_CASE_FIXTURE(World, "sweep_whenAwsRefusesToListByPerson_goesTheOtherWayAndCountsOnce") {
  cloud.assignments = {member(1), access(kOne, "Admin", 1), access(kOne, "Admin", 2)};
  swept();
  count_as_cheaper_by_person();
  cloud.denied = {"of " + person(5).str()};
  cloud.calls.clear();
  const auto outcome = swept();
  CHECK(cloud.calls["in"] == 1);
  CHECK(outcome.listed == 3);
  CHECK(outcome.strays.size() == 3);
  cloud.calls.clear();
  swept();
  CHECK(cloud.calls["of"] == 0);
}

TEST_CASE_FIXTURE(World, "sweep_whenTheCatalogueIsOld_removesNothing") {
  cloud.assignments = {member(2)};
  swept();
  pass(base::hours(25));
  organization.listed->stale = true;
  CHECK(swept().removed.empty());
  organization.listed->stale = false;
  CHECK(swept().removed.size() == 1);
}

struct Theirs final : ports::ForeignTimers {
  std::map<std::string, std::optional<ports::ForeignTimer>> timers;  // nothing: cannot be read
  base::Result<std::vector<std::string>> names() override {
    std::vector<std::string> result;
    for (const auto& [name, timer] : timers) result.push_back(name);
    return result;
  }
  base::Result<std::optional<ports::ForeignTimer>> read(const std::string& name) override {
    if (!timers.at(name)) return base::corrupt("not understood");
    return timers.at(name);
  }
  base::Status remove(const std::string&) override { return {}; }
};

TEST_CASE_FIXTURE(World, "sweep_leavesAloneWhatTheExistingProductHasATimerFor") {
  Theirs theirs;
  auto told = domain::found_request(domain::RequestId::literal(std::string(32, '1')),
                                    {member(1), domain::GroupTarget{group()}, ""},
                                    {clock.now(), clock.now()});
  theirs.timers.emplace(
      "old", ports::ForeignTimer{"old", member(1), clock.now(), std::move(told.request)});
  cloud.assignments = {member(1), member(2)};
  const auto sweep_with_them = [&] {
    Sweep one({.engine = *engine, .listings = {cloud, cloud}, .foreign = &theirs}, options);
    return *one.run(Purpose::kRemoval, clock.now() + base::hours(1));
  };
  CHECK(sweep_with_them().strays.size() == 1);
  pass(base::hours(25));
  theirs.timers["broken"] = std::nullopt;
  CHECK(sweep_with_them().removed.empty());
  theirs.timers.erase("broken");
  CHECK(sweep_with_them().removed.size() == 1);
}

TEST_CASE_FIXTURE(World, "preview_changesNothing") {
  cloud.assignments = {member(2), access(kOne, "Admin", 1)};
  const auto outcome = sweep().preview();
  REQUIRE(outcome.has_value());
  CHECK(outcome->strays.size() == 2);
  CHECK(store.commits == 0);
  CHECK(chat.reports.empty());
  CHECK(to_text(*outcome).find("member of dba") != std::string::npos);
  CHECK(to_json(*outcome).find("\"target_name\": \"dba\"") != std::string::npos);
}

}  // namespace
}  // namespace elevator::workflow::sweep::sweep_test
