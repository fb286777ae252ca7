// The time limits of one call hold when the clock is set back while it runs: whoever waits for the
// call would wait for that hour, and a create could be sent after its deadline (I3).
#include <doctest/doctest.h>

#include "adapters/aws/fake_http_test.h"
#include "wire/aws/sso_admin.h"

namespace elevator::adapters::aws::client_limits_test {
namespace {

namespace sso = wire::aws::sso_admin;

// Always throttles; at the first call somebody sets the clock back. Only waiting takes time.
struct SetBack {
  explicit SetBack(base::Milliseconds by)
      : world([this, by](const net::Request&) -> base::Result<net::Response> {
          sent_after.push_back(world.waiter.waited);
          if (sent_after.size() == 1) world.clock.advance(-by);
          return error_reply(400, "ThrottlingException");
        }) {}

  std::vector<base::Milliseconds> sent_after;  // how long the caller had waited by then
  World world;
};

TEST_CASE("call_whenTheClockIsSetBack_waitsNoLongerThanItsBudget") {
  SetBack back(base::hours(1));
  const auto answer = back.world.client.call<sso::ListInstances>({}, {.budget = base::Seconds(30)});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == base::Kind::kThrottled);
  CHECK(back.sent_after.size() > 3);  // it goes on for as long as it may
  CHECK(back.world.waiter.waited <= base::Seconds(30));
  for (const auto budget : back.world.http.budgets) CHECK(budget <= base::Seconds(30));
}

TEST_CASE("call_whenTheClockIsSetBack_sendsNothingAfterItsDeadline") {  // I3
  SetBack back(base::hours(1));
  const auto answer = back.world.client.call<sso::CreateAccountAssignment>(
      {}, {.budget = base::minutes(5), .not_after = back.world.clock.now() + base::Seconds(3)});
  REQUIRE_FALSE(answer.has_value());
  CHECK(back.sent_after.size() > 1);
  CHECK(back.sent_after.back() < base::Seconds(3));
  for (const auto budget : back.world.http.budgets) CHECK(budget <= base::Seconds(3));
}

}  // namespace
}  // namespace elevator::adapters::aws::client_limits_test
