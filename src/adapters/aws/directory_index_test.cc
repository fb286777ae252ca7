// What the index of users says is checked with AWS before it decides who somebody is: the index may
// be hours old, and an address may be somebody else's by now.
#include <doctest/doctest.h>

#include "adapters/aws/directory.h"
#include "adapters/aws/fake_http_test.h"
#include "tests/support/fake_ports.h"

namespace elevator::adapters::aws::directory_index_test {
namespace {

const auto kUser = domain::PrincipalId::literal("11111111-2222-3333-4444-555555555555");

class OneInstance final : public tests::NoIdentityCenter {
 public:
  base::Result<ports::Instance> instance() override {
    return ports::Instance{domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
                           domain::IdentityStoreId::literal("d-1234567890")};
  }
};

// Ann is only in the index: AWS compares letter by letter, and nobody asked in her spelling.
struct IndexFixture {
  IndexFixture() {
    const UserIndex users{{"ann@corp.com", kUser}};
    snapshots.kept["users"] = {encode_users(users), world.clock.now()};
  }

  base::Result<domain::Principal> find() { return directory.find("Ann@corp.com"); }

  net::Response described = reply(200, "{}");
  World world{[this](const net::Request& request) -> base::Result<net::Response> {
    const bool describes =
        request.headers.get("X-Amz-Target").find("DescribeUser") != std::string_view::npos;
    return describes ? described : error_reply(400, "ResourceNotFoundException");
  }};
  OneInstance center;
  tests::MemorySnapshots snapshots;
  Directory directory{world.client, center, snapshots, world.log, {}};
};

net::Response user_with(const std::string& address) {
  return reply(200, R"({"UserId":")" + kUser.str() + R"(","UserName":"ann","Emails":[{"Value":")" +
                        address + R"("}]})");
}

TEST_CASE_FIXTURE(IndexFixture, "find_whoIsOnlyInTheIndexAndStillHasTheAddress_isFound") {
  described = user_with(" ANN@Corp.com ");
  const auto found = find();
  REQUIRE(found.has_value());
  CHECK(found->id == kUser);
}

TEST_CASE_FIXTURE(IndexFixture, "find_whoHasAnotherAddressByNow_isNotThePersonOfTheIndex") {
  described = user_with("ann.maria@corp.com");
  const auto found = find();
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().kind == base::Kind::kNotFound);
}

TEST_CASE_FIXTURE(IndexFixture, "find_whoWasDeletedSinceTheIndexWasRead_isNobody") {
  described = error_reply(400, "ResourceNotFoundException");
  const auto found = find();
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().kind == base::Kind::kNotFound);
}

TEST_CASE_FIXTURE(IndexFixture, "find_whenTheIndexCannotBeChecked_isAnErrorAndNotAbsence") {
  described = error_reply(400, "AccessDeniedException");
  const auto found = find();
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().kind == base::Kind::kDenied);
}

}  // namespace
}  // namespace elevator::adapters::aws::directory_index_test
