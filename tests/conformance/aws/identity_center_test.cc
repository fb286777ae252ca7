// IdentityCenter against an emulator of AWS: what the workflow is promised, also in trouble.
#include "adapters/aws/identity_center.h"

#include <doctest/doctest.h>

#include "emulator.h"

namespace elevator::conformance::identity_center_test {
namespace {

using base::Effect;
using base::Kind;
using domain::Progress;
using Operation = domain::Operation::Kind;
using Answer = domain::ExistenceChecked::Answer;

constexpr char kSeed[] = R"({
  "accounts": [{"name": "prod", "id": "111111111111"}, {"name": "dev", "id": "222222222222"}],
  "permission_sets": ["Admin", "Read"],
  "users": [{"user_name": "ann", "email": "ann@corp.com"},
            {"user_name": "bob", "email": "bob@corp.com"}],
  "groups": [{"name": "ops"}, {"name": "dba", "members": ["bob"]}]})";

struct World {
  explicit World(Emulator& e)
      : emulator(e), ids(e.seed(kSeed)), aws(e.url()), center(aws.client, {}) {}

  domain::Assignment assignment(const std::string& user = "ann", const std::string& set = "Admin",
                                const std::string& account = "111111111111") {
    return domain::AccountAssignment{
        domain::InstanceArn::literal(ids.at("instance_arn")), domain::AccountId::literal(account),
        domain::PermissionSetArn::literal(ids.at("permission_sets/" + set)),
        domain::PrincipalId::literal(ids.at("users/" + user))};
  }
  domain::Assignment membership(const std::string& user = "ann", const std::string& group = "ops") {
    return domain::GroupMembership{domain::IdentityStoreId::literal(ids.at("identity_store_id")),
                                   domain::GroupId::literal(ids.at("groups/" + group)),
                                   domain::PrincipalId::literal(ids.at("users/" + user))};
  }
  base::TimePoint soon() const { return aws.time.now() + base::minutes(10); }

  // The last status, after at most twenty polls.
  domain::OperationStatus poll_to_end(const domain::Assignment& target, Operation kind,
                                      const std::string& id) {
    for (int i = 0; i < 20; ++i) {
      const auto status = center.poll(target, kind, id);
      REQUIRE(status.has_value());
      if (status->progress != Progress::kInProgress) return *status;
    }
    return {};
  }
  void fault(const std::string& json) { emulator.control("faults", json); }
  bool there(const domain::Assignment& target) {
    const auto observed = center.look(target, false);
    REQUIRE(observed.has_value());
    return observed->present;
  }

  Emulator& emulator;
  std::map<std::string, std::string> ids;
  Aws aws;
  adapters::aws::IdentityCenter center;
};

TEST_CASE("instance_isFoundOnceAndKept") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  REQUIRE(world.center.instance().has_value());
  CHECK(world.center.instance()->arn.str() == world.ids.at("instance_arn"));
  CHECK(world.center.instance()->identity_store.str() == world.ids.at("identity_store_id"));
  CHECK(emulator.calls("sso-admin:ListInstances") == 1);

  adapters::aws::IdentityCenter other(
      world.aws.client,
      {.instance = domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-0")});
  REQUIRE_FALSE(other.instance().has_value());
  CHECK(other.instance().error().message.find("SSO_INSTANCE_ARN") != std::string::npos);
}

TEST_CASE("account_grantedPolledObservedRevokedObserved") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  emulator.control("settings", R"({"polls": 2})");
  const auto target = world.assignment();
  CHECK_FALSE(world.there(target));
  const auto created = world.center.create(target, world.soon());
  REQUIRE(created.has_value());
  CHECK(created->status.progress == Progress::kInProgress);
  CHECK(world.poll_to_end(target, Operation::kCreate, created->operation_id).progress ==
        Progress::kSucceeded);
  CHECK(world.there(target));
  CHECK_FALSE(world.there(world.assignment("bob")));
  CHECK_FALSE(world.there(world.assignment("ann", "Read")));
  CHECK_FALSE(world.there(world.assignment("ann", "Admin", "222222222222")));

  const auto removed = world.center.remove(target);
  REQUIRE(removed.has_value());
  CHECK(world.poll_to_end(target, Operation::kDelete, removed->operation_id).progress ==
        Progress::kSucceeded);
  CHECK_FALSE(world.there(target));
}

TEST_CASE("look_whileACreationRuns_seesItsOwnOnly") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  emulator.control("settings", R"({"polls": 5})");
  REQUIRE(world.center.create(world.assignment(), world.soon()).has_value());
  const auto own = world.center.look(world.assignment(), true);
  REQUIRE(own.has_value());
  CHECK_FALSE(own->present);
  CHECK(own->creation_in_flight);
  const auto others = world.center.look(world.assignment("bob"), true);
  REQUIRE(others.has_value());
  CHECK_FALSE(others->creation_in_flight);
}

TEST_CASE("look_groupAssignmentOfTheSamePermissionSet_isNotThePersons") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  emulator.control("assign", R"({"account_id": "111111111111", "principal_type": "GROUP",
      "permission_set_arn": ")" + world.ids.at("permission_sets/Admin") +
                                 R"(", "principal_id": ")" + world.ids.at("users/ann") + R"("})");
  CHECK_FALSE(world.there(world.assignment()));
}

TEST_CASE("create_whileAnotherOperationRuns_isAConflictWithoutEffect") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  emulator.control("settings", R"({"polls": 5})");
  REQUIRE(world.center.create(world.assignment(), world.soon()).has_value());
  const auto removed = world.center.remove(world.assignment());
  REQUIRE_FALSE(removed.has_value());
  CHECK(removed.error().kind == Kind::kConflict);
  CHECK(removed.error().effect == Effect::kNone);
}

TEST_CASE("create_whenTheOperationFails_saysWhyAndWhetherToAskAgain") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  for (const auto& [reason, retryable] :
       {std::pair{"Received a 409 status error: ConflictException", true},
        std::pair{"Received a 403 status error: AccessDenied", false}}) {
    emulator.control("settings", std::string(R"({"polls": 0, "outcome": "FAILED",)") +
                                     R"("failure_reason": ")" + reason + R"("})");
    const auto created = world.center.create(world.assignment(), world.soon());
    REQUIRE(created.has_value());
    const auto status =
        world.poll_to_end(world.assignment(), Operation::kCreate, created->operation_id);
    CHECK(status.progress == Progress::kFailed);
    CHECK(status.failure == reason);
    CHECK(status.retryable == retryable);
  }
}

TEST_CASE("remove_whatIsNotThere_endsInAFailedOperationAndAbsence") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  const auto removed = world.center.remove(world.assignment());
  REQUIRE(removed.has_value());
  const auto status =
      world.poll_to_end(world.assignment(), Operation::kDelete, removed->operation_id);
  CHECK(status.progress == Progress::kFailed);
  CHECK_FALSE(status.retryable);
  CHECK_FALSE(world.there(world.assignment()));
}

// The answer is lost after AWS has acted: the caller must learn that it may have happened.
TEST_CASE("create_whenTheAnswerIsLost_effectIsUnknownAndItIsNotSentAgain") {
  EMULATOR_OR_SKIP(emulator);
  for (const char* kind : {"close_after", "close_before", "error500", "garbage"}) {
    CAPTURE(kind);
    World world(emulator);
    emulator.control("settings", R"({"polls": -1})");
    world.fault(std::string(R"({"operation": "CreateAccountAssignment", "kind": ")") + kind +
                R"("})");
    const auto created = world.center.create(world.assignment(), world.soon());
    REQUIRE_FALSE(created.has_value());
    CHECK(created.error().effect == Effect::kUnknown);
    CHECK(emulator.calls("sso-admin:CreateAccountAssignment") == 1);
    CHECK(world.there(world.assignment()) == (std::string(kind) == "close_after"));
  }
}

TEST_CASE("remove_throttledForMinutes_getsThroughInsideItsBudget") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  emulator.control("settings", R"({"polls": -1})");
  REQUIRE(world.center.create(world.assignment(), world.soon()).has_value());
  world.fault(R"({"operation": "DeleteAccountAssignment", "kind": "throttle", "times": 25})");

  const auto short_budget = world.center.remove(world.assignment());
  REQUIRE_FALSE(short_budget.has_value());
  CHECK(short_budget.error().kind == Kind::kThrottled);
  CHECK(short_budget.error().effect == Effect::kNone);

  adapters::aws::IdentityCenter patient(world.aws.client, {.budget = base::minutes(30)});
  const base::TimePoint start = world.aws.time.now();
  CHECK(patient.remove(world.assignment()).has_value());
  CHECK(world.aws.time.now() - start > base::minutes(1));
  CHECK_FALSE(world.there(world.assignment()));
}

TEST_CASE("create_afterItsDeadline_sendsNothing") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  const auto created = world.center.create(world.assignment(), world.aws.time.now());
  REQUIRE_FALSE(created.has_value());
  CHECK(created.error().effect == Effect::kNone);
  CHECK(emulator.calls("sso-admin:CreateAccountAssignment") == 0);
}

TEST_CASE("create_beyondWhatAwsTakesAtOnce_waitsAndDeletionsStillGo") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  emulator.control("settings", R"({"polls": 50})");
  adapters::aws::IdentityCenter narrow(world.aws.client,
                                       {.most_creations = 2, .most_operations = 3});
  CHECK(narrow.create(world.assignment("ann", "Admin"), world.soon()).has_value());
  CHECK(narrow.create(world.assignment("ann", "Read"), world.soon()).has_value());
  const auto third = narrow.create(world.assignment("bob", "Read"), world.soon());
  REQUIRE_FALSE(third.has_value());
  CHECK(third.error().kind == Kind::kThrottled);
  CHECK(emulator.calls("sso-admin:CreateAccountAssignment") == 2);
  CHECK(narrow.remove(world.assignment("bob", "Admin")).has_value());
}

TEST_CASE("look_whenAPageFailsOrIsNoAnswer_isAnErrorAndNeverAbsence") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  for (const char* kind : {"deny", "garbage"}) {
    world.fault(std::string(R"({"operation": "ListAccountAssignments", "kind": ")") + kind +
                R"("})");
    CHECK_FALSE(world.center.look(world.assignment(), false).has_value());
  }
}

TEST_CASE("group_joinedOnceHoweverOftenAndLeft") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  const auto target = world.membership();
  CHECK_FALSE(world.there(target));
  for (int i = 0; i < 2; ++i) {
    const auto created = world.center.create(target, world.soon());
    REQUIRE(created.has_value());
    CHECK(created->status.progress == Progress::kSucceeded);
  }
  CHECK(world.there(target));
  CHECK(emulator.count_in_state("membership_id") == 2);
  CHECK(world.center.remove(target).has_value());
  CHECK_FALSE(world.there(target));
  const auto again = world.center.remove(target);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().kind == Kind::kNotFound);
}

TEST_CASE("existence_goneOnlyWhereOthersAreFound") {
  EMULATOR_OR_SKIP(emulator);
  World world(emulator);
  CHECK(*world.center.existence(world.assignment()) == Answer::kExists);
  CHECK(*world.center.existence(world.membership()) == Answer::kExists);
  emulator.control("user",
                   R"({"remove": true, "user_id": ")" + world.ids.at("users/ann") + R"("})");
  CHECK(*world.center.existence(world.assignment()) == Answer::kMissing);
  CHECK(*world.center.existence(world.assignment("bob", "Admin", "333333333333")) ==
        Answer::kMissing);
  emulator.control("user",
                   R"({"remove": true, "user_id": ")" + world.ids.at("users/bob") + R"("})");
  CHECK(*world.center.existence(world.assignment()) == Answer::kInconclusive);

  auto foreign = std::get<domain::AccountAssignment>(world.assignment());
  foreign.instance = domain::InstanceArn::literal("arn:aws:sso:::instance/ssoins-0");
  CHECK(*world.center.existence(foreign) == Answer::kInconclusive);
}

}  // namespace
}  // namespace elevator::conformance::identity_center_test
