// Organization and Directory against an emulator of AWS: whole listings or none, few calls.
#include <doctest/doctest.h>

#include "adapters/aws/directory.h"
#include "adapters/aws/identity_center.h"
#include "adapters/aws/organization.h"
#include "emulator.h"

namespace elevator::conformance::listings_test {
namespace {

using base::Kind;

constexpr char kSeed[] = R"({
  "accounts": [
    {"name": "pay", "id": "111111111111", "ou": "Prod/Payments", "tags": {"env": "prod"}},
    {"name": "dev", "id": "222222222222"},
    {"name": "old", "id": "333333333333", "status": "SUSPENDED"}],
  "permission_sets": ["Read", {"name": "Admin", "session_duration": "PT8H",
                               "description": "everything"}],
  "users": [{"user_name": "ann", "email": "Ann@Corp.com"}, {"user_name": "nobody"},
            {"user_name": "bob@corp.com", "email": "robert@corp.com"},
            {"user_name": "eve", "email": "Eve.X@corp.com"},
            {"user_name": "sec", "email": "sec@second.com"},
            {"user_name": "twin1", "email": "Twin@corp.com"},
            {"user_name": "twin2", "email": "TWIN@corp.com"},
            {"user_name": "off", "email": "off@corp.com", "status": "DISABLED"}],
  "groups": [{"name": "ops", "members": ["ann", "eve", "nobody", "off"]}, {"name": "dba"}]})";

struct World {
  explicit World(Emulator& e, const std::string& seed = kSeed)
      : emulator(e),
        ids(e.seed(seed)),
        aws(e.url()),
        center(aws.client, {}),
        organization(aws.client, center, aws.snapshots, aws.log,
                     {.scope = [this] { return scope; }}),
        directory(aws.client, center, aws.snapshots, aws.log,
                  {.secondary_domains = {"@second.com"}}) {}

  adapters::aws::CatalogueScope scope{.units = true, .tags = true, .groups = true};
  Emulator& emulator;
  std::map<std::string, std::string> ids;
  Aws aws;
  adapters::aws::IdentityCenter center;
  adapters::aws::Organization organization;
  adapters::aws::Directory directory;
};

TEST_CASE("refresh_readsAccountsWithPlaceAndTagsPermissionSetsAndGroups") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  CHECK_FALSE(world.organization.catalogue().has_value());
  REQUIRE(world.organization.refresh().has_value());
  const auto catalogue = *world.organization.catalogue();
  REQUIRE(catalogue->accounts.size() == 4);  // with the management account
  const ports::Account& pay = catalogue->accounts[3];
  CHECK(pay.name == "pay");
  CHECK(pay.ou_names == std::vector<std::string>{"Root", "Prod", "Payments"});
  CHECK(pay.ou_ids.back() == world.ids.at("units/Prod/Payments"));
  CHECK(pay.ou_ids.size() == 3);
  CHECK(pay.tags == std::map<std::string, std::string>{{"env", "prod"}});
  CHECK(catalogue->accounts[0].name == "dev");
  CHECK(catalogue->accounts[0].ou_names == std::vector<std::string>{"Root"});
  CHECK_FALSE(catalogue->accounts[2].active);
  REQUIRE(catalogue->permission_sets.size() == 2);
  CHECK(catalogue->permission_sets[0].name.str() == "Admin");
  CHECK(catalogue->permission_sets[0].session_duration == base::hours(8));
  CHECK(catalogue->permission_sets[0].description == "everything");
  REQUIRE(catalogue->groups.size() == 2);
  CHECK(catalogue->groups[0].name == "dba");

  // From here on nothing is asked of AWS for what is known.
  emulator.control("counters");
  CHECK(world.organization.account(pay.id)->ou_names == pay.ou_names);
  CHECK(world.organization.permission_set(domain::PermissionSetName::literal("Read")).has_value());
  CHECK(world.organization.group(catalogue->groups[1].id)->name == "ops");
  CHECK(emulator.all_calls() == 0);
}

TEST_CASE("catalogue_survivesARestartAndAnOutage_markedStale") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  REQUIRE(world.organization.refresh().has_value());
  Aws unreachable("http://127.0.0.1:1");
  unreachable.snapshots.kept = world.aws.snapshots.kept;
  adapters::aws::IdentityCenter center(unreachable.client, {});
  adapters::aws::Organization restarted(unreachable.client, center, unreachable.snapshots,
                                        unreachable.log, {});
  CHECK_FALSE(restarted.refresh().has_value());
  REQUIRE(restarted.catalogue().has_value());
  CHECK((*restarted.catalogue())->accounts.size() == 4);
  CHECK((*restarted.catalogue())->accounts[3].tags.at("env") == "prod");
  unreachable.time.wait(base::hours(2));
  CHECK((*restarted.catalogue())->stale);
  CHECK((*restarted.catalogue())->permission_sets.size() == 2);

  unreachable.snapshots.kept["catalogue"].bytes = R"({"as_of":5})";
  adapters::aws::Organization damaged(unreachable.client, center, unreachable.snapshots,
                                      unreachable.log, {});
  CHECK_FALSE(damaged.catalogue().has_value());
}

TEST_CASE("account_whenARuleAboutUnitsIsNew_isNotJudgedByAListingWithoutThem") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  world.scope = {.units = false, .tags = false, .groups = false};
  REQUIRE(world.organization.refresh().has_value());
  const auto id = (*world.organization.catalogue())->accounts[3].id;
  CHECK(world.organization.account(id)->ou_ids.empty());
  world.scope.units = true;
  // The tree of units was never read: refused, not answered "in no unit".
  CHECK_FALSE(world.organization.account(id).has_value());
  REQUIRE(world.organization.refresh().has_value());
  CHECK_FALSE(world.organization.account(id)->ou_ids.empty());
}

TEST_CASE("refresh_whenPageSevenFails_keepsTheOldListingWhole") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator, R"({"accounts": 150, "permission_sets": ["Read"]})");
  world.scope = {.units = false, .tags = false, .groups = false};
  REQUIRE(world.organization.refresh().has_value());
  CHECK((*world.organization.catalogue())->accounts.size() == 151);
  emulator.control("faults", R"({"operation": "ListAccounts", "kind": "deny", "skip": 6})");
  const auto refreshed = world.organization.refresh();
  REQUIRE_FALSE(refreshed.has_value());
  CHECK(refreshed.error().kind == Kind::kDenied);
  CHECK((*world.organization.catalogue())->accounts.size() == 151);

  // A passing failure of a page is repeated and does no harm.
  emulator.control(
      "faults", R"({"operation": "ListAccounts", "kind": "close_before", "skip": 6, "times": 2})");
  emulator.control("faults",
                   R"({"operation": "ListAccounts", "kind": "throttle", "skip": 2, "times": 3})");
  CHECK(world.organization.refresh().has_value());
  CHECK((*world.organization.catalogue())->accounts.size() == 151);
}

TEST_CASE("lookUps_ofWhatIsNew_takeAFewCalls") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  world.scope.tags = false;
  REQUIRE(world.organization.refresh().has_value());
  emulator.control("seed", R"({"accounts": [{"name": "new", "id": "444444444444", "ou": "Prod"}],
                               "permission_sets": ["Fresh"], "groups": [{"name": "late"}]})");
  emulator.control("counters");
  const auto account = world.organization.account(domain::AccountId::literal("444444444444"));
  REQUIRE(account.has_value());
  CHECK(account->ou_names == std::vector<std::string>{"Root", "Prod"});
  CHECK(emulator.all_calls() == 2);
  CHECK(world.organization.permission_set(domain::PermissionSetName::literal("Fresh")).has_value());
  CHECK(emulator.all_calls() == 4);
  const auto none = world.organization.account(domain::AccountId::literal("999999999999"));
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().kind == Kind::kNotFound);
  const auto no_set = world.organization.permission_set(domain::PermissionSetName::literal("No"));
  REQUIRE_FALSE(no_set.has_value());
  CHECK(no_set.error().kind == Kind::kNotFound);
}

TEST_CASE("find_triesEveryFormAndNeverListsEverybody") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  REQUIRE(world.directory.refresh().has_value());
  emulator.control("counters");
  struct Case {
    std::string address, user;
    bool secondary;
  };
  for (const auto& [address, user, secondary] :
       {Case{"Ann@Corp.com", "ann", false},              // as written
        Case{"ROBERT@corp.com", "bob@corp.com", false},  // lower-cased
        Case{"bob@corp.com", "bob@corp.com", false},     // as user name
        Case{"eve.x@CORP.com", "eve", false},            // only the index knows
        Case{"Sec@corp.com", "sec", true}}) {            // secondary domain
    CAPTURE(address);
    const auto found = world.directory.find(address);
    REQUIRE(found.has_value());
    CHECK(found->id.str() == world.ids.at("users/" + user));
    CHECK(found->secondary_domain_used == secondary);
  }
  const auto twin = world.directory.find("twin@corp.com");
  REQUIRE_FALSE(twin.has_value());
  CHECK(twin.error().kind == Kind::kConflict);
  const auto nobody = world.directory.find("new@corp.com");
  REQUIRE_FALSE(nobody.has_value());
  CHECK(nobody.error().kind == Kind::kNotFound);
  CHECK(emulator.calls("identitystore:ListUsers") == 0);
  CHECK(emulator.calls("identitystore:GetUserId") <= 24);
}

TEST_CASE("find_beforeTheUsersAreKnown_doesNotSayThatThereIsNobody") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  CHECK(world.directory.find("Ann@Corp.com").has_value());
  const auto unknown = world.directory.find("eve.x@corp.com");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().kind == Kind::kUnavailable);

  REQUIRE(world.directory.refresh().has_value());
  adapters::aws::Directory restarted(world.aws.client, world.center, world.aws.snapshots,
                                     world.aws.log, {});
  CHECK(restarted.find("eve.x@corp.com").has_value());
}

TEST_CASE("find_beforeTheUsersAreKnown_givesNobodyElseTheAddress") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  adapters::aws::Directory directory(world.aws.client, world.center, world.aws.snapshots,
                                     world.aws.log, {.secondary_domains = {"corp.com"}});
  const auto early = directory.find("ann@old.example");
  REQUIRE_FALSE(early.has_value());
  CHECK(early.error().kind == Kind::kUnavailable);
  REQUIRE(directory.refresh().has_value());
  const auto found = directory.find("ann@old.example");
  REQUIRE(found.has_value());
  CHECK(found->secondary_domain_used);
}

TEST_CASE("find_whenAwsRefuses_isAnErrorAndNotAbsence") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  REQUIRE(world.directory.refresh().has_value());
  emulator.control("faults", R"({"operation": "GetUserId", "kind": "deny", "skip": 1})");
  const auto found = world.directory.find("Eve.x@corp.com");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().kind == Kind::kDenied);
}

TEST_CASE("group_members_enabledPeopleWithAddresses") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  const auto members = world.directory.group_members("ops");
  REQUIRE(members.has_value());
  CHECK(*members == std::set<domain::Email>{domain::Email::literal("ann@corp.com"),
                                            domain::Email::literal("eve.x@corp.com")});
  CHECK(world.directory.group_members("dba")->empty());
  const auto none = world.directory.group_members("nope");
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().kind == Kind::kNotFound);
  emulator.control("faults", R"({"operation": "DescribeUser", "kind": "deny", "skip": 1})");
  CHECK(world.directory.group_members("ops").has_value());  // remembered
  adapters::aws::Directory other(world.aws.client, world.center, world.aws.snapshots, world.aws.log,
                                 {});
  CHECK_FALSE(other.group_members("ops").has_value());
}

}  // namespace
}  // namespace elevator::conformance::listings_test
