// How many operations AWS has in flight is counted here; a clock that is set back neither keeps
// finished ones in the count nor anybody waiting for hours.
#include "adapters/aws/identity_center.h"

#include <doctest/doctest.h>

#include "adapters/aws/fake_http_test.h"

namespace elevator::adapters::aws::identity_center_test {
namespace {

domain::Assignment assignment(std::string_view account) {
  return domain::AccountAssignment{
      domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
      domain::AccountId::literal(account),
      domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
      domain::PrincipalId::literal("11111111-2222-3333-4444-555555555555")};
}

// Every creation begins and never ends by itself.
struct Fixture {
  World world{[this](const net::Request&) -> base::Result<net::Response> {
    return reply(200, R"({"AccountAssignmentCreationStatus":{"Status":"IN_PROGRESS",)"
                      R"("RequestId":"r-)" +
                          std::to_string(++begun) + R"("}})");
  }};
  int begun = 0;
  IdentityCenter center{world.client, {.most_creations = 1}};

  base::Result<ports::Started> create(std::string_view account) {
    return center.create(assignment(account), world.clock.now() + base::hours(3));
  }
};

TEST_CASE_FIXTURE(Fixture, "create_whileAsManyRunAsMay_isRefusedUntilTheyMustBeOver") {
  REQUIRE(create("111111111111").has_value());
  const auto refused = create("222222222222");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == base::Kind::kThrottled);
  CHECK(refused.error().effect == base::Effect::kNone);
  CHECK(begun == 1);
  world.clock.advance(base::minutes(15) + base::Seconds(1));
  CHECK(create("222222222222").has_value());
}

TEST_CASE_FIXTURE(Fixture, "create_whatWasNotedAheadOfTheClock_countsNoLonger") {
  REQUIRE(create("111111111111").has_value());
  world.clock.advance(-base::hours(1));
  CHECK(create("222222222222").has_value());
  CHECK(begun == 2);
}

}  // namespace
}  // namespace elevator::adapters::aws::identity_center_test
