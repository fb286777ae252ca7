// The sweep when things go wrong: clocks that jump, two sweeps at once, programs that die.
#include <doctest/doctest.h>

#include "tests/support/sweep_world.h"

namespace elevator::workflow::sweep::faults_test {
namespace {

constexpr const char* kOne = "111111111111";
constexpr const char* kTwo = "222222222222";
constexpr const char* kThree = "333333333333";

// Something that happens once, while members are being listed.
class Interrupted final : public ports::Roster {
 public:
  Interrupted(ports::Roster& roster, std::function<void()> meanwhile)
      : roster_(roster), meanwhile_(std::move(meanwhile)) {}
  base::Result<ports::RosterListing> users() override { return roster_.users(); }
  base::Result<std::vector<ports::Group>> groups() override { return roster_.groups(); }
  base::Result<std::set<domain::PrincipalId>> members(const domain::GroupId& group) override {
    const auto listed = roster_.members(group);
    if (auto once = std::exchange(meanwhile_, nullptr)) once();
    return listed;
  }
  base::Result<std::string> email_of(const domain::PrincipalId& user) override {
    return roster_.email_of(user);
  }

 private:
  ports::Roster& roster_;
  std::function<void()> meanwhile_;
};

struct World : tests::SweepWorld {
  Outcome swept(Purpose purpose = Purpose::kRemoval) {
    auto outcome = run(purpose);
    if (!outcome) FAIL(outcome.error().message);
    return *outcome;
  }
  base::Result<Outcome> run_interrupted(const std::function<void()>& meanwhile) {
    Interrupted roster(cloud, meanwhile);
    return Sweep({.engine = *engine, .listings = {cloud, roster}, .foreign = nullptr}, options)
        .run(Purpose::kRemoval, clock.now() + base::hours(1));
  }
  size_t entries(std::string_view text) const {
    size_t count = 0;
    for (const auto& [key, bytes] : audit.entries) {
      if (bytes.find(text) != std::string::npos) ++count;
    }
    return count;
  }
};

TEST_CASE_FIXTURE(World, "sweep_whenItFreezesAndAnotherGoesOn_concludesNothing") {
  cloud.assignments = {member(2)};
  swept();
  pass(base::hours(25));
  size_t removed_by_other = 0;
  const auto frozen = run_interrupted([&] {
    clock.advance(base::minutes(6));
    removed_by_other = swept().removed.size();
  });
  CHECK_FALSE(frozen.has_value());
  CHECK(removed_by_other == 1);
  pass(base::minutes(10));
  CHECK(cloud.removed.size() == 1);
  CHECK(entries(R"("operation_type":"adopt")") == 1);
  CHECK(swept().strays.empty());
}

TEST_CASE_FIXTURE(World, "sweep_whenTwoStartAtOnce_oneRefuses") {
  cloud.assignments = {member(2)};
  bool refused = false;
  const auto first = run_interrupted([&] { refused = !run().has_value(); });
  REQUIRE(first.has_value());
  CHECK(refused);
  CHECK(first->strays.size() == 1);
  CHECK(chat.reports.size() == 1);
}

// Between the listing and the rows somebody's access was granted: it is in AWS and has its row.
TEST_CASE_FIXTURE(World, "sweep_whenAccessIsGrantedWhileItLists_doesNotTakeItForAStray") {
  const auto outcome = run_interrupted([&] { grant(access(kOne, "Admin", 1), base::hours(10)); });
  REQUIRE(outcome.has_value());
  CHECK(outcome->strays.empty());
}

TEST_CASE_FIXTURE(World, "sweep_whenTheProgramDies_theNextGoesOnWhereItStopped") {
  options.walk = {.width = 1, .batch = 1};
  cloud.assignments = {access(kOne, "Admin", 1), access(kTwo, "Admin", 2), access(kOne, "Read", 3)};
  // Dead: whatever it does from here on reaches nobody. Rows are as they were.
  CHECK_FALSE(run_interrupted([&] { store.broken = true; }).has_value());
  CHECK_FALSE(run_interrupted([&] { store.broken = true; }).has_value());  // nor can it begin
  store.broken = false;
  CHECK_FALSE(run().has_value());  // it may be alive for all that others know
  clock.advance(base::minutes(6));
  int left = 3;
  options.walk.stopping = [&] {
    if (left-- == 0) store.broken = true;  // dies again, after some units
    return false;
  };
  CHECK_FALSE(run().has_value());
  store.broken = false;
  options.walk.stopping = nullptr;
  const std::string cursor = state().run->cursor;
  CHECK_FALSE(cursor.empty());
  clock.advance(base::minutes(6));
  cloud.calls.clear();
  CHECK(swept().strays.size() == 3);
  CHECK(cloud.calls["members"] == 0);  // what was done is not done again
}

TEST_CASE_FIXTURE(World, "sweep_whenTheProgramDiesInTheRemovals_theyAreCompletedOnce") {
  options.between_removals = base::Milliseconds(0);
  for (int i = 0; i < 4; ++i) cloud.assignments.insert(member(i));
  swept();
  pass(base::hours(25));
  int appends_left = 3;
  struct Dying final : ports::AuditLog {
    tests::FakeAudit& log;
    std::function<void()> before;
    explicit Dying(tests::FakeAudit& l) : log(l) {}
    base::Status append(const domain::SealedEntry& entry) override {
      before();
      return log.append(entry);
    }
    base::Result<std::string> read(const std::string& key) override { return log.read(key); }
  } dying(audit);
  dying.before = [&] {
    if (--appends_left == 0) store.broken = true;
  };
  const Ports& p = engine->ports();
  auto alive = std::move(engine);
  engine = std::make_unique<Engine>(
      Ports{p.store, p.identity_center, p.organization, p.directory, p.chat, dying, p.timer,
            p.on_call, p.rules, p.clock, p.log, p.metrics},
      alive->settings());
  static_cast<void>(run());
  engine = std::move(alive);
  store.broken = false;
  pass(base::hours(25));
  swept();
  pass(base::hours(1));
  CHECK(cloud.assignments.empty());
  CHECK(cloud.removed.size() == 4);
  CHECK(entries(R"("operation_type":"adopt")") == 4);
  CHECK(entries(R"("operation_type":"revoke")") == 4);
}

TEST_CASE_FIXTURE(World, "sweep_whenTheClockWasAhead_warnsAgainAndIsNotPutOff") {
  const base::TimePoint right = clock.now();
  clock.advance(base::hours(24 * 365));
  cloud.assignments = {member(2)};
  swept();
  REQUIRE(chat.reports.size() == 1);
  CHECK(state().last_full == clock.now());
  clock.set(right);
  CHECK(swept().removed.empty());
  CHECK(chat.reports.size() == 2);  // what people read then had the wrong time
  CHECK(chat.reports[1].lines.at(0).at == right + options.grace);
  CHECK(chat.reports[1].lines.at(1).at == right);
  CHECK(state().last_full == right);
  pass(base::hours(25));
  CHECK(swept().removed.size() == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whenItDiedWhileTheClockWasAhead_isNotKeptOut") {
  const auto now = std::chrono::floor<base::Seconds>(clock.now());
  State before;
  before.busy_until = now + base::hours(24 * 365);
  before.run = Run{.started = now + base::hours(24 * 365) - base::minutes(5)};
  before.run->cursor = "s|~";
  REQUIRE(store.commit({{ports::NamedRow{.name = kRow, .body = encode(before)}, 0, std::nullopt}})
              .has_value());
  cloud.assignments = {member(2)};
  CHECK(swept().strays.size() == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whenTheClockJumpsInMidRun_removesNothingEarly") {
  cloud.assignments = {member(2)};
  swept();
  pass(base::hours(12));
  // An hour back, and forth again: neither makes the grace period shorter.
  clock.set(clock.now() - base::hours(1));
  CHECK(swept().removed.empty());
  clock.set(clock.now() + base::hours(1));
  pass(base::hours(11));
  CHECK(swept().removed.empty());
  pass(base::hours(1));
  CHECK(swept().removed.size() == 1);
}

// A throttling storm: every other listing is refused.
TEST_CASE_FIXTURE(World, "sweep_whileListingsFail_removesNothingOfThem_andCatchesUp") {
  cloud.assignments = {access(kOne, "Admin", 1), access(kTwo, "Read", 2), member(3)};
  swept();
  cloud.broken = {"provisioned", "members"};
  pass(base::hours(25));
  const Outcome stormy = swept();
  CHECK(stormy.removed.empty());
  CHECK(stormy.unread == 3);
  CHECK(stormy.missing.empty());
  cloud.broken.clear();
  CHECK(swept().removed.size() == 3);
}

TEST_CASE_FIXTURE(World, "sweep_whenAPermissionSetVanishesInMidRun_doesTheRest") {
  cloud.assignments = {access(kOne, "Admin", 1), access(kTwo, "Read", 2), member(3)};
  cloud.broken = {"provisioned " + set_arn("Admin").str()};
  const Outcome outcome = swept();
  CHECK(outcome.unread == 1);
  CHECK(outcome.strays.size() == 2);
  REQUIRE(outcome.trouble.size() == 1);
  CHECK(outcome.trouble[0].find("permission set Admin") != std::string::npos);
}

TEST_CASE_FIXTURE(World, "sweep_namesDeletedUsersAndThoseWithoutAnAddressByTheirIds") {
  cloud.people[1].email.clear();
  cloud.people[3].email = cloud.people[2].email;
  cloud.people.erase(cloud.people.begin() + 4);
  cloud.assignments = {member(1), member(2), member(3), member(4)};
  CHECK(swept().strays.size() == 4);
  const auto& lines = chat.reports.at(0).lines;
  CHECK(lines.at(1).text.find(person(1).str()) == 0);
  CHECK(lines.at(2).text.find("u2@corp.com") == 0);
  CHECK(lines.at(3).text.find("u2@corp.com") == 0);
  CHECK(lines.at(4).text.find(person(4).str()) == 0);
  pass(base::hours(25));
  CHECK(swept().removed.size() == 4);
}

// Listed by person, nobody of that id is asked about any more.
TEST_CASE_FIXTURE(World, "sweep_byPerson_doesNotForgetWhatADeletedUserLeft") {
  cloud.assignments = {access(kOne, "Admin", 1), access(kOne, "Admin", 2)};
  cloud.people.erase(cloud.people.begin() + 1);
  swept();
  count_as_cheaper_by_person();
  cloud.calls.clear();
  CHECK(swept(Purpose::kReport).strays.size() == 2);
  CHECK(cloud.calls["of"] == 9);
  CHECK(chat.reports.size() == 1);  // nothing changed
  pass(base::hours(25));
  CHECK(swept().removed.size() == 2);
  pass(base::minutes(10));
  CHECK(cloud.assignments.empty());
}

TEST_CASE_FIXTURE(World, "sweep_ofManyRemovals_spreadsThem") {
  options.most_removals = 100;
  options.most_percent = 100;
  options.between_removals = base::Seconds(10);
  for (int i = 0; i < 10; ++i) cloud.assignments.insert(member(i));
  swept();
  pass(base::hours(25));
  CHECK(swept().removed.size() == 10);
  CHECK(cloud.assignments.size() == 9);  // the first is due at once
  clock.advance(base::Seconds(45));
  engine->reconcile();
  CHECK(cloud.assignments.size() == 5);
  pass(base::minutes(5));
  CHECK(cloud.assignments.empty());
  CHECK(entries(R"("operation_type":"revoke")") == 10);
}

TEST_CASE_FIXTURE(World, "sweep_whenTheAuditLogIsAway_deliversItsEntriesLater") {
  cloud.assignments = {member(2)};
  audit.broken = true;
  swept();
  CHECK(entries(R"("operation_type":"sweep")") == 0);
  audit.broken = false;
  pass(base::minutes(1));
  swept();
  CHECK(entries(R"("operation_type":"sweep")") == 2);
  CHECK(state().undelivered.empty());
}

TEST_CASE_FIXTURE(World, "sweep_givesLostTimersBack_andEndsOverdueGrants") {
  grant(access(kOne, "Admin", 1), base::hours(2));
  grant(access(kThree, "Other", 2), base::hours(1));  // no rule speaks of it any more
  timer.armed.clear();                                // somebody deleted the schedules
  pass(base::minutes(10));
  swept(Purpose::kReport);
  CHECK(timer.armed.size() == 2);
  // Nobody woke for its deadline: the sweep is the third path.
  clock.advance(base::hours(1));
  swept(Purpose::kReport);
  CHECK_FALSE(cloud.assignments.contains(access(kThree, "Other", 2)));
  CHECK(cloud.assignments.contains(access(kOne, "Admin", 1)));
}

}  // namespace
}  // namespace elevator::workflow::sweep::faults_test
