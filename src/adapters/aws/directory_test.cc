// Members of groups: remembered for minutes, and asked now about one person.
#include "adapters/aws/directory.h"

#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "adapters/aws/fake_http_test.h"
#include "tests/support/fake_ports.h"

namespace elevator::adapters::aws::directory_test {
namespace {

namespace json = boost::json;

class OneStore final : public ports::IdentityCenter {
 public:
  base::Result<ports::Instance> instance() override {
    return ports::Instance{domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-1"),
                           domain::IdentityStoreId::literal("d-1")};
  }
  base::Result<ports::Observation> look(const domain::Assignment&, bool) override { return no(); }
  base::Result<ports::Started> create(const domain::Assignment&, base::TimePoint) override {
    return no();
  }
  base::Result<ports::Started> remove(const domain::Assignment&) override { return no(); }
  base::Result<domain::OperationStatus> poll(const domain::Assignment&, domain::Operation::Kind,
                                             const std::string&) override {
    return no();
  }
  base::Result<domain::ExistenceChecked::Answer> existence(const domain::Assignment&) override {
    return no();
  }

 private:
  static base::Error no() { return base::unavailable("not in this test"); }
};

std::string user_id(int number) {
  return "11111111-2222-3333-4444-00000000000" + std::to_string(number);
}
std::string address(int number) { return "user" + std::to_string(number) + "@corp.com"; }

// Users 0 to 9; the group Leads has those below `members`.
struct Fixture {
  World world{[this](const net::Request& request) { return answer(request); }};
  OneStore store;
  tests::MemorySnapshots snapshots;
  Directory directory{world.client, store, snapshots, world.log, {}};
  int members = 8;
  std::string status = "ENABLED";

  net::Response answer(const net::Request& request) {
    const std::string operation(request.headers.get("X-Amz-Target").substr(17));
    if (operation == "GetGroupId") {
      const bool known = request.body.find("Leads") != std::string::npos;
      return known ? reply(200, R"({"GroupId":"g-1","IdentityStoreId":"d-1"})")
                   : error_reply(400, "ResourceNotFoundException");
    }
    if (operation == "ListGroupMemberships") return reply(200, memberships());
    if (operation == "DescribeUser") return describe(number_in(request.body));
    if (operation == "GetUserId") return find(request.body);
    if (operation == "IsMemberInGroups") {
      const bool present = number_in(request.body) < members;
      return reply(200, std::string(R"({"Results":[{"GroupId":"g-1","MembershipExists":)") +
                            (present ? "true" : "false") + "}]}");
    }
    return error_reply(400, "ValidationException");
  }

  static int number_in(const std::string& body) {
    const size_t at = body.find("00000000000");
    return at == std::string::npos ? 99 : body[at + 11] - '0';
  }
  std::string memberships() const {
    json::array all;
    for (int i = 0; i < members; ++i) {
      all.push_back(json::object{{"IdentityStoreId", "d-1"},
                                 {"MembershipId", "m"},
                                 {"GroupId", "g-1"},
                                 {"MemberId", json::object{{"UserId", user_id(i)}}}});
    }
    return json::serialize(json::object{{"GroupMemberships", all}});
  }
  net::Response describe(int number) const {
    json::array emails;
    emails.push_back(json::object{{"Value", address(number)}});
    const json::object user{{"IdentityStoreId", "d-1"},
                            {"UserId", user_id(number)},
                            {"UserName", address(number)},
                            {"UserStatus", status},
                            {"Emails", emails}};
    return reply(200, json::serialize(user));
  }
  static net::Response find(const std::string& body) {
    for (int i = 0; i < 10; ++i) {
      if (body.find(address(i)) == std::string::npos) continue;
      return reply(200, R"({"IdentityStoreId":"d-1","UserId":")" + user_id(i) + "\"}");
    }
    return error_reply(400, "ResourceNotFoundException");
  }
  size_t calls() const { return world.http.requests.size(); }
};

TEST_CASE_FIXTURE(Fixture, "groupMembers_areReadOnceInFiveMinutes") {
  CHECK(directory.group_members("Leads")->size() == 8);
  const size_t first = calls();
  CHECK(first == 10);  // the group, its members, and each of them
  CHECK(directory.group_members("Leads")->size() == 8);
  CHECK(calls() == first);
  members = 3;
  world.clock.advance(base::minutes(5));
  CHECK(directory.group_members("Leads")->size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "isMember_isAskedNow_withFewCallsHoweverLargeTheGroup") {
  CHECK(directory.group_members("Leads").has_value());
  const auto third = domain::Email::literal(address(3));
  const size_t before = calls();
  CHECK(*directory.is_member("Leads", third));
  CHECK(calls() - before <= 3);
  members = 3;
  CHECK_FALSE(*directory.is_member("Leads", third));
  members = 8;
  status = "DISABLED";
  CHECK_FALSE(*directory.is_member("Leads", third));
}

TEST_CASE_FIXTURE(Fixture, "groupMembers_ofAGroupThatIsNotThere_isNotFoundByName") {
  const auto missing = directory.group_members("Typo");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == base::Kind::kNotFound);
  CHECK(missing.error().message == "Identity Center has no group Typo");
}

}  // namespace
}  // namespace elevator::adapters::aws::directory_test
