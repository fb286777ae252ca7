#include "workflow/missing_targets.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"

namespace elevator::workflow::missing_targets_test {
namespace {

constexpr const char* kRules = R"({"statements":[
  {"Name":"Production","ResourceType":"Account","Resource":["111111111111","222222222222",
   "333333333333"],"PermissionSet":["Admin","Adnim"],"Approvers":["bob@corp.com"]},
  {"ResourceType":"Account","Resource":"*","PermissionSet":"*","Approvers":["bob@corp.com"]},
  {"ResourceType":"OU","Resource":"Root/Prod/*","PermissionSet":"Admin","Approvers":["b@c.de"]},
  {"ResourceType":"OU","Resource":"Root/Prdo/*","PermissionSet":"Admin","Approvers":["b@c.de"]},
  {"ResourceType":"Tag","Resource":"env=prod","PermissionSet":"Admin","Approvers":["b@c.de"]}],
  "group_statements":[{"Resource":["11111111-2222-3333-4444-555555555555",
   "99999999-2222-3333-4444-555555555555"],"Approvers":["bob@corp.com"]}]})";

TEST_CASE("missingTargets_namesEachRuleAndWhatAwsDoesNotHave") {
  ports::Catalogue catalogue;
  catalogue.accounts = {{.id = domain::AccountId::literal("111111111111"),
                         .name = "prod",
                         .ou_ids = {"r-ab12", "ou-ab12-11111111"},
                         .ou_names = {"Root", "Prod"}},
                        {.id = domain::AccountId::literal("222222222222"),
                         .name = "old",
                         .active = false,
                         .ou_names = {"Root"}}};
  catalogue.permission_sets = {
      {.arn = domain::PermissionSetArn::literal("arn:aws:sso:::permissionSet/ssoins-1/ps-1"),
       .name = domain::PermissionSetName::literal("Admin")}};
  catalogue.groups = {
      {domain::GroupId::literal("11111111-2222-3333-4444-555555555555"), "Engineers"}};
  const auto rules = policy::parse_rules(kRules)->rules;
  const std::string production = "statements[0] \"Production\": ";
  CHECK(
      missing_targets(rules, catalogue) ==
      std::vector<std::string>{production + "the account 222222222222 is suspended",
                               production + "there is no account 333333333333 in the organization",
                               production + "there is no permission set Adnim",
                               "group_statements[0]: Identity Center has no group "
                               "99999999-2222-3333-4444-555555555555"});
  catalogue.units_read = catalogue.tags_read = true;
  const auto all = missing_targets(rules, catalogue);
  CHECK(all.size() == 6);
  CHECK(std::ranges::count(all, "statements[3]: no account has one of its units") == 1);
  CHECK(std::ranges::count(all, "statements[4]: no account has one of its tags") == 1);
}

TEST_CASE("missingPeople_namesGroupsThatNobodyKnows") {
  tests::MemoryStore store;
  tests::FakeAudit audit;
  tests::FakeChat chat;
  tests::FakeOrganization organization;
  tests::FakeDirectory directory;
  tests::NoIdentityCenter identity_center;
  tests::NoTimer timer;
  tests::NobodyOnCall on_call;
  tests::FixedRules rules;
  base::ManualClock clock{base::from_unix_milliseconds(1)};
  base::NullLogger log;
  base::NullMetrics metrics;
  Ports ports{store, identity_center, organization, directory, chat, audit,
              timer, on_call,         rules,        clock,     log,  metrics};
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"111111111111",
      "PermissionSet":"Admin","Requesters":"group:Typo","Approvers":["group:Leads","oncall:Db"]},
      {"Name":"Down","ResourceType":"Account","Resource":"111111111111","PermissionSet":"Admin",
      "Approvers":["slack-group:S1","group:Typo"]}]})");
  directory.groups["Leads"] = {};
  CHECK(missing_people(ports, *rules.rules) ==
        std::vector<std::string>{"statements[0]: group:Typo: no such group",
                                 "statements[0]: oncall:Db: nobody is on call",
                                 "statements[1] \"Down\": group:Typo: no such group"});
  directory.broken = true;  // then nothing is known
  CHECK(missing_people(ports, *rules.rules).size() == 1);
}

}  // namespace
}  // namespace elevator::workflow::missing_targets_test
