#include "workflow/adoption.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/sweep_world.h"
#include "workflow/named_row.h"

namespace elevator::workflow::adoption_test {
namespace {

using base::TimePoint;
using domain::Assignment;

constexpr const char* kOne = "111111111111";

// The process dies: everything in memory is lost, rows and AWS stay.
struct Death {};

// Kills the process at the n-th thing that it does outside, before or after it is done.
struct Reaper {
  int left = 0;  // 0: nobody dies
  bool after = false;

  template <typename Work>
  auto around(Work work) {
    const bool now = left > 0 && --left == 0;
    if (now && !after) throw Death{};
    auto result = work();
    if (now) throw Death{};
    return result;
  }
};

struct Theirs final : ports::ForeignTimers {
  Reaper* reaper = nullptr;
  std::map<std::string, ports::ForeignTimer> timers;
  std::set<std::string> damaged, unavailable;
  std::vector<std::string> removed;
  bool broken = false, stuck = false;
  int listings = 0;
  std::function<void()> while_reading = [] {};

  base::Result<std::vector<std::string>> names() override {
    ++listings;
    if (broken) return base::unavailable("Scheduler does not answer");
    std::vector<std::string> result;
    for (const auto& [name, timer] : timers) result.push_back(name);
    result.insert(result.end(), damaged.begin(), damaged.end());
    return result;
  }
  base::Result<std::optional<ports::ForeignTimer>> read(const std::string& name) override {
    while_reading();
    if (damaged.contains(name)) return base::corrupt("nobody understands this");
    if (unavailable.contains(name)) return base::unavailable("Scheduler does not answer");
    const auto found = timers.find(name);
    if (found == timers.end()) return std::optional<ports::ForeignTimer>();
    return std::optional(found->second);
  }
  base::Status remove(const std::string& name) override {
    return reaper->around([&]() -> base::Status {
      if (stuck) return base::unavailable("Scheduler does not answer");
      timers.erase(name);
      removed.push_back(name);
      return {};
    });
  }
};

struct OurTimers final : ports::Timer {
  Reaper* reaper = nullptr;
  std::set<std::pair<Assignment, TimePoint>> armed;
  bool broken = false;
  base::Status arm(const ports::TimerPayload& payload) override {
    return reaper->around([&]() -> base::Status {
      if (broken) return base::unavailable("Scheduler does not answer");
      armed.emplace(payload.assignment, payload.timer.deadline);
      return {};
    });
  }
  base::Status disarm(const Assignment& assignment, const domain::ArmedTimer& timer) override {
    armed.erase({assignment, timer.deadline});
    return {};
  }
};

struct DeadlyAudit final : ports::AuditLog {
  Reaper* reaper = nullptr;
  tests::FakeAudit* kept = nullptr;
  base::Status append(const domain::SealedEntry& entry) override {
    return reaper->around([&] { return kept->append(entry); });
  }
  base::Result<std::string> read(const std::string& key) override { return kept->read(key); }
};

struct World : tests::SweepWorld {
  Reaper reaper;
  Theirs theirs;
  OurTimers ours;
  DeadlyAudit deadly;
  AdoptionGate gate{store, clock};
  std::unique_ptr<Engine> adopting;

  World() {
    theirs.reaper = ours.reaper = deadly.reaper = &reaper;
    deadly.kept = &audit;
    start();
  }
  // As after an upgrade or a death.
  void start() {
    const Ports& known = engine->ports();
    adopting = std::make_unique<Engine>(Ports{.store = store,
                                              .identity_center = cloud,
                                              .organization = known.organization,
                                              .directory = known.directory,
                                              .chat = chat,
                                              .audit = deadly,
                                              .timer = ours,
                                              .on_call = known.on_call,
                                              .rules = known.rules,
                                              .clock = clock,
                                              .log = log,
                                              .metrics = metrics,
                                              .gate = &gate},
                                        engine->settings());
  }
  // Access that the existing product gave, and its timer.
  ports::ForeignTimer theirs_gave(const std::string& name, const Assignment& assignment,
                                  base::Milliseconds for_another) {
    cloud.assignments.insert(assignment);
    domain::Request told{
        .id = domain::RequestId::literal(std::string(32, '0')),
        .requester = domain::SlackUserId::literal("UR"),
        .target = domain::AccountTarget{domain::AccountId::literal(kOne),
                                        domain::PermissionSetName::literal("ps-1111111111111111")}};
    told.requester_email = domain::Email::literal("r@corp.com");
    told.duration = base::hours(4);
    told.principal = domain::Principal{domain::principal_of(assignment),
                                       domain::Email::literal("r@corp.com"), false};
    domain::Click click{.person = domain::SlackUserId::literal("UA")};
    click.state = domain::Click::State::kCounted;
    click.email = domain::Email::literal("a@corp.com");
    told.clicks.push_back(click);
    ports::ForeignTimer made{name, assignment, clock.now() + for_another, std::move(told)};
    theirs.timers.insert_or_assign(name, made);
    return made;
  }
  AdoptionReport adopted() {
    auto report = Adoption(*adopting, theirs).run(clock.now() + base::hours(1));
    if (!report) FAIL(report.error().message);
    return *report;
  }
  void until(base::Milliseconds time) {
    const TimePoint end = clock.now() + time;
    for (; clock.now() < end; clock.advance(base::minutes(1))) adopting->reconcile();
    adopting->reconcile();
  }
  domain::Grant grant_of(const Assignment& assignment) {
    const auto read = store.grant(assignment);
    REQUIRE(read);
    REQUIRE(*read);
    return (*read)->value;
  }
  size_t entries(std::string_view text) const {
    size_t count = 0;
    for (const auto& [key, bytes] : audit.entries) {
      if (bytes.find(text) != std::string::npos) ++count;
    }
    return count;
  }
};

const Assignment& admin() {
  static const Assignment kAdmin = World::access(kOne, "Admin", 1);
  return kAdmin;
}

TEST_CASE_FIXTURE(World, "adoption_makesRowsOfTheirTimers_whichEndTheAccessOnTime") {
  theirs_gave("access-revoker1", admin(), base::hours(3));
  theirs_gave("access-revoker2", member(2), base::hours(1));
  CHECK(adopted().adopted == 2);
  CHECK(theirs.timers.empty());
  CHECK(ours.armed.contains({admin(), clock.now() + base::hours(3)}));
  CHECK(entries(R"("operation_type":"adopt")") == 2);
  CHECK(entries(R"("requester_slack_id":"UR")") == 2);
  const auto grant = grant_of(admin());
  CHECK(grant.phase == domain::Phase::kActive);
  const auto request = (*store.request(grant.leases.at(0).request))->value;
  CHECK(request.origin == domain::Origin::kAdopted);
  CHECK(domain::to_string(request.target) == "111111111111/Admin");
  CHECK(request.target_name == "account 1");
  // I3: an hour of the four was over.
  CHECK(*request.lease_start == clock.now() - base::hours(1));
  CHECK(*request.lease_end == clock.now() + base::hours(3));

  until(base::hours(1));
  CHECK(cloud.assignments == std::set<Assignment>{admin()});
  until(base::hours(2) + base::minutes(5));
  CHECK(cloud.assignments.empty());
  CHECK(entries(R"("operation_type":"revoke")") == 2);
  CHECK(entries(R"("approver_slack_id":"UA")") >= 2);
  CHECK(ours.armed.empty());
}

TEST_CASE_FIXTURE(World, "adoption_looksAgainAfterAWhile_andDoesNothingTwice") {
  theirs_gave("access-revoker1", admin(), base::hours(3));
  CHECK(adopted().adopted == 1);
  CHECK_FALSE(adopted().looked);
  CHECK(theirs.listings == 1);
  clock.advance(kAdoptionInterval);
  const auto again = adopted();
  CHECK(again.looked);
  CHECK(again.adopted == 0);
  CHECK(entries(R"("operation_type":"adopt")") == 1);
}

TEST_CASE_FIXTURE(World, "adoption_theOldTimerGoesLast") {
  theirs_gave("access-revoker1", admin(), base::hours(3));
  ours.broken = true;
  CHECK(adopted().adopted == 1);
  CHECK(theirs.timers.size() == 1);  // its access would have no other timer
  ours.broken = false;
  theirs.stuck = true;
  clock.advance(kAdoptionInterval);
  CHECK(adopted().adopted == 0);
  CHECK(ours.armed.size() == 1);
  CHECK(theirs.timers.size() == 1);
  theirs.stuck = false;
  clock.advance(kAdoptionInterval);
  adopted();
  CHECK(theirs.timers.empty());
  CHECK(entries(R"("operation_type":"adopt")") == 1);
}

TEST_CASE_FIXTURE(World, "adoption_ofATimerThatIsOver_takesTheAccessBackAtOnce") {
  theirs_gave("access-revoker1", admin(), -base::minutes(5));
  CHECK(adopted().adopted == 1);
  until(base::minutes(3));
  CHECK(cloud.assignments.empty());
  CHECK(theirs.timers.empty());
  CHECK(entries(R"("operation_type":"revoke")") == 1);
}

TEST_CASE_FIXTURE(World, "adoption_twoTimersOfOneAccess_areTwoLeases") {
  // I5
  theirs_gave("access-revoker1", admin(), base::hours(1));
  theirs_gave("access-revoker2", admin(), base::hours(3));
  CHECK(adopted().adopted == 2);
  CHECK(grant_of(admin()).leases.size() == 2);
  CHECK(theirs.timers.empty());
  until(base::hours(2));
  CHECK(cloud.assignments.contains(admin()));
  until(base::hours(1) + base::minutes(5));
  CHECK(cloud.assignments.empty());
  CHECK(entries(R"("operation_type":"end_lease")") == 1);
  CHECK(entries(R"("operation_type":"revoke")") == 1);
}

TEST_CASE_FIXTURE(World, "adoption_whereARowEndedBefore_isItsNextGeneration") {
  grant(admin(), base::minutes(5));
  pass(base::minutes(30));
  REQUIRE(grant_of(admin()).phase == domain::Phase::kEnded);
  theirs_gave("access-revoker1", admin(), base::hours(1));
  CHECK(adopted().adopted == 1);
  CHECK(grant_of(admin()).generation == 2);
  CHECK(grant_of(admin()).phase == domain::Phase::kActive);
  until(base::hours(1) + base::minutes(5));
  CHECK(cloud.assignments.empty());
}

TEST_CASE_FIXTURE(World, "adoption_whereARowIsTakingTheAccessAway_leavesTheTimerForTheNextLook") {
  cloud.broken.insert("remove");
  grant(admin(), base::minutes(5));
  pass(base::minutes(10));
  REQUIRE(grant_of(admin()).phase == domain::Phase::kRevoking);
  theirs_gave("access-revoker1", admin(), base::hours(3));
  const auto report = adopted();
  CHECK(report.adopted == 0);
  CHECK(report.left == 0);  // L4: nobody waits for it
  CHECK(theirs.timers.size() == 1);
  CHECK(gate.open());
}

TEST_CASE_FIXTURE(World, "adoption_whenTimeIsOver_goesOnWhereItStopped") {
  for (int i = 1; i <= 5; ++i) {
    theirs_gave(fmt::format("access-revoker{}", i), member(i), base::hours(3));
  }
  theirs.while_reading = [this] { clock.advance(base::Seconds(10)); };
  const auto first = Adoption(*adopting, theirs).run(clock.now() + base::Seconds(15));
  REQUIRE(first);
  CHECK(first->adopted == 2);
  CHECK(first->left == 3);
  CHECK_FALSE(gate.open());
  CHECK(adopted().adopted == 3);
  CHECK(gate.open());
}

TEST_CASE_FIXTURE(World, "adoption_whatCannotBeUnderstood_isToldOnceAndHoldsUpNobody") {
  theirs.damaged = {"strange"};
  theirs_gave("access-revoker1", admin(), base::hours(3));
  for (int looks = 0; looks < 3; ++looks) {
    CHECK(adopted().unreadable == std::vector<std::string>{"strange"});
    clock.advance(kAdoptionInterval);
  }
  CHECK(theirs.timers.empty());
  CHECK(theirs.removed == std::vector<std::string>{"access-revoker1"});
  REQUIRE(chat.announcements.size() == 1);
  CHECK(chat.announcements[0].find("strange") != std::string::npos);
  CHECK(gate.open());
  theirs.damaged.insert("stranger");
  adopted();
  CHECK(chat.announcements.size() == 2);
}

TEST_CASE_FIXTURE(World, "adoption_whatCannotBeReadNow_isLeftForTheNextRound") {
  theirs_gave("access-revoker1", admin(), base::hours(3));
  theirs_gave("access-revoker2", member(1), base::hours(3));
  theirs.unavailable = {"access-revoker1"};
  const auto report = adopted();
  CHECK(report.adopted == 1);
  CHECK(report.left == 1);
  CHECK_FALSE(gate.open());
  theirs.unavailable.clear();
  CHECK(adopted().adopted == 1);
  theirs.broken = true;
  clock.advance(kAdoptionInterval);
  CHECK_FALSE(Adoption(*adopting, theirs).run(clock.now() + base::hours(1)));
}

TEST_CASE_FIXTURE(World, "adoption_whenTheStoreIsBroken_removesNothing") {
  theirs_gave("access-revoker1", admin(), base::hours(3));
  store.broken = true;
  CHECK_FALSE(Adoption(*adopting, theirs).run(clock.now() + base::hours(1)));
  CHECK(theirs.timers.size() == 1);
  store.broken = false;
  store.conflicts_to_come = 2;
  CHECK(adopted().adopted == 1);
  CHECK(theirs.timers.empty());
}

// Crash at any point: whatever was done, the next start finishes it and nothing happens twice.
TEST_CASE("adoption_whenTheProcessDiesAnywhere_isFinishedByTheNext") {
  for (const bool after : {false, true}) {
    bool died = true;
    int deaths = 0;
    for (int n = 1; died && n < 50; ++n) {
      CAPTURE(n);
      CAPTURE(after);
      World world;
      world.theirs_gave("access-revoker1", admin(), base::hours(3));
      world.theirs_gave("access-revoker2", World::member(2), base::hours(2));
      world.reaper = {n, after};
      died = false;
      try {
        static_cast<void>(world.adopted());
      } catch (const Death&) {
        died = true;
        ++deaths;
      }
      for (const auto& assignment : {admin(), World::member(2)}) {
        // I1: something that fires is there at every moment.
        const bool has_end =
            world.theirs.timers.size() == 2 ||
            std::ranges::any_of(world.ours.armed,
                                [&](const auto& one) { return one.first == assignment; }) ||
            std::ranges::any_of(world.theirs.timers, [&](const auto& one) {
              return one.second.assignment == assignment;
            });
        CHECK(has_end);
      }
      world.reaper = {};
      world.start();
      static_cast<void>(world.adopted());
      CHECK(world.theirs.timers.empty());
      CHECK(world.ours.armed.size() == 2);
      world.until(base::hours(4));
      CHECK(world.cloud.assignments.empty());
      CHECK(world.entries(R"("operation_type":"adopt")") == 2);
      CHECK(world.entries(R"("operation_type":"revoke")") == 2);
    }
    CHECK_FALSE(died);
    CHECK(deaths == 6);  // for each timer: armed, told to the audit log, removed
  }
}

// --- creates wait for it ---

TEST_CASE_FIXTURE(World, "gate_holdsCreatesBackUntilAllTimersWereLookedAt") {
  const auto id = domain::RequestId::literal(std::string(32, 'a'));
  domain::Request request{.id = id,
                          .requester = domain::SlackUserId::literal("U0DEV"),
                          .target = domain::GroupTarget{group()}};
  request.state = domain::RequestState::kGranting;
  request.assignment = member(3);
  request.lease_start = clock.now();
  request.lease_end = clock.now() + base::hours(1);
  auto grant = domain::apply(domain::new_grant(member(3)),
                             domain::LeaseEnters{id, clock.now(), *request.lease_end}, clock.now())
                   .grant;
  REQUIRE(store.commit({{request, 0, clock.now()}, {grant, 0, clock.now()}}));
  theirs.broken = true;
  until(base::minutes(2));
  CHECK(cloud.created.empty());
  theirs.broken = false;
  adopted();
  until(base::minutes(2));
  CHECK(cloud.created == std::vector<Assignment>{member(3)});
}

TEST_CASE_FIXTURE(World, "gate_closesAgainWhenNobodyLookedForLong") {
  CHECK_FALSE(gate.open());
  adopted();
  CHECK(gate.open());
  clock.advance(kAdoptionHolds - base::Milliseconds(1));
  CHECK(gate.open());
  clock.advance(base::Milliseconds(1));
  CHECK_FALSE(gate.open());
  adopted();
  CHECK(gate.open());
  // A look in the future is that of a wrong clock.
  clock.set(clock.now() - base::hours(1));
  CHECK_FALSE(gate.open());
  CHECK(adopted().looked);
}

TEST_CASE_FIXTURE(World, "adoption_ofADamagedRow_isRefused") {
  // I10
  REQUIRE(change_named_row(store, "adoption", [](ports::NamedRow& row) -> base::Status {
    row.body = "x";
    return {};
  }));
  CHECK_FALSE(gate.open());
  CHECK_FALSE(Adoption(*adopting, theirs).run(clock.now() + base::hours(1)));
}

// --- a timer of theirs fires ---

TEST_CASE_FIXTURE(World, "foreignTimerFired_takesTheAccessBack_onceHoweverOftenItIsDelivered") {
  // I8
  auto fired = theirs_gave("access-revoker1", admin(), base::hours(0));
  theirs.timers.clear();
  CHECK(foreign_timer_fired(*adopting, fired));
  until(base::minutes(3));
  CHECK(cloud.assignments.empty());
  CHECK(entries(R"("operation_type":"adopt")") == 1);
  CHECK(entries(R"("operation_type":"revoke")") == 1);
  // Given by hand since; the old event comes once more.
  until(base::minutes(10));
  cloud.assignments.insert(admin());
  fired.at = clock.now();
  CHECK(foreign_timer_fired(*adopting, fired));
  until(base::minutes(3));
  CHECK(cloud.assignments.contains(admin()));
  CHECK(entries(R"("operation_type":"adopt")") == 1);
}

TEST_CASE_FIXTURE(World, "foreignTimerFired_whereARowIsLive_theRowDecides") {
  grant(admin(), base::hours(2));
  CHECK(foreign_timer_fired(*adopting, theirs_gave("x", admin(), base::hours(0))));
  until(base::minutes(3));
  CHECK(cloud.assignments.contains(admin()));
}

TEST_CASE_FIXTURE(World, "foreignTimerFired_afterItWasAdopted_changesNothing") {
  const auto given = theirs_gave("access-revoker1", admin(), base::hours(1));
  theirs.stuck = true;
  adopted();
  clock.advance(base::minutes(30));
  CHECK(foreign_timer_fired(*adopting, given));
  CHECK(grant_of(admin()).leases.size() == 1);
  CHECK(cloud.assignments.contains(admin()));
}

TEST_CASE_FIXTURE(World, "foreignTimerFired_whenNothingCanBeWritten_isDeliveredAgain") {
  const auto fired = theirs_gave("access-revoker1", admin(), base::hours(0));
  store.broken = true;
  CHECK_FALSE(foreign_timer_fired(*adopting, fired));
  store.broken = false;
  CHECK(foreign_timer_fired(*adopting, fired));
  until(base::minutes(3));
  CHECK(cloud.assignments.empty());
}

}  // namespace
}  // namespace elevator::workflow::adoption_test
