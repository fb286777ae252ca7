// Laws of the sweep, in random worlds: grants, ends, changes by hand, events of drift, failures,
// deaths, two sweeps at once, rules, allow lists and modes that change, listing by pair or by
// person, and time in any order (DESIGN 3, I6).
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/support/sweep_world.h"
#include "workflow/sweep/drift.h"
#include "workflow/transaction.h"

namespace elevator::tests::sweep_property_test {
namespace {

using workflow::sweep::Drift;
using workflow::sweep::Mode;
using workflow::sweep::Purpose;

constexpr const char* kAccounts[] = {"111111111111", "222222222222", "333333333333"};
constexpr const char* kSets[] = {"Admin", "Other", "Read"};
constexpr int kPeople = 4;

template <typename Law>
void holds(const char* what, const Law& law) {
  CHECK(rc::check(what, law));
}

domain::Assignment any_assignment() {
  const int who = *rc::gen::inRange(0, kPeople);
  if (*rc::gen::inRange(0, 3) == 0) return SweepWorld::member(who);
  return SweepWorld::access(kAccounts[*rc::gen::inRange(0, 3)], kSets[*rc::gen::inRange(0, 3)],
                            who);
}

// Account 333333333333 and the permission set "Other" are nobody's business.
bool in_scope(const domain::Assignment& assignment) {
  const auto* one = std::get_if<domain::AccountAssignment>(&assignment);
  if (one == nullptr) return true;
  return one->account.str() != kAccounts[2] && one->permission_set != SweepWorld::set_arn("Other");
}

// Of rules that cover less than those of the world: the first pair alone.
constexpr const char* kNarrowRules = R"({"statements":[{"ResourceType":"Account",
    "Resource":"111111111111","PermissionSet":"Admin","Approvers":["ann@corp.com"]}]})";

// How a message names it.
std::string name_of(const domain::Assignment& assignment) {
  const std::string number = domain::principal_of(assignment).str().substr(32);
  const std::string person = "u" + std::to_string(std::stoi(number) - 1000) + "@corp.com: ";
  const auto* one = std::get_if<domain::AccountAssignment>(&assignment);
  if (one == nullptr) return person + "member of dba";
  const bool admin = one->permission_set == SweepWorld::set_arn("Admin");
  return person + (admin ? "Admin" : "Read") + " in account " + one->account.str().substr(0, 1);
}

struct Given {
  base::TimePoint until;
  bool alive = true;  // false: somebody took it away by hand
};

struct Life {
  SweepWorld world;
  std::map<domain::Assignment, Given> granted;
  std::map<std::string, base::TimePoint> warned;
  std::map<std::string, base::TimePoint> standing;  // since people were told that it stays
  size_t removed_seen = 0, reports_seen = 0;
  const std::shared_ptr<const policy::Rules> wide = world.rules.rules;

  // What a sweep may have something to do with, now.
  bool is_watched(const domain::Assignment& assignment) const {
    const bool narrow = world.rules.rules != wide;
    if (narrow && domain::to_key(assignment).find("|111111111111|") == std::string::npos) {
      return false;
    }
    const auto* one = std::get_if<domain::AccountAssignment>(&assignment);
    const bool admin = one != nullptr && one->permission_set == SweepWorld::set_arn("Admin");
    const bool spared = !world.options.allow_list.empty() &&
                        domain::principal_of(assignment) == SweepWorld::person(0);
    return in_scope(assignment) && !spared && (admin || !narrow);
  }
  void sweep_and_check(Purpose purpose, base::TimePoint until) {
    const auto outcome = world.sweep().run(purpose, until);
    if (!outcome) return;
    // The messages of runs before this one: what it says itself is no warning of what it does.
    for (const auto& stray : outcome->strays) RC_ASSERT(is_watched(stray.what.assignment));
    for (const domain::Assignment& removed : outcome->removed) {
      RC_ASSERT(is_watched(removed));
      const auto told = standing.find(name_of(removed));
      RC_ASSERT(told != standing.end());
      RC_ASSERT(told->second + world.options.grace <= world.clock.now());
    }
    read_warnings();
    if (outcome->finished && world.options.mode == Mode::kWarn) standing.clear();
  }

  bool is_alive(const domain::Assignment& assignment) const {
    const auto given = granted.find(assignment);
    return given != granted.end() && given->second.alive && given->second.until > world.clock.now();
  }

  void read_warnings() {
    for (; reports_seen < world.chat.reports.size(); ++reports_seen) {
      const ports::Report& report = world.chat.reports[reports_seen];
      if (!report.title.starts_with("Sweep")) continue;
      for (const ports::ReportLine& line : report.lines) {
        // "u1@corp.com: Admin in account 1 (111111111111). First seen"
        const std::string line_text = line.text.substr(0, line.text.find(". First seen"));
        const std::string name = line_text.substr(0, line_text.find(" ("));
        warned.emplace(name, world.clock.now());
        standing.emplace(name, world.clock.now());
      }
    }
  }
  // Nothing that was granted and is alive is ever removed; nothing out of scope either, and
  // nothing that people were not warned of in time.
  void check_removals() {
    read_warnings();
    for (; removed_seen < world.cloud.removed.size(); ++removed_seen) {
      const domain::Assignment& removed = world.cloud.removed[removed_seen];
      RC_ASSERT(in_scope(removed) || granted.contains(removed));
      RC_ASSERT(!is_alive(removed));
      const auto told = warned.find(name_of(removed));
      RC_ASSERT(granted.contains(removed) ||
                (told != warned.end() && told->second + world.options.grace <= world.clock.now()));
    }
  }

  void give() {
    const domain::Assignment what = any_assignment();
    // Access that is there already is never taken over: such a request fails.
    const auto row = world.store.grant(what);
    const bool live = row && *row && (*row)->value.phase != domain::Phase::kEnded;
    if (live || world.cloud.assignments.contains(what)) return;
    const base::Milliseconds duration = base::hours(*rc::gen::inRange(1, 60));
    world.grant(what, duration);
    granted[what] = {world.clock.now() + duration};
  }
  void by_hand() {
    const domain::Assignment what = any_assignment();
    if (*rc::gen::inRange(0, 2) == 0) {
      world.cloud.assignments.insert(what);
    } else if (world.cloud.assignments.erase(what) > 0 && granted.contains(what)) {
      granted.at(what).alive = false;
    }
  }
  // Somebody gives back what they have.
  void end_early() {
    std::vector<domain::Assignment> alive;
    for (const auto& [assignment, given] : granted) {
      if (is_alive(assignment)) alive.push_back(assignment);
    }
    if (alive.empty()) return;
    const domain::Assignment what = *rc::gen::elementOf(alive);
    const auto ended = workflow::transact(
        world.engine->ports(), world.engine->settings(),
        [&](workflow::Transaction& transaction) -> base::Status {
          TRY(domain::Grant * grant, transaction.grant(what));
          const domain::RequestId id = grant->leases.back().request;
          TRY(domain::Request * request, transaction.request(id));
          request->state = domain::RequestState::kEnding;
          request->ending = domain::Ending{"given back", std::nullopt, "", transaction.now()};
          return transaction.apply(*grant, domain::LeaseEndsEarly{id});
        });
    RC_ASSERT(ended.has_value());
    granted.at(what).alive = false;
  }
  // CloudTrail tells of something, true or not.
  void look() {
    const domain::Assignment what = any_assignment();
    const auto drift = workflow::sweep::look_at(
        {.engine = *world.engine, .listings = {world.cloud, world.cloud}, .foreign = nullptr},
        world.options, what);
    const bool reported = drift && *drift == Drift::kReported;
    RC_ASSERT(!reported || (in_scope(what) && !is_alive(what)));
  }
  // One sweep in the middle of another.
  void two_sweeps() {
    bool is_first = true;
    auto second = world.sweep();
    world.options.walk.stopping = [&] {
      const bool now = std::exchange(is_first, false) && *rc::gen::arbitrary<bool>();
      // Longer than that a sweep is taken for dead.
      if (now && *rc::gen::arbitrary<bool>()) world.clock.advance(base::minutes(6));
      if (now) static_cast<void>(second.run(Purpose::kRemoval, world.clock.now()));
      return false;
    };
    static_cast<void>(world.run());
    world.options.walk.stopping = nullptr;
  }
  // From some moment on nothing that it does reaches the rows.
  void die() {
    int left = *rc::gen::inRange(0, 4);
    world.options.walk.stopping = [&] {
      world.store.broken = left-- <= 0;
      return false;
    };
    static_cast<void>(world.run());
    world.options.walk.stopping = nullptr;
    world.store.broken = false;
    world.pass(base::minutes(6));
  }
  void sweep() {
    world.cloud.broken.clear();
    if (*rc::gen::inRange(0, 4) == 0) world.cloud.broken.insert("in 111111111111");
    if (*rc::gen::inRange(0, 6) == 0) world.cloud.broken.insert("members");
    world.chat.broken = *rc::gen::inRange(0, 6) == 0;
    // Listings that are not whole and do not say so: worse than anything AWS or a store promise.
    world.cloud.forgetful = *rc::gen::inRange(0, 5) == 0;
    world.store.index_is_lost = *rc::gen::inRange(0, 5) == 0;
    const bool short_of_time = *rc::gen::inRange(0, 4) == 0;
    const auto until = world.clock.now() + (short_of_time ? base::hours(0) : base::hours(1));
    const auto purpose = *rc::gen::inRange(0, 2) == 0 ? Purpose::kReport : Purpose::kRemoval;
    sweep_and_check(purpose, until);
    world.cloud.broken.clear();
    world.chat.broken = world.cloud.forgetful = world.store.index_is_lost = false;
  }
  // Somebody changes the settings or the rules, or has listings counted that make people cheaper.
  void change() {
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        world.options.allow_list.resize(1 - world.options.allow_list.size(), "u0@corp.com");
        break;
      case 1:
        if (world.rules.rules == wide) {
          world.rules.set(kNarrowRules);
        } else {
          world.rules.rules = wide;
        }
        break;
      case 2:
        world.options.mode = Mode::kWarn;
        sweep_and_check(Purpose::kReport, world.clock.now() + base::hours(1));
        world.options.mode = Mode::kRemove;
        break;
      default:
        world.count_as_cheaper_by_person();
    }
  }
  void step() {
    switch (*rc::gen::inRange(0, 15)) {
      case 0:
        give();
        break;
      case 1:
        by_hand();
        break;
      case 2:
        world.pass(base::minutes(*rc::gen::inRange(1, 600)));
        break;
      case 3:
        world.pass(base::hours(*rc::gen::inRange(1, 30)));
        break;
      case 4:
        end_early();
        break;
      case 5:
        look();
        break;
      case 6:
        two_sweeps();
        break;
      case 7:
        die();
        break;
      case 8:
      case 9:
      case 10:
        change();
        break;
      default:
        sweep();
    }
    check_removals();
  }
  // The order of a week without changes.
  void calm_days(int days) {
    world.rules.rules = wide;
    world.options.allow_list.clear();
    for (int i = 0; i < days; ++i) {
      RC_ASSERT(world.run().has_value());
      world.pass(base::hours(25));
      check_removals();
    }
  }
};

TEST_CASE("sweep_inAnyInterleaving_neverRemovesWhatIsGrantedAndAlive") {
  holds("sweep_inAnyInterleaving_neverRemovesWhatIsGrantedAndAlive", [] {
    Life life;
    life.world.options.walk = {.width = 1, .batch = static_cast<size_t>(*rc::gen::inRange(1, 5))};
    const int steps = *rc::gen::inRange(1, 25);
    for (int i = 0; i < steps; ++i) life.step();
  });
}

TEST_CASE("sweep_whenNothingDisturbs_findsAndRemovesEverythingUnknown") {
  holds("sweep_whenNothingDisturbs_findsAndRemovesEverythingUnknown", [] {
    Life life;
    const int steps = *rc::gen::inRange(1, 12);
    for (int i = 0; i < steps; ++i) life.step();
    life.world.options.most_removals = 1000;
    life.world.options.most_percent = 100;
    life.calm_days(5);
    for (const domain::Assignment& left : life.world.cloud.assignments) {
      RC_ASSERT(life.is_alive(left) || !in_scope(left));
    }
  });
}

TEST_CASE("sweep_inAnyModeButRemove_removesNothing") {
  holds("sweep_inAnyModeButRemove_removesNothing", [] {
    Life life;
    life.world.options.mode = *rc::gen::inRange(0, 2) == 0 ? Mode::kWarn : Mode::kOff;
    for (int i = 0; i < 4; ++i) life.by_hand();
    const auto before = life.world.cloud.assignments;
    for (int i = 0; i < 3; ++i) {
      static_cast<void>(life.world.run());
      life.world.pass(base::hours(30));
    }
    RC_ASSERT(life.world.cloud.assignments == before);
  });
}

TEST_CASE("sweep_holdsTheBrake") {
  holds("sweep_holdsTheBrake", [] {
    Life life;
    life.world.options.most_removals = static_cast<size_t>(*rc::gen::inRange(0, 4));
    life.world.options.most_percent = 100;
    for (int i = 0; i < 12; ++i) life.world.cloud.assignments.insert(any_assignment());
    for (int i = 0; i < 4; ++i) {
      const size_t before = life.world.cloud.removed.size();
      const auto outcome = life.world.run();
      RC_ASSERT(outcome.has_value());
      RC_ASSERT(outcome->removed.size() <= life.world.options.most_removals);
      life.world.pass(base::hours(25));
      RC_ASSERT(life.world.cloud.removed.size() - before <= life.world.options.most_removals);
    }
  });
}

}  // namespace
}  // namespace elevator::tests::sweep_property_test
