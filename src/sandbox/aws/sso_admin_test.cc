#include <set>

#include "sandbox/aws/ask_test.h"

namespace elevator::sandbox::aws::sso_admin_test {
namespace {

using base::Seconds;

TEST_CASE("create_isInProgressUntilItsTime_thenListed") {
  Small world;
  const std::string id = world.start("Create", world.facts());
  CHECK(id.size() == 36);
  CHECK(world.status("Create", id) == "IN_PROGRESS");
  CHECK(world.listed() == 0);
  CHECK(world.organization.next_change() == kNoon + Seconds(3));
  world.clock.advance(base::Milliseconds(2999));
  CHECK(world.status("Create", id) == "IN_PROGRESS");
  world.clock.advance(base::Milliseconds(1));
  const auto done = world.poll("Create", id);
  CHECK(done.at("Status").as_string() == "SUCCEEDED");
  CHECK(done.at("TargetId").as_string() == "111111111111");
  CHECK(done.at("PrincipalId").as_string() == world.ids.users.at("ann"));
  CHECK(world.listed() == 1);
  CHECK_FALSE(world.organization.next_change().has_value());
  CHECK(refused(world.poll("Delete", id)) == "ResourceNotFoundException");
}

TEST_CASE("create_whenItIsThere_succeedsAndChangesNothing") {
  Small world({.creation_takes = base::Milliseconds(0), .requests_per_second = {}});
  CHECK(world.status("Create", world.start("Create", world.facts())) == "SUCCEEDED");
  const auto before = world.organization.snapshot().assignments.at(0).created_at;
  world.clock.advance(base::hours(1));
  CHECK(world.status("Create", world.start("Create", world.facts())) == "SUCCEEDED");
  CHECK(world.listed() == 1);
  CHECK(world.organization.snapshot().assignments.at(0).created_at == before);
}

TEST_CASE("anyOperation_whileOneOfTheSameAssignmentRuns_isAConflict") {
  Small world;
  world.start("Create", world.facts());
  CHECK(world.start("Create", world.facts()) == "ConflictException");
  CHECK(world.start("Delete", world.facts()) == "ConflictException");
  CHECK(world.start("Create", world.facts("bob")).size() == 36);
  CHECK(world.start("Create", world.facts("ann", "Read")).size() == 36);
  world.clock.advance(Seconds(3));
  CHECK(world.start("Delete", world.facts()).size() == 36);
}

TEST_CASE("delete_whatIsThere_isGoneAtItsTime_andWhatIsNot_fails") {
  Small world;
  world.organization.assign({"111111111111", "Admin", "ann"});
  CHECK(world.listed() == 1);
  const std::string id = world.start("Delete", world.facts());
  CHECK(world.listed() == 1);
  world.clock.advance(Seconds(3));
  CHECK(world.listed() == 0);
  CHECK(world.status("Delete", id) == "SUCCEEDED");

  const std::string again = world.start("Delete", world.facts());
  world.clock.advance(Seconds(3));
  const auto failed = world.poll("Delete", again);
  CHECK(failed.at("Status").as_string() == "FAILED");
  CHECK(failed.at("FailureReason").as_string().find("404") != std::string::npos);
}

TEST_CASE("create_whenThePrincipalVanishesMeanwhile_fails") {
  Small world;
  const std::string id = world.start("Create", world.facts());
  world.organization.delete_user("ann");
  world.clock.advance(Seconds(3));
  CHECK(world.status("Create", id) == "FAILED");
  CHECK(world.listed() == 0);
}

TEST_CASE("create_whenToldToFail_failsWithTheReason") {
  Small world;
  world.organization.change_settings([](Settings& s) { s.failure_reason = "409 Conflict"; });
  const std::string id = world.start("Create", world.facts());
  CHECK(world.status("Create", id) == "IN_PROGRESS");
  CHECK_FALSE(world.poll("Create", id).contains("FailureReason"));
  world.clock.advance(Seconds(3));
  CHECK(world.poll("Create", id).at("FailureReason").as_string() == "409 Conflict");
}

TEST_CASE("operations_beyondTheLimit_areThrottledUntilOneEnds") {
  Small world({.requests_per_second = {}, .most_operations = 2});
  CHECK(world.start("Create", world.facts("ann")).size() == 36);
  CHECK(world.start("Delete", world.facts("bob")).size() == 36);
  CHECK(world.start("Create", world.facts("ann", "Read")) == "ThrottlingException");
  world.clock.advance(Seconds(3));
  CHECK(world.start("Create", world.facts("ann", "Read")).size() == 36);
}

TEST_CASE("operations_endedByLooks_ignoreTheClock") {
  Small world({.polls = 1, .requests_per_second = {}});
  const std::string id = world.start("Create", world.facts());
  world.clock.advance(base::hours(1));
  CHECK(world.status("Create", id) == "IN_PROGRESS");
  CHECK(world.status("Create", id) == "SUCCEEDED");
  world.organization.change_settings([](Settings& s) { s.polls = -1; });
  CHECK(world.status("Delete", world.start("Delete", world.facts())) == "SUCCEEDED");
}

TEST_CASE("listing_withLag_learnsLateOfBothChanges") {
  Small world({.creation_takes = Seconds(1),
               .deletion_takes = Seconds(1),
               .listing_lag = Seconds(5),
               .requests_per_second = {}});
  const std::string id = world.start("Create", world.facts());
  world.clock.advance(Seconds(1));
  CHECK(world.status("Create", id) == "SUCCEEDED");
  CHECK(world.listed() == 0);
  CHECK(world.organization.snapshot().assignments.size() == 1);
  world.clock.advance(base::Milliseconds(4999));
  CHECK(world.listed() == 0);
  world.clock.advance(base::Milliseconds(1));
  CHECK(world.listed() == 1);

  world.start("Delete", world.facts());
  world.clock.advance(Seconds(1));
  CHECK(world.organization.snapshot().assignments.empty());
  CHECK(world.listed() == 1);
  world.clock.advance(Seconds(5));
  CHECK(world.listed() == 0);
}

TEST_CASE("operationListings_filterByStatusAndNameNoFacts") {
  Small world;
  const std::string first = world.start("Create", world.facts());
  world.clock.advance(Seconds(2));
  const std::string second = world.start("Create", world.facts("bob"));
  world.clock.advance(Seconds(1));
  const auto running =
      world.sso("ListAccountAssignmentCreationStatus", {{"Filter", {{"Status", "IN_PROGRESS"}}}});
  const auto& statuses = running.at("AccountAssignmentsCreationStatus").as_array();
  REQUIRE(statuses.size() == 1);
  CHECK(statuses[0].at("RequestId").as_string() == second);
  CHECK_FALSE(statuses[0].as_object().contains("TargetId"));
  CHECK(world.sso("ListAccountAssignmentCreationStatus")
            .at("AccountAssignmentsCreationStatus")
            .as_array()
            .size() == 2);
  CHECK(world.sso("ListAccountAssignmentDeletionStatus")
            .at("AccountAssignmentsDeletionStatus")
            .as_array()
            .empty());
}

TEST_CASE("provisioned_isWhereItIsAssigned") {
  Small world;
  world.organization.assign({"111111111111", "Admin", "dba", PrincipalType::kGroup});
  world.organization.assign({"222222222222", "Admin", "ann"});
  const auto arn = world.ids.permission_sets.at("Admin");
  const auto accounts =
      world.sso("ListAccountsForProvisionedPermissionSet", {{"PermissionSetArn", arn}});
  CHECK(boost::json::serialize(accounts.at("AccountIds")) == R"(["111111111111","222222222222"])");
  const auto sets =
      world.sso("ListPermissionSetsProvisionedToAccount", {{"AccountId", "222222222222"}});
  CHECK(sets.at("PermissionSets").as_array().size() == 1);
}

TEST_CASE("forPrincipal_namesTheGroupOfWhatComesThroughIt_andMissesDeletedUsers") {
  Small world;
  world.organization.assign({"111111111111", "Admin", "dba", PrincipalType::kGroup});
  world.organization.assign({"222222222222", "Read", "bob"});
  const boost::json::object bob{{"PrincipalType", "USER"}, {"PrincipalId", world.ids.users["bob"]}};
  const auto all = world.sso("ListAccountAssignmentsForPrincipal", bob);
  const auto& found = all.at("AccountAssignments").as_array();
  REQUIRE(found.size() == 2);
  CHECK(found[0].at("PrincipalType").as_string() == "GROUP");
  CHECK(found[0].at("PrincipalId").as_string() == world.ids.groups["dba"]);
  CHECK(found[1].at("PrincipalType").as_string() == "USER");
  auto filtered = bob;
  filtered["Filter"] = {{"AccountId", "222222222222"}};
  CHECK(world.sso("ListAccountAssignmentsForPrincipal", filtered)
            .at("AccountAssignments")
            .as_array()
            .size() == 1);

  world.organization.delete_user("bob");
  CHECK(refused(world.sso("ListAccountAssignmentsForPrincipal", bob)) ==
        "ResourceNotFoundException");
  CHECK(world.listed("Read", "222222222222") == 1);
}

TEST_CASE("delegatedAdministrator_hasNoPartInTheManagementAccount") {
  Small world({.requests_per_second = {}, .delegated_administrator = true});
  CHECK(world.start("Create", world.facts("ann", "Admin", kManagementAccount)) ==
        "AccessDeniedException");
  CHECK(world.start("Delete", world.facts("ann", "Admin", kManagementAccount)) ==
        "AccessDeniedException");
  CHECK(refused(world.sso("ListAccountAssignmentsForPrincipal",
                          {{"PrincipalType", "USER"}, {"PrincipalId", world.ids.users["ann"]}})) ==
        "AccessDeniedException");
}

TEST_CASE("requests_thatAreWrong_areRefusedAsAwsDoes") {
  Small world;
  const auto with = [&](std::string_view key, boost::json::value value) {
    auto facts = world.facts();
    facts[key] = std::move(value);
    return world.start("Create", facts);
  };
  CHECK(with("TargetId", "11111111111") == "ValidationException");
  CHECK(with("TargetId", nullptr) == "ValidationException");
  CHECK(with("TargetId", 111111111111) == "SerializationException");
  CHECK(with("TargetId", "999999999999") == "ResourceNotFoundException");
  CHECK(with("TargetType", "OU") == "ValidationException");
  CHECK(with("PrincipalType", "ROBOT") == "ValidationException");
  CHECK(with("PrincipalType", "GROUP") == "ResourceNotFoundException");
  CHECK(with("PrincipalId", "") == "ValidationException");
  CHECK(with("PermissionSetArn", "arn:aws:sso:::permissionSet/x") == "ValidationException");
  std::string other = world.ids.permission_sets["Admin"];
  other.replace(other.size() - 4, 4, "zzzz");
  CHECK(with("PermissionSetArn", boost::json::string(other)) == "ResourceNotFoundException");
  CHECK(refused(world.sso("NoSuchOperation")) == "UnknownOperationException");
  CHECK(refused(world.sso("ListPermissionSets", {{"MaxResults", 101}})) == "ValidationException");
  CHECK(refused(world.sso("ListPermissionSets", {{"MaxResults", 0}})) == "ValidationException");
}

TEST_CASE("pages_neitherSkipNorRepeat_whileEntriesComeAndGo") {
  Small world;
  World more;
  for (int i = 0; i < 7; ++i) more.users.push_back({.user_name = "user" + std::to_string(i)});
  const Ids ids = world.organization.add(more);
  for (int i = 0; i < 7; ++i) {
    world.organization.assign({"111111111111", "Admin", "user" + std::to_string(i)});
  }
  auto request = world.pair();
  request["MaxResults"] = 3;
  std::vector<std::string> seen;
  const auto next = [&] {
    const auto answer = world.sso("ListAccountAssignments", request);
    for (const auto& entry : answer.at("AccountAssignments").as_array()) {
      seen.emplace_back(entry.at("PrincipalId").as_string());
    }
    const auto* token = answer.if_contains("NextToken");
    if (token != nullptr) request["NextToken"] = *token;
    return token != nullptr;
  };
  REQUIRE(next());
  // The first that was listed goes away: the rest must still come, once each.
  for (int i = 0; i < 7; ++i) {
    const std::string name = "user" + std::to_string(i);
    if (ids.users.at(name) == seen[0]) world.organization.unassign({"111111111111", "Admin", name});
  }
  REQUIRE(next());
  REQUIRE_FALSE(next());
  CHECK(seen.size() == 7);
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == 7);

  auto foreign = world.pair("Read");
  foreign["NextToken"] = request["NextToken"];
  CHECK(refused(world.sso("ListAccountAssignments", foreign)) == "ValidationException");
  foreign["NextToken"] = "nonsense";
  CHECK(refused(world.sso("ListAccountAssignments", foreign)) == "ValidationException");
}

TEST_CASE("changes_areTold_onceEachAndWhenTheClockBringsThem") {
  Small world;
  int told = 0;
  world.organization.on_change([&] {
    ++told;
    CHECK(world.organization.snapshot().accounts.size() == 3);  // may look from the callback
  });
  world.start("Create", world.facts());
  CHECK(told == 1);
  CHECK(world.listed() == 0);
  CHECK(told == 1);
  world.clock.advance(Seconds(3));
  CHECK(world.organization.settle());
  CHECK(told == 2);
  CHECK_FALSE(world.organization.settle());
  CHECK_FALSE(world.organization.assign({"111111111111", "Admin", "ann"}));
  CHECK(told == 2);
  const auto snapshot = world.organization.snapshot();
  CHECK(snapshot.operations.at(0).status == "SUCCEEDED");
  CHECK(snapshot.operations.at(0).principal_name == "ann");
  CHECK(snapshot.assignments.at(0).permission_set == "Admin");
  CHECK(snapshot.assignments.at(0).created_at == kNoon + Seconds(3));
}

}  // namespace
}  // namespace elevator::sandbox::aws::sso_admin_test
