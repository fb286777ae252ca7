// Sweep and attribute sync at the size of a large organization: few calls, within AWS's limits,
// whatever goes wrong on the way.
#include <doctest/doctest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/scale/large.h"

namespace elevator::scale::scale_test {
namespace {

using workflow::sweep::Outcome;
using workflow::sweep::Purpose;

constexpr double kMostOverTheFewest = 1.3;

// Everything takes part, a tenth of the size.
sandbox::aws::Scale tenth() {
  return {.accounts = 50,
          .permission_sets = 10,
          .users = 200,
          .provisioned_pairs = 400,
          .stray_assignments = 30,
          .groups = 20};
}

Outcome swept(Large& large, Purpose purpose = Purpose::kReport) {
  auto outcome = large.sweep(purpose);
  if (!outcome) FAIL(outcome.error().message);
  return *outcome;
}

double over(const Calls& calls, size_t fewest) { return calls.all / double(fewest); }

TEST_CASE("sweep_ofALargeOrganization_makesHardlyMoreCallsThanItMust") {
  Large large({});
  CHECK(large.fewest.by_person == 2020);
  CHECK(large.fewest.by_pair == 6100);

  // The first sees everything, by permission set: only that finds what deleted users left.
  CHECK(swept(large).strays.size() == 300);
  const Calls full = large.transport.take();
  CHECK(full.throttled == 0);
  CHECK(full.most_in_a_second <= 10);
  CHECK(over(full, large.fewest.by_pair) <= kMostOverTheFewest);
  large.sweep_until_all_are_warned();
  CHECK(large.chat.reports.size() < 8);

  // From then on by person, which is cheaper here.
  large.later(base::hours(25));
  CHECK(swept(large, Purpose::kRemoval).removed.size() == 300);
  const Calls by_person = large.transport.take();
  CHECK(by_person.by_operation.at("sso-admin:ListAccountAssignmentsForPrincipal") == 2000);
  CHECK(by_person.throttled == 0);
  CHECK(by_person.per_second() <= 7.6);
  CHECK(over(by_person, large.fewest.by_person) <= kMostOverTheFewest);

  large.settle();
  const Calls removal = large.transport.take();
  CHECK(removal.throttled == 0);
  CHECK(removal.per_second() <= 7.6);
  // The first goes while the sweep ends.
  constexpr const char* kDelete = "sso-admin:DeleteAccountAssignment";
  CHECK(by_person.by_operation.at(kDelete) + removal.by_operation.at(kDelete) == 300);
  CHECK(large.assignments_of_users() == 0);
  CHECK(large.assignments_of_groups() == 6000);
}

TEST_CASE("sweep_onceAWeek_seesEverythingAgain_andFindsWhatADeletedUserLeft") {
  Large large({.scale = tenth()});
  CHECK(swept(large).strays.size() == 30);
  const auto ids = large.aws.ids();
  large.aws.assign_raw(ids.accounts.at("account-0000"), ids.permission_sets.at("PermissionSet000"),
                       sandbox::aws::PrincipalType::kUser, ids.users.at("user00199"));
  REQUIRE(large.aws.delete_user("user00199"));
  large.time.wait(base::hours(2));
  CHECK(swept(large).strays.size() == 30);
  large.later(base::hours(7 * 24));
  CHECK(swept(large).strays.size() == 31);
  large.time.wait(base::hours(2));
  CHECK(swept(large).strays.size() == 31);  // by person again, and not forgotten
}

TEST_CASE("sweep_outsideTheManagementAccount_listsByPermissionSet") {
  Large large({.scale = tenth()});
  large.aws.change_settings([](auto& settings) { settings.delegated_administrator = true; });
  CHECK(swept(large).strays.size() == 30);
  large.transport.take();
  for (int i = 0; i < 2; ++i) {
    large.time.wait(base::hours(2));
    CHECK(swept(large).strays.size() == 30);
  }
  const Calls calls = large.transport.take();
  CHECK(calls.by_operation.at("sso-admin:ListAccountAssignmentsForPrincipal") <= 40);  // tried once
  CHECK(calls.by_operation.at("sso-admin:ListAccountAssignments") == 800);
}

// The pages are the seventh of the users and the second of the accounts of a permission set:
// without them nobody knows who is left, and where.
TEST_CASE("sweep_whenAPageFails_concludesNothing") {
  Large large({.scale = tenth(), .page_size = 20});
  swept(large);
  large.later(base::hours(25));
  large.gateway.faults().inject(
      {.operation = "ListUsers", .code = "AccessDeniedException", .times = 1000, .page = 7});
  large.gateway.faults().inject({.operation = "ListAccountsForProvisionedPermissionSet",
                                 .code = "AccessDeniedException",
                                 .times = 1000,
                                 .page = 2});
  const Outcome outcome = swept(large, Purpose::kRemoval);
  CHECK(outcome.removed.empty());
  CHECK(outcome.unread == 10);
  large.settle();
  CHECK(large.assignments_of_users() == 30);
  large.gateway.faults().clear();
  CHECK(swept(large, Purpose::kRemoval).removed.size() == 30);
}

TEST_CASE("sweep_whenAPageOfThePeopleFails_seesEverythingTheOtherWay") {
  Large large({.scale = tenth(), .page_size = 20});
  swept(large);
  large.later(base::hours(25));
  large.gateway.faults().inject(
      {.operation = "ListUsers", .code = "AccessDeniedException", .times = 1000, .page = 7});
  const Outcome outcome = swept(large, Purpose::kRemoval);
  CHECK(outcome.unread == 0);
  CHECK(outcome.removed.size() == 30);
}

TEST_CASE("survey_whenAPageFailsOrIsNoAnswer_isAnErrorAndNeverAShorterList") {
  Large large({.scale = tenth(), .page_size = 5});
  for (const auto kind : {sandbox::aws::FaultKind::kRefuse, sandbox::aws::FaultKind::kGarbage}) {
    large.gateway.faults().inject(
        {.kind = kind, .code = "ValidationException", .times = 50, .page = 3});
    const auto group = domain::GroupId::literal(large.aws.ids().groups.at("group000"));
    CHECK_FALSE(large.survey.users().has_value());
    CHECK_FALSE(large.survey.groups().has_value());
    large.gateway.faults().clear();
    CHECK(large.survey.users()->users.size() == 200);
    CHECK(large.survey.groups()->size() == 20);
    CHECK(large.survey.members(group)->size() == 10);
  }
}

TEST_CASE("sweep_inAThrottlingStorm_waitsAndRemovesWhatItShould") {
  Large large({.scale = tenth()});
  // Another tool uses up the whole rate for minutes at a time.
  large.transport.arrives = [&](int number) {
    sandbox::aws::Switches switches;
    switches.throttle_everything = number % 50 < 10;
    large.gateway.faults().set(switches);
    return true;
  };
  CHECK(swept(large).strays.size() == 30);
  large.later(base::hours(25));
  const Outcome outcome = swept(large, Purpose::kRemoval);
  CHECK(outcome.removed.size() == 30);
  CHECK(outcome.unread == 0);
  large.settle();
  CHECK(large.assignments_of_users() == 0);
  CHECK(large.assignments_of_groups() == 400);
}

TEST_CASE("sweep_whenAwsRefusesForHours_saysSoAndRemovesNothing") {
  Large large({.scale = tenth()});
  swept(large);
  large.later(base::hours(25));
  large.gateway.faults().set({.throttle_everything = true});
  const auto outcome = large.sweep(Purpose::kRemoval);
  CHECK((!outcome || outcome->removed.empty()));
  large.gateway.faults().set({});
  large.settle();
  CHECK(large.assignments_of_users() == 30);
}

// Killed again and again: each life goes on where the one before stopped.
TEST_CASE("sweep_whenKilledInMidRun_resumesRatherThanRestarts") {
  Large large({.scale = tenth()});
  int left = 0;
  large.transport.arrives = [&](int) {
    if (--left > 0) return true;
    large.store.broken = true;  // dead: nothing it does is written any more
    return false;
  };
  int lives = 0;
  base::Result<Outcome> outcome = base::unavailable("not tried");
  while (lives < 20 && !(outcome && outcome->finished)) {
    left = 100;
    large.store.broken = false;
    outcome = large.sweep(Purpose::kReport);
    ++lives;
    large.time.wait(base::minutes(6));  // until then it could be alive
  }
  REQUIRE(outcome.has_value());
  CHECK(outcome->finished);
  CHECK(outcome->strays.size() == 30);
  CHECK(outcome->unread == 0);
  CHECK(lives > 4);
  // Restarting would never have come to an end.
  CHECK(large.transport.take().all < 1.8 * double(large.fewest.by_pair));
  CHECK(large.chat.reports.size() == 1);
}

// A Lambda function's quarter of an hour is over: the next goes on.
TEST_CASE("sweep_whenOutOfTime_losesNothingOfItsWork") {
  Large large({.scale = tenth()});
  int runs = 0;
  auto outcome = large.sweep(Purpose::kReport, base::Seconds(20));
  while (outcome && !outcome->finished && runs++ < 20) {
    outcome = large.sweep(Purpose::kReport, base::Seconds(20));
  }
  REQUIRE(outcome.has_value());
  CHECK(outcome->finished);
  CHECK(outcome->strays.size() == 30);
  CHECK(runs > 1);
  CHECK(over(large.transport.take(), large.fewest.by_pair) <= kMostOverTheFewest);
}

TEST_CASE("sweep_staysWithinItsShareOfTheRate") {
  for (const double share : {1.5, 12.0}) {
    CAPTURE(share);
    Large large({.scale = tenth(), .share_per_second = share});
    CHECK(swept(large).strays.size() == 30);
    const Calls calls = large.transport.take();
    CHECK(calls.per_second() <= share * 1.02);
    CHECK(calls.most_in_a_second <= int(share) + 3);
    CHECK(calls.throttled == 0);
  }
}

// People's own calls go first, and there is room for them.
TEST_CASE("sweep_whilePeopleWork_doesNotHoldThemUp") {
  Large large({.scale = tenth()});
  const auto ids = large.aws.ids();
  const domain::Assignment someones = domain::AccountAssignment{
      domain::InstanceArn::literal(ids.instance_arn),
      domain::AccountId::literal(ids.accounts.at("account-0000")),
      domain::PermissionSetArn::literal(ids.permission_sets.at("PermissionSet000")),
      domain::PrincipalId::literal(ids.users.at("user00001"))};
  base::Milliseconds longest{0};
  int looks = 0;
  large.sweep_options.walk.batch = 5;
  large.sweep_options.walk.stopping = [&] {
    const base::TimePoint before = large.time.now();
    CHECK(large.identity_center.look(someones, false).has_value());
    longest = std::max(longest, large.time.now() - before);
    ++looks;
    return false;
  };
  CHECK(swept(large).strays.size() == 30);
  CHECK(looks > 50);
  CHECK(longest <= base::Milliseconds(120));  // its own latency, and no queue
}

std::string sync_rules(int groups, int users) {
  boost::json::array rules;
  for (int g = 0; g < groups; ++g) {
    boost::json::array numbers;
    for (int i = g; i < users; i += groups) {
      numbers.push_back(boost::json::string(std::to_string(100000 + i)));
    }
    const std::string digits = std::to_string(1000 + g);
    rules.push_back(boost::json::object{{"group_name", "group" + digits.substr(1)},
                                        {"attributes", {{"employeeNumber", numbers}}}});
  }
  return boost::json::serialize(rules);
}

TEST_CASE("sync_ofManyGroups_listsTheUsersOnce") {
  constexpr int kGroups = 100;
  constexpr int kUsers = 1000;
  Large large({.scale = {.accounts = 1,
                         .permission_sets = 1,
                         .users = kUsers,
                         .provisioned_pairs = 1,
                         .stray_assignments = 0,
                         .groups = kGroups}});
  boost::json::array managed;
  for (int g = 0; g < kGroups; ++g) {
    managed.push_back(boost::json::string("group" + std::to_string(1000 + g).substr(1)));
  }
  const auto config = workflow::sync::parse_config(
      managed, boost::json::parse(sync_rules(kGroups, kUsers)), "remove");
  REQUIRE(config.has_value());
  workflow::sync::AttributeSync sync({.roster = large.survey,
                                      .identity_center = large.identity_center,
                                      .store = large.store,
                                      .audit = large.audit,
                                      .chat = large.chat,
                                      .rules = large.rules,
                                      .clock = large.time,
                                      .log = large.log},
                                     *config, {});
  REQUIRE(large.aws.leave("group003", "user00003"));
  REQUIRE(large.aws.join("group004", "user00003"));
  const auto summary = sync.run();
  REQUIRE(summary.has_value());
  CHECK(summary->success());
  CHECK(summary->added.size() == 1);
  CHECK(summary->removed.size() == 1);
  const Calls calls = large.transport.take();
  CHECK(calls.by_operation.at("identitystore:ListUsers") == kUsers / 100);
  CHECK(calls.by_operation.at("identitystore:ListGroupMemberships") == kGroups);
  CHECK(calls.throttled == 0);
}

}  // namespace
}  // namespace elevator::scale::scale_test
