// identitystore and organizations.
#include <set>

#include "sandbox/aws/ask_test.h"

namespace elevator::sandbox::aws::directory_test {
namespace {

namespace json = boost::json;

json::object by(std::string_view path, std::string_view value) {
  return {{"AlternateIdentifier",
           {{"UniqueAttribute", {{"AttributePath", path}, {"AttributeValue", value}}}}}};
}

TEST_CASE("getUserId_findsByUserNameAndAddress_letterByLetter") {
  Small world;
  const std::string ann = world.ids.users["ann"];
  CHECK(world.store("GetUserId", by("userName", "ann")).at("UserId").as_string() == ann);
  CHECK(world.store("GetUserId", by("emails.value", "Ann@corp.com")).at("UserId").as_string() ==
        ann);
  CHECK(refused(world.store("GetUserId", by("emails.value", "ann@corp.com"))) ==
        "ResourceNotFoundException");
  CHECK(refused(world.store("GetUserId", by("title", "x"))) == "ValidationException");
  CHECK(refused(world.store("GetUserId")) == "ValidationException");
}

TEST_CASE("describeUser_givesTheEnterpriseExtensionOnlyWhenAsked") {
  Small world;
  World more;
  more.users = {{.user_name = "eve",
                 .title = "Lead",
                 .enterprise = {{"department", "Data"}, {"costCenter", "42"}},
                 .manager = "ann"}};
  const Ids ids = world.organization.add(more);
  json::object request{{"UserId", ids.users.at("eve")}};
  const auto plain = world.store("DescribeUser", request);
  CHECK(plain.at("UserStatus").as_string() == "ENABLED");
  CHECK(plain.at("Title").as_string() == "Lead");
  CHECK_FALSE(plain.contains("Extensions"));
  CHECK_FALSE(plain.contains("Emails"));
  request["Extensions"] = json::array{"aws:identitystore:enterprise"};
  const auto full = world.store("DescribeUser", request);
  const auto& attributes = full.at("Extensions").at("aws:identitystore:enterprise").as_object();
  CHECK(attributes.at("department").as_string() == "Data");
  CHECK(attributes.at("costCenter").as_string() == "42");
  CHECK(attributes.at("manager").at("value").as_string() == ids.users.at("ann"));
  request["Extensions"] = json::array{"aws:identitystore:other"};
  CHECK(refused(world.store("DescribeUser", request)) == "ValidationException");

  world.organization.set_user_enabled("eve", false);
  CHECK(
      world.store("DescribeUser", {{"UserId", ids.users.at("eve")}}).at("UserStatus").as_string() ==
      "DISABLED");
}

TEST_CASE("listUsers_filtersByUserNameOnly_andPages") {
  Small world;
  const auto filter = [](std::string_view path, std::string_view value) {
    return json::object{
        {"Filters", json::array{{{"AttributePath", path}, {"AttributeValue", value}}}}};
  };
  const auto found = world.store("ListUsers", filter("UserName", "bob"));
  REQUIRE(found.at("Users").as_array().size() == 1);
  CHECK(refused(world.store("ListUsers", filter("Emails.Value", "x"))) == "ValidationException");
  auto first = world.store("ListUsers", {{"MaxResults", 1}});
  CHECK(first.at("Users").as_array().size() == 1);
  const auto second =
      world.store("ListUsers", {{"MaxResults", 1}, {"NextToken", first.at("NextToken")}});
  CHECK(second.at("Users").as_array().size() == 1);
  CHECK_FALSE(second.contains("NextToken"));
}

TEST_CASE("memberships_areMadeOnceAndTakenAwayByTheirId") {
  Small world;
  const json::object key{{"GroupId", world.ids.groups["ops"]},
                         {"MemberId", {{"UserId", world.ids.users["ann"]}}}};
  CHECK(refused(world.store("GetGroupMembershipId", key)) == "ResourceNotFoundException");
  const auto made = world.store("CreateGroupMembership", key);
  const json::object id{{"MembershipId", made.at("MembershipId")}};
  CHECK(refused(world.store("CreateGroupMembership", key)) == "ConflictException");
  CHECK(world.store("GetGroupMembershipId", key).at("MembershipId") == id.at("MembershipId"));
  CHECK(world.store("DescribeGroupMembership", id).at("GroupId") == key.at("GroupId"));
  CHECK(world.store("ListGroupMemberships", {{"GroupId", key.at("GroupId")}})
            .at("GroupMemberships")
            .as_array()
            .size() == 1);
  CHECK(world.store("ListGroupMembershipsForMember", {{"MemberId", key.at("MemberId")}})
            .at("GroupMemberships")
            .as_array()
            .size() == 1);
  const json::object ask{{"MemberId", key.at("MemberId")},
                         {"GroupIds", {world.ids.groups["ops"], world.ids.groups["dba"]}}};
  const auto results = world.store("IsMemberInGroups", ask).at("Results").as_array();
  CHECK(results.at(0).at("MembershipExists").as_bool());
  CHECK_FALSE(results.at(1).at("MembershipExists").as_bool());

  CHECK(world.store("DeleteGroupMembership", id).empty());
  CHECK(refused(world.store("DeleteGroupMembership", id)) == "ResourceNotFoundException");
  // A new membership of the same person has another id.
  const auto again = world.store("CreateGroupMembership", key);
  CHECK(again.at("MembershipId") != id.at("MembershipId"));
}

TEST_CASE("deletedUser_leavesGroups_andComesBackAsSomebodyElse") {
  Small world;
  world.organization.delete_user("bob");
  CHECK(world.store("ListGroupMemberships", {{"GroupId", world.ids.groups["dba"]}})
            .at("GroupMemberships")
            .as_array()
            .empty());
  World more;
  more.users = {{.user_name = "bob"}};
  CHECK(world.organization.add(more).users.at("bob") != world.ids.users["bob"]);
}

TEST_CASE("otherStoresAndInstances_areNotFound") {
  Small world;
  const auto answer = world.organization.call(Service::kIdentityStore, "ListUsers",
                                              {{"IdentityStoreId", "d-0000000000"}});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == "ResourceNotFoundException");
  CHECK(answer.error().resource_type == "IDENTITY_STORE");
}

TEST_CASE("organizationalUnits_nestAndAccountsStandInThem") {
  Small world;
  const auto root = world.orgs("ListRoots").at("Roots").as_array().at(0).at("Id");
  const auto units = world.orgs("ListOrganizationalUnitsForParent", {{"ParentId", root}});
  const auto& prod = units.at("OrganizationalUnits").as_array().at(0);
  CHECK(prod.at("Name").as_string() == "Prod");
  CHECK(prod.at("Id").as_string() == world.ids.units["Prod"]);
  const auto parents = world.orgs("ListParents", {{"ChildId", "111111111111"}});
  CHECK(parents.at("Parents").as_array().at(0).at("Id").as_string() == world.ids.units["Prod/Pay"]);
  CHECK(
      world.orgs("ListAccountsForParent", {{"ParentId", root}}).at("Accounts").as_array().size() ==
      2);
  CHECK(refused(world.orgs("ListAccountsForParent", {{"ParentId", "r-none"}})) ==
        "ParentNotFoundException");
  CHECK(refused(world.orgs("ListParents", {{"ChildId", "999999999999"}})) ==
        "ChildNotFoundException");
  CHECK(refused(world.orgs("DescribeAccount", {{"AccountId", "999999999999"}})) ==
        "AccountNotFoundException");
  CHECK(refused(world.orgs("DescribeAccount", {{"AccountId", "x"}})) == "InvalidInputException");
}

TEST_CASE("listAccounts_comesInPagesOfTwenty") {
  Small world;
  World more;
  for (int i = 0; i < 30; ++i) more.accounts.push_back({.name = "account" + std::to_string(i)});
  more.accounts[0].state = "PENDING_CLOSURE";
  more.accounts[0].tags = {{"env", "dev"}};
  const Ids ids = world.organization.add(more);
  const auto first = world.orgs("ListAccounts");
  CHECK(first.at("Accounts").as_array().size() == 20);
  const auto second = world.orgs("ListAccounts", {{"NextToken", first.at("NextToken")}});
  CHECK(second.at("Accounts").as_array().size() == 13);
  CHECK_FALSE(second.contains("NextToken"));
  CHECK(refused(world.orgs("ListAccounts", {{"MaxResults", 21}})) == "InvalidInputException");
  const auto tags =
      world.orgs("ListTagsForResource", {{"ResourceId", ids.accounts.at("account0")}});
  CHECK(json::serialize(tags.at("Tags")) == R"([{"Key":"env","Value":"dev"}])");
}

TEST_CASE("demoWorld_holdsTogether") {
  const base::ManualClock clock(kNoon);
  Organization organization(clock, demo_world());
  const Snapshot snapshot = organization.snapshot();
  CHECK(snapshot.accounts.size() == 12);
  CHECK(snapshot.assignments.size() == demo_world().assignments.size());
  CHECK(snapshot.memberships.size() == 7);
  for (const auto& assignment : snapshot.assignments) {
    CHECK(assignment.principal_type == PrincipalType::kGroup);
  }
  const Ids ids = organization.ids();
  CHECK(ids.permission_sets.size() == 5);
  CHECK(ids.users.size() == 10);
  CHECK(ids.users.count("dana") == 1);
  CHECK(ids.units.count("Prod/Payments") == 1);
}

TEST_CASE("largeWorld_hasTheSizesThatWereAskedFor") {
  const base::ManualClock clock(kNoon);
  Organization organization(clock, large_world());
  const Snapshot snapshot = organization.snapshot();
  CHECK(snapshot.accounts.size() == 501);
  std::set<std::pair<std::string, std::string>> pairs;
  size_t strays = 0;
  for (const auto& assignment : snapshot.assignments) {
    pairs.emplace(assignment.account_id, assignment.permission_set);
    strays += assignment.principal_type == PrincipalType::kUser ? 1 : 0;
  }
  CHECK(pairs.size() == 6000);
  CHECK(strays == 300);
  CHECK(organization.ids().users.size() == 2000);
}

}  // namespace
}  // namespace elevator::sandbox::aws::directory_test
