#include "main/serve/target_check.h"

#include <doctest/doctest.h>

#include "tests/support/fake_application.h"

namespace elevator::serve::target_check_test {
namespace {

TEST_CASE_FIXTURE(tests::FakeApplication, "targetCheck_saysOnceWhatTheRulesNameAndAwsLacks") {
  Readiness readiness(clock);
  TargetCheck check(engine.ports(), readiness);
  check.look();
  CHECK(readiness.troubles().empty());

  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Adnim","Approvers":["bob@corp.com"]}]})");
  check.look();
  REQUIRE(readiness.troubles().size() == 1);
  CHECK(readiness.troubles()[0].weight == Readiness::Weight::kWarns);
  CHECK(readiness.troubles()[0].says.find("Adnim") != std::string::npos);
  const std::string told = log.text();
  CHECK(told.find("rule_names_nothing") != std::string::npos);
  check.look();
  CHECK(log.text() == told);

  organization.listed->permission_sets[0].name = domain::PermissionSetName::literal("Adnim");
  check.look();
  CHECK(readiness.troubles().empty());
}

TEST_CASE_FIXTURE(tests::FakeApplication, "targetCheck_saysWhichPeopleAndChannelsAreNotThere") {
  Readiness readiness(clock);
  TargetCheck check(engine.ports(), readiness);
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Admin","Approvers":["group:Typo"],"Channel":"C0PRIVATE"}]})");
  base::Status channel = base::not_found("the app is not in it");
  const auto look = [&] {
    check.look_outside([&](const domain::ChannelId& id) {
      CHECK(id.str() == "C0PRIVATE");
      return channel;
    });
  };
  look();
  REQUIRE(readiness.troubles().size() == 1);
  CHECK(readiness.troubles()[0].weight == Readiness::Weight::kWarns);
  CHECK(log.has("group:Typo"));
  CHECK(log.has("the app is not in it"));
  directory.groups["Typo"] = {};
  channel = base::unavailable("Slack is away");  // says nothing about the channel
  look();
  CHECK(readiness.troubles().empty());
}

}  // namespace
}  // namespace elevator::serve::target_check_test
