// Laws of the sweep, in random worlds: grants, ends, changes by hand, failures, sweeps and time in
// any order (DESIGN 3, I6).
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/support/sweep_world.h"

namespace elevator::tests {
namespace {

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

struct Given {
  base::TimePoint until;
  bool alive = true;  // false: somebody took it away by hand
};

struct Life {
  SweepWorld world;
  std::map<domain::Assignment, Given> granted;
  size_t removed_seen = 0;

  bool is_alive(const domain::Assignment& assignment) const {
    const auto given = granted.find(assignment);
    return given != granted.end() && given->second.alive && given->second.until > world.clock.now();
  }

  // Nothing that was granted and is alive is ever removed; nothing out of scope either.
  void check_removals() {
    for (; removed_seen < world.cloud.removed.size(); ++removed_seen) {
      const domain::Assignment& removed = world.cloud.removed[removed_seen];
      RC_ASSERT(in_scope(removed) || granted.contains(removed));
      RC_ASSERT(!is_alive(removed));
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
    static_cast<void>(world.sweep().run(purpose, until));
    world.cloud.broken.clear();
    world.chat.broken = world.cloud.forgetful = world.store.index_is_lost = false;
  }
  void step() {
    switch (*rc::gen::inRange(0, 6)) {
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
      default:
        sweep();
    }
    check_removals();
  }
  // The order of a week without changes.
  void calm_days(int days) {
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
}  // namespace elevator::tests
