// The end of an invocation: who waits and who calls no longer.
#include "main/lambda/invocation_time.h"

#include <doctest/doctest.h>

#include "main/hooks/hooked.h"
#include "main/serve/timed_http.h"

namespace elevator::lambda::invocation_time_test {
namespace {

const auto kStart = base::from_unix_milliseconds(1'735'786'800'000);

struct Fixture {
  Fixture() { clock.set(kStart); }
  hooks::VirtualClock clock{kStart};
  hooks::ClockMovingWaiter waiter{clock};
  InvocationTime time;
};

TEST_CASE_FIXTURE(Fixture, "timedWaiter_waitsNoLongerThanTheInvocationLasts") {
  TimedWaiter timed(waiter, clock, time);
  timed.wait(base::Seconds(5));
  CHECK(clock.now() == kStart + base::Seconds(5));
  time.begin(kStart + base::Seconds(10));
  timed.wait(base::Seconds(20));
  CHECK(clock.now() == *time.until());
  CHECK(clock.now() < kStart + base::Seconds(10));
  timed.wait(base::Seconds(20));
  CHECK(clock.now() == *time.until());
}

struct RecordingHttp final : net::HttpClient {
  base::Result<net::Response> send(const net::Request&, std::chrono::milliseconds given) override {
    budgets.push_back(given);
    return net::Response{};
  }
  std::vector<std::chrono::milliseconds> budgets;
};

TEST_CASE_FIXTURE(Fixture, "timedHttp_givesACallWhatIsLeft_andSendsNothingAfterwards") {
  RecordingHttp http;
  serve::TimedHttp timed(http, clock, [&] { return time.until(); });
  CHECK(timed.send({}, base::Seconds(20)));
  time.begin(kStart + base::Seconds(10));
  CHECK(timed.send({}, base::Seconds(20)));
  CHECK(timed.send({}, base::Seconds(2)));
  clock.set(kStart + base::Seconds(10));
  const auto late = timed.send({}, base::Seconds(2));
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == base::Kind::kTimeout);
  CHECK(late.error().effect == base::Effect::kNone);
  CHECK(http.budgets == std::vector<std::chrono::milliseconds>{
                            base::Seconds(20), *time.until() - kStart, base::Seconds(2)});
  serve::TimedHttp endless(http, clock, {});
  CHECK(endless.send({}, base::Seconds(7)));
}

}  // namespace
}  // namespace elevator::lambda::invocation_time_test
