// What changes between a warning and a removal, or in the middle of a run: allow lists, rules,
// modes, answers, and what AWS does not have any more.
#include <doctest/doctest.h>

#include "tests/support/sweep_world.h"

namespace elevator::workflow::sweep::changes_test {
namespace {

constexpr const char* kOne = "111111111111";
constexpr const char* kTwo = "222222222222";

struct World : tests::SweepWorld {
  Outcome swept(Purpose purpose = Purpose::kRemoval) {
    auto outcome = run(purpose);
    if (!outcome) FAIL(outcome.error().message);
    return *outcome;
  }
  // As many as there are lines with `text` in all messages.
  size_t told(std::string_view text) const {
    size_t count = 0;
    for (const ports::Report& report : chat.reports) {
      count += static_cast<size_t>(std::ranges::count_if(report.lines, [&](const auto& line) {
        return line.text.find(text) != std::string::npos;
      }));
    }
    return count;
  }
  void allow_what_was_asked() {
    const auto& button = chat.reports.back().button;
    REQUIRE(button.has_value());
    REQUIRE(sweep().allow(domain::SlackUserId::literal("U0SAM"), button->value).has_value());
  }
  void narrow_the_rules() {
    rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
        "PermissionSet":"Admin","Approvers":["ann@corp.com"]}]})");
  }
};

TEST_CASE_FIXTURE(World, "sweep_byPerson_sparesWhoWasPutOnTheAllowListAfterTheWarning") {
  cloud.assignments = {access(kOne, "Admin", 1), access(kOne, "Admin", 2)};
  swept();
  pass(base::hours(25));
  options.allow_list = {"u1@corp.com"};
  count_as_cheaper_by_person();
  const Outcome outcome = swept();
  CHECK(cloud.calls["of"] > 0);
  REQUIRE(outcome.strays.size() == 1);
  CHECK(outcome.strays[0].what.assignment == access(kOne, "Admin", 2));
  pass(base::minutes(10));
  CHECK(cloud.assignments == std::set{access(kOne, "Admin", 1)});
}

TEST_CASE_FIXTURE(World, "sweep_thatGoesOnUnderNarrowerRules_leavesAloneWhatTheyDoNotCover") {
  options.walk = {.width = 1, .batch = 1};
  cloud.assignments = {access(kOne, "Admin", 1), access(kTwo, "Admin", 2), member(3)};
  swept();
  pass(base::hours(25));
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(sweep().run(Purpose::kRemoval, clock.now())->finished);
  }
  narrow_the_rules();
  const Outcome outcome = swept();
  REQUIRE(outcome.strays.size() == 1);
  CHECK(outcome.strays[0].what.assignment == access(kOne, "Admin", 1));
  pass(base::minutes(10));
  CHECK(cloud.assignments == std::set{access(kTwo, "Admin", 2), member(3)});
}

TEST_CASE_FIXTURE(World, "sweep_thatGoesOnWithoutAPermissionSet_ends") {
  options.walk = {.width = 1, .batch = 1};
  cloud.assignments = {access(kOne, "Admin", 1), access(kTwo, "Read", 2)};
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(sweep().run(Purpose::kRemoval, clock.now())->finished);
  }
  std::erase_if(organization.listed->permission_sets,
                [](const auto& set) { return set.arn == set_arn("Admin"); });
  CHECK(swept().strays.size() == 1);
  CHECK_FALSE(state().run.has_value());
}

TEST_CASE_FIXTURE(World, "sweep_thatStoppedLongAgo_startsAnew") {
  options.walk = {.width = 1, .batch = 1};
  cloud.assignments = {member(1)};
  CHECK_FALSE(sweep().run(Purpose::kRemoval, clock.now())->finished);
  pass(base::hours(25));
  CHECK(swept().strays.size() == 1);
  CHECK(cloud.calls["members"] == 2);
}

// A run takes hours; what becomes due during it was not in its question.
TEST_CASE_FIXTURE(World, "sweep_whoseQuestionWasAnswered_removesWhatItWasAbout_howeverLongItRuns") {
  options.most_removals = 2;
  options.most_percent = 100;
  for (int i = 0; i < 3; ++i) cloud.assignments.insert(member(i));
  swept();
  clock.advance(base::hours(12));
  for (int i = 3; i < 6; ++i) cloud.assignments.insert(member(i));
  swept();
  clock.advance(base::hours(12));
  const auto slow_run = [&] {
    options.walk.stopping = [&, hours = base::hours(13)]() mutable {
      clock.advance(std::exchange(hours, base::hours(0)));
      return false;
    };
    const Outcome outcome = *sweep().run(Purpose::kRemoval, clock.now() + base::hours(20));
    options.walk.stopping = nullptr;
    return outcome;
  };
  CHECK(slow_run().braked);
  allow_what_was_asked();
  const size_t reports = chat.reports.size();
  const Outcome answered = slow_run();
  CHECK(answered.removed.size() == 3);
  // The others are too many again: that is asked at once, and nothing runs again for no reason.
  CHECK(answered.braked);
  REQUIRE(chat.reports.size() == reports + 1);
  CHECK_FALSE(is_answered(state()));
  allow_what_was_asked();
  CHECK(swept().removed.size() == 3);
  CHECK_FALSE(is_answered(state()));
}

// A report that happens to come between an answer and its removal.
TEST_CASE_FIXTURE(World, "sweep_whileAnAnswerWaits_doesNotAskSomethingElse") {
  options.most_removals = 2;
  options.most_percent = 100;
  for (int i = 0; i < 3; ++i) cloud.assignments.insert(member(i));
  swept();
  pass(base::hours(12));
  for (int i = 3; i < 6; ++i) cloud.assignments.insert(member(i));
  swept();
  pass(base::hours(12));
  swept();
  allow_what_was_asked();
  pass(base::hours(12));
  swept(Purpose::kReport);
  CHECK(is_answered(state()));
  CHECK(swept().removed.size() == 3);
}

TEST_CASE_FIXTURE(World, "sweep_ofMoreThanAMessageHolds_removesOnlyWhatPeopleCouldRead") {
  options.most_removals = 1000;
  options.most_percent = 100;
  for (int i = 0; i < 100; ++i) cloud.assignments.insert(member(i));
  CHECK(swept().strays.size() == 100);
  const size_t named = told("member of dba");
  CHECK(named > 30);
  CHECK(named < 100);
  pass(base::hours(25));
  // The next runs tell of the others, those first.
  CHECK(swept().removed.size() == named);
  int runs = 0;
  for (; told("member of dba") < 100 && runs < 5; ++runs) swept();
  CHECK(runs < 3);
  CHECK(chat.reports.size() < 5);
  pass(base::hours(25));
  CHECK(swept().removed.size() == 100 - named);
}

TEST_CASE_FIXTURE(World, "sweep_inModeWarnInBetween_warnsAgain") {
  cloud.assignments = {member(2)};
  swept();
  options.mode = Mode::kWarn;
  pass(base::hours(25));
  swept();
  options.mode = Mode::kRemove;
  CHECK(swept().removed.empty());
  CHECK(told("These will be removed after") == 2);
  pass(base::hours(25));
  CHECK(swept().removed.size() == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whenAGroupOfTheRulesDoesNotExist_isAFullOneAllTheSame") {
  cloud.assignments = {access(kOne, "Admin", 1)};
  cloud.vanished = {"members"};
  const Outcome outcome = swept();
  CHECK(outcome.unread == 0);
  REQUIRE(outcome.trouble.size() == 1);
  CHECK(outcome.trouble[0].find("does not exist") != std::string::npos);
  CHECK(state().last_full == clock.now());
  CHECK(state().pairs == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whenThePeopleCannotBeListed_listsByPermissionSet") {
  cloud.assignments = {access(kOne, "Admin", 1)};
  swept();
  count_as_cheaper_by_person();
  cloud.broken = {"users"};
  const Outcome outcome = swept();
  CHECK(outcome.finished);
  CHECK(outcome.unread == 0);
  CHECK(outcome.strays.size() == 1);
  CHECK(cloud.calls["of"] == 0);
}

TEST_CASE_FIXTURE(World, "sweep_tellsWhoAndWhat_ofWhatWasTakenAway_onceItIsClosed") {
  grant(access(kOne, "Admin", 1), base::hours(100));
  pass(base::minutes(10));
  cloud.assignments.clear();
  cloud.broken = {"look"};
  CHECK(swept().missing.empty());
  CHECK(told("The grant is closed") == 0);
  CHECK(told("look does not work") == 1);
  cloud.broken.clear();
  CHECK(swept().missing.size() == 1);
  CHECK(told("u1@corp.com: Admin in account 1 (111111111111). Given here") == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whenTheAccountOfAGrantIsGone_endsItAsGone") {
  grant(access(kOne, "Admin", 1), base::hours(100));
  pass(base::minutes(10));
  cloud.assignments.clear();
  cloud.vanished = {"look"};
  CHECK(swept().missing.size() == 1);
  pass(base::hours(3));
  CHECK((*store.grant(access(kOne, "Admin", 1)))->value.phase == domain::Phase::kEnded);
  CHECK(std::ranges::any_of(audit.entries, [](const auto& entry) {
    return entry.second.find(R"("operation_type":"gone")") != std::string::npos;
  }));
}

}  // namespace
}  // namespace elevator::workflow::sweep::changes_test
