// What happens to access, its rows and the audit log between two steps of a sweep.
#include <doctest/doctest.h>

#include "tests/support/sweep_world.h"
#include "workflow/sweep/sweep.h"

namespace elevator::workflow::sweep::moments_test {
namespace {

constexpr const char* kOne = "111111111111";

struct World : tests::SweepWorld {
  Outcome swept() {
    auto outcome = run(Purpose::kRemoval);
    if (!outcome) FAIL(outcome.error().message);
    return *outcome;
  }
  size_t entries(std::string_view text) const {
    return static_cast<size_t>(std::ranges::count_if(audit.entries, [&](const auto& entry) {
      return entry.second.find(text) != std::string::npos;
    }));
  }
};

// Somebody asks for the same while it is being looked for: that is another generation.
TEST_CASE_FIXTURE(World, "sweep_whenAccessWasGivenAnewSinceTheLook_leavesItAlone") {
  const auto who = access(kOne, "Admin", 1);
  grant(who, base::hours(1));
  pass(base::minutes(10));
  cloud.assignments.erase(who);
  cloud.after_look = [&, times = 0](const domain::Assignment&) mutable {
    if (++times != 1) return;
    pass(base::hours(2));  // its time is over; then it is given again
    grant(who, base::hours(5));
  };
  CHECK(swept().missing.empty());  // and nobody is told that it was closed
  CHECK(chat.reports.empty());
  cloud.after_look = nullptr;
  pass(base::minutes(10));
  CHECK((*store.grant(who))->value.generation == 2);
  CHECK((*store.grant(who))->value.phase == domain::Phase::kActive);
  CHECK(cloud.assignments.contains(who));
  CHECK(entries(R"("operation_type":"drift")") == 0);
}

// Somebody asks for the stray at the moment of its removal: their request ends, and the stray goes
// with the next removal, without another warning.
TEST_CASE_FIXTURE(World, "sweep_whenARowOfItEndedAMomentAgo_removesItNextTime") {
  cloud.assignments = {member(2)};
  swept();
  pass(base::hours(25));
  auto ended = domain::new_grant(member(2));
  ended.phase = domain::Phase::kEnded;
  ended.generation = 1;
  ended.phase_since = clock.now();
  REQUIRE(store.commit({{ended, 0, std::nullopt}}).has_value());
  CHECK(swept().removed.empty());
  pass(base::minutes(10));
  CHECK(swept().removed.size() == 1);
}

TEST_CASE_FIXTURE(World, "sweep_whenTheAuditLogWasAway_deliversItsEntryWithTheNextRun") {  // I7
  cloud.assignments = {member(2)};
  audit.broken = true;
  swept();
  CHECK(entries(R"("operation_type":"sweep")") == 0);
  audit.broken = false;
  pass(base::hours(2));
  swept();
  CHECK(entries(R"("operation_type":"sweep")") >= 2);
}

}  // namespace
}  // namespace elevator::workflow::sweep::moments_test
