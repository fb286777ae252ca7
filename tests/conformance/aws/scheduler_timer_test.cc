// Our timers, and those of the existing product, in EventBridge Scheduler over real HTTP.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "adapters/aws/scheduler.h"
#include "emulator.h"
#include "wire/aws/scheduled_event.h"

namespace elevator::conformance::scheduler_timer_test {
namespace {

using adapters::aws::schedule_name;
using adapters::aws::SchedulerTimer;
using adapters::aws::SchedulesOfExistingProduct;

namespace api = wire::aws::scheduler;

constexpr wire::aws::Operation kCreateGroup{wire::aws::kScheduler, "CreateScheduleGroup",
                                            wire::aws::Safety::kWrite};

struct World {
  explicit World(Emulator& emulator) : emulator_(emulator), aws((reset(), emulator.url())) {
    const auto build = [](const adapters::aws::Endpoint& endpoint) {
      return wire::aws::SignableRequest{.method = "POST",
                                        .path = "/schedule-groups/elevator",
                                        .query = "",
                                        .headers = {{"Host", endpoint.host}},
                                        .body = "{}"};
    };
    REQUIRE(aws.client.send(kCreateGroup, build, {}));
  }
  void reset() { emulator_.control("reset"); }

  ports::TimerPayload payload(int number) const {
    return {
        assignment(), {static_cast<std::uint32_t>(number), aws.time.now() + base::hours(1)}, {}};
  }
  static domain::Assignment assignment() {
    return domain::AccountAssignment{
        domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
        domain::AccountId::literal("111111111111"),
        domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
        domain::PrincipalId::literal("11111111-2222-3333-4444-555555555555")};
  }

  Emulator& emulator_;
  Aws aws;
  SchedulerTimer timer{aws.client,
                       {.group = "elevator",
                        .target_arn = "arn:aws:lambda:us-east-1:123456789012:function:revoker",
                        .role_arn = "arn:aws:iam::123456789012:role/schedules",
                        .dead_letter_arn = "arn:aws:sqs:us-east-1:123456789012:dead"}};
  adapters::aws::ScheduleGroup group{aws.client, "elevator"};
  SchedulesOfExistingProduct theirs{aws.client, "elevator"};
};

TEST_CASE("schedulerTimer_arm_isThereOnceAsAsked_untilItIsDisarmed") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  const auto payload = world.payload(1);
  const std::string name = schedule_name(payload.assignment, payload.timer);
  for (int times = 0; times < 2; ++times) REQUIRE(world.timer.arm(payload));
  CHECK(*world.group.names() == std::vector<std::string>{name});
  const auto made = world.group.get(name);
  REQUIRE(made);
  REQUIRE(*made);
  CHECK(*api::moment_of(**made) == payload.timer.deadline);
  CHECK((*made)->target.arn == "arn:aws:lambda:us-east-1:123456789012:function:revoker");
  CHECK((*made)->target.retry->maximum_event_age_seconds == 86'400);
  CHECK((*made)->target.dead_letters->arn == "arn:aws:sqs:us-east-1:123456789012:dead");
  const auto event = wire::aws::parse_scheduled_event(*(*made)->target.input);
  REQUIRE(event);
  const auto& revocation = std::get<wire::aws::ScheduledRevocation>(*event);
  CHECK(revocation.schedule_name == name);
  CHECK(revocation.assignment == payload.assignment);
  CHECK(revocation.timer == payload.timer);
  CHECK(world.theirs.names()->empty());

  for (int times = 0; times < 2; ++times) {
    CHECK(world.timer.disarm(payload.assignment, payload.timer));
  }
  CHECK(world.group.names()->empty());
  CHECK_FALSE(*world.group.get(name));
}

TEST_CASE("schedulerTimer_lostAnswers_endInOneSchedule") {
  EMULATOR_OR_SKIP(emulator);
  for (const char* kind : {"close_after", "close_before", "error500", "throttle"}) {
    CAPTURE(kind);
    World world(emulator);
    const auto fault = fmt::format(R"({{"operation": "POST", "kind": "{}"}})", kind);
    emulator.control("faults", fault);
    const auto payload = world.payload(1);  // time passes while it is tried again
    CHECK(world.timer.arm(payload));
    CHECK(world.group.names()->size() == 1);
    emulator.control("faults", fmt::format(R"({{"operation": "DELETE", "kind": "{}"}})", kind));
    CHECK(world.timer.disarm(payload.assignment, payload.timer));
    CHECK(world.group.names()->empty());
  }
}

TEST_CASE("schedulesOfExistingProduct_areFoundOverAllPages_andReadAsTheyWereWritten") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  const std::string input =
      R"({"action": "event_bridge_revoke", "revoke_event": "{\"schedule_name\":\"x\",)"
      R"(\"approver\":{\"id\":\"UA\",\"email\":\"a@corp.com\",\"real_name\":\"Ann A\"},)"
      R"(\"requester\":{\"id\":\"UR\",\"email\":\"r@corp.com\",\"real_name\":\"Rob R\"},)"
      R"(\"user_account_assignment\":{\"instance_arn\":\"arn:aws:sso:::instance/ssoins-1\",)"
      R"(\"account_id\":\"111111111111\",)"
      R"(\"permission_set_arn\":\"arn:aws:sso:::permissionSet/ssoins-1/ps-1\",)"
      R"(\"user_principal_id\":\"11111111-2222-3333-4444-555555555555\"},)"
      R"(\"permission_duration\":\"PT1H\"}"})";
  api::CreateSchedule schedule;
  schedule.expression = "at(2026-03-01T15:00:00)";
  schedule.target = {.arn = "arn:aws:lambda:us-east-1:123456789012:function:revoker",
                     .role_arn = "arn:aws:iam::123456789012:role/schedules",
                     .input = input,
                     .dead_letters = {},
                     .retry = {}};
  constexpr int kTheirs = 120;  // more than a page
  for (int i = 0; i < kTheirs; ++i) {
    REQUIRE(world.group.create(fmt::format("access-revoker{}", i), schedule));
  }
  REQUIRE(world.timer.arm(world.payload(1)));
  REQUIRE(world.group.create("discard-buttons2026-03-01-10-00-00", schedule));
  const auto names = world.theirs.names();
  REQUIRE(names);
  CHECK(names->size() == kTheirs);
  const auto timer = world.theirs.read("access-revoker7");
  REQUIRE(timer);
  REQUIRE(*timer);
  CHECK((*timer)->assignment == World::assignment());
  CHECK((*timer)->at == *base::parse_rfc3339("2026-03-01T15:00:00Z"));
  REQUIRE(world.theirs.remove("access-revoker7"));
  CHECK(world.theirs.remove("access-revoker7"));
  CHECK_FALSE(*world.theirs.read("access-revoker7"));
}

}  // namespace
}  // namespace elevator::conformance::scheduler_timer_test
