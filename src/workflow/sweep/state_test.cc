#include "workflow/sweep/state.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/sweep_world.h"

namespace elevator::workflow::sweep::state_test {
namespace {

constexpr const char* kOne = "111111111111";

TEST_CASE("state_survivesItsRow") {
  State state;
  state.run = Run{.started = base::from_unix_milliseconds(1'735'786'800'000),
                  .by_person = true,
                  .cursor = "g|x",
                  .listed = 3,
                  .pairs = 2,
                  .more_strays = 1,
                  .unread = 4,
                  .missing = {tests::SweepWorld::member(1)},
                  .trouble = {"a"}};
  for (int i = 0; i < 9; ++i) {
    state.seen.push_back({tests::SweepWorld::access(kOne, "Read", i), state.run->started,
                          state.run->started, state.run->started});
  }
  state.told = "x";
  state.asked_at = state.allowed_until = state.run->started;
  const auto decoded = decode({.name = kRow, .body = encode(state)});
  REQUIRE(decoded.has_value());
  CHECK(*decoded == state);
  CHECK_FALSE(decode({.name = kRow, .body = "{}"}).has_value());
}

// Rows of earlier versions: all but the principal as a number, times as they are.
TEST_CASE("state_readsRowsOfEarlierVersions") {
  const std::string body = R"({"busy_until":0,"last_report":1735786800,"last_removal":0,
      "last_full":1735786800,"pairs":1,"users":0,"by_person_refused":false,"told":"x","asked_at":0,
      "allowed_until":0,
      "seen":[["0|00000000-0000-0000-0000-000000001002",1735786800,0,1735786800]],
      "run":{"started":1735786800,"by_person":false,"cursor":"","listed":1,"pairs":1,
             "more_strays":0,"unread":0,"trouble":[],
             "missing":["0|00000000-0000-0000-0000-000000001001"]},
      "texts":["group|d-1234567890|00000000-0000-0000-0000-00000000000a"]})";
  const auto state = decode({.name = kRow, .body = body});
  REQUIRE(state.has_value());
  const auto then = base::from_unix_milliseconds(1'735'786'800'000);
  CHECK(state->seen == std::vector<Seen>{{tests::SweepWorld::member(2), then, {}, then}});
  CHECK(state->run->missing == std::vector{tests::SweepWorld::member(1)});
}

TEST_CASE("state_ofAnotherShape_isRefused") {
  const std::string head = R"({"busy_until":0,"last_report":0,"last_removal":0,"last_full":0,
      "pairs":1,"users":0,"by_person_refused":false,"told":"","asked_at":0,"allowed_until":0,
      "texts":["group|d-1234567890|00000000-0000-0000-0000-00000000000a|","x"],"seen":[)";
  for (const char* seen : {"[0,0,0,1,2]", "[1,1,1,0,1]", "[]", R"(["9|x",0,0,0])", R"(["|",0,0,0])",
                           "[0,0,0,-1]", "[0,0,0,7]", "3"}) {
    CAPTURE(seen);
    CHECK_FALSE(decode({.name = kRow, .body = head + seen + "]}"}).has_value());
  }
}

// As many as are remembered, and no two of the same account; `sets` of permission sets.
State full_state(int sets) {
  const auto now = base::from_unix_milliseconds(1'735'786'800'000);
  const auto stray = [&](int number) -> domain::Assignment {
    return domain::AccountAssignment{
        tests::kInstanceArn, domain::AccountId::literal("111111111" + std::to_string(100 + number)),
        domain::PermissionSetArn::literal(
            "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-" +
            std::to_string(1'000'000'000'000'000 + number % sets)),
        domain::PrincipalId::literal("9067f2a1b3-00000000-0000-0000-0000-00000000" +
                                     std::to_string(1000 + number))};
  };
  State state;
  state.run = Run{.started = now};
  for (int i = 0; i < 800; ++i) {
    const auto warned = now - base::hours(i % 48);
    state.seen.push_back({stray(i), now - base::hours(24 + i % 96), warned, now});
  }
  for (int i = 800; i < 840; ++i) state.run->missing.push_back(stray(i));
  state.run->trouble.assign(kMostTrouble, std::string(kLongestTrouble, '"'));
  state.undelivered.assign(50, "sweep/2025-01-02T03:00:00Z");
  return state;
}

base::Status keep(const State& state) {
  tests::MemoryStore store;
  return store.commit({{ports::NamedRow{.name = kRow, .body = encode(state)}, 0, std::nullopt}});
}

TEST_CASE("state_ofManyDifferentPairs_fitsItsRow") {
  State state = full_state(200);
  fit(state);
  CHECK(state.seen.size() == 800);
  CHECK(keep(state).has_value());
  CHECK(*decode({.name = kRow, .body = encode(state)}) == state);
}

TEST_CASE("state_thatDoesNotFitItsRow_countsTheNewestInstead") {
  State state = full_state(800);
  const State whole = state;
  for (int i = 0; i < 40; ++i) state.undelivered.push_back(std::string(1000, 'x'));
  CHECK_FALSE(keep(state).has_value());
  fit(state);
  CHECK(keep(state).has_value());
  CHECK(state.seen.size() > 400);
  CHECK(state.seen.size() + state.run->more_strays == 800);
  CHECK(std::equal(state.seen.begin(), state.seen.end(), whole.seen.begin()));
}

}  // namespace
}  // namespace elevator::workflow::sweep::state_test
