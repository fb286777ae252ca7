#include "policy/requestable.h"

#include "policy/covers.h"
#include "policy/lint.h"
#include "tests/support/policy.h"

namespace elevator::policy::requestable_test {
namespace {

using namespace elevator::testing;

constexpr auto kDocument = R"({"statements": [
    {"ResourceType": "Account", "Resource": ["111111111111", "222222222222"],
     "PermissionSet": ["Admin", "Read"], "Approvers": "bob@corp.com"},
    {"ResourceType": "OU", "Resource": "Root/Prod/*", "PermissionSet": "Read",
     "Approvers": "oncall:Primary", "Requesters": "group:Ops"},
    {"ResourceType": "Account", "Resource": "222222222222", "PermissionSet": "Admin",
     "Requesters": "alice@corp.com", "Durations": "01:00"},
    {"ResourceType": "Account", "Resource": "222222222222", "PermissionSet": "Admin",
     "Requesters": "alice@corp.com", "Durations": "02:00"}],
  "group_statements": [{"Resource": "11111111-2222-3333-4444-555555555555",
     "Approvers": "bob@corp.com", "Requesters": ["alice@corp.com"]}]})";

std::vector<domain::AccountId> all_accounts() {
  std::vector<domain::AccountId> accounts;
  for (const char* id : {"111111111111", "222222222222", "333333333333"}) {
    accounts.push_back(domain::AccountId::literal(id));
  }
  return accounts;
}

std::vector<domain::PermissionSetName> all_sets() {
  return {domain::PermissionSetName::literal("Admin"), domain::PermissionSetName::literal("Read"),
          domain::PermissionSetName::literal("Other")};
}

World organization() {
  World world;
  world.accounts[all_accounts()[0]] = AccountFacts{.ou_names = {"Root", "Dev"}};
  world.accounts[all_accounts()[1]] = AccountFacts{.ou_names = {"Root", "Dev"}};
  world.accounts[all_accounts()[2]] = AccountFacts{.ou_names = {"Root", "Prod", "X"}};
  world.people[group("Ops")] = {email("dan@corp.com")};
  return world;
}

TEST_CASE("requestable_agreesWithDecide") {
  const Rules rules = rules_from(kDocument);
  World unknown = organization();
  unknown.people.clear();
  unknown.accounts.erase(all_accounts()[2]);
  for (const World& world : {organization(), unknown}) {
    for (const char* person : {"alice@corp.com", "bob@corp.com", "dan@corp.com"}) {
      Requestable menu(rules, email(person), world, Limits(), {all_sets()});
      for (const auto& account : all_accounts()) {
        const auto offered = menu.permission_sets(account);
        for (const auto& set : all_sets()) {
          const domain::Target wanted = domain::AccountTarget{account, set};
          const Decision decision =
              decide(rules, {.requester = email(person), .target = wanted}, world, Limits());
          const bool possible =
              decision.outcome != Outcome::kRefuse ||
              (decision.reason == Reason::kNoApprovers && decision.lookups_failed);
          CAPTURE(person);
          CAPTURE(domain::to_string(wanted));
          CHECK((std::find(offered.begin(), offered.end(), set) != offered.end()) == possible);
          CHECK(may_request(rules, email(person), wanted, world, Limits()) == possible);
        }
        CHECK(menu.account(account) == !offered.empty());
      }
    }
  }
}

TEST_CASE("requestable_whenRulesLeaveNoDuration_offersNothing") {
  const Rules rules = rules_from(kDocument);
  const World world = organization();
  Requestable alice(rules, email("alice@corp.com"), world, Limits(), {all_sets()});
  CHECK(alice.permission_sets(all_accounts()[1]) ==
        std::vector{domain::PermissionSetName::literal("Read")});
  Requestable dan(rules, email("dan@corp.com"), world, Limits(), {all_sets()});
  CHECK(dan.accounts(all_accounts()) == all_accounts());
}

TEST_CASE("requestable_whenGroupsAreRestricted_offersThemToTheirRequesters") {
  const Rules rules = rules_from(kDocument);
  const World world;
  const std::vector groups{domain::GroupId::literal(kGroup)};
  CHECK(Requestable(rules, email("alice@corp.com"), world, Limits(), {}).groups(groups) == groups);
  CHECK(Requestable(rules, email("dan@corp.com"), world, Limits(), {}).groups(groups).empty());
  CHECK(requester_groups(rules) == std::set{group("Ops")});
  CHECK(asks_for_account_facts(rules));
}

TEST_CASE("requestable_whenTheMenuMustNotHideThings_leavesUnknownRulesOut") {
  const Rules rules = rules_from(R"({"statements": [
    {"ResourceType": "Account", "Resource": "*", "PermissionSet": "Read",
     "Approvers": "bob@corp.com"},
    {"ResourceType": "Account", "Resource": "*", "PermissionSet": ["Admin", "Read"],
     "Approvers": "bob@corp.com", "Requesters": "group:Ops"}]})");
  const World world;  // nobody knows who is in Ops
  const auto read = domain::PermissionSetName::literal("Read");
  Requestable strict(rules, email("dan@corp.com"), world, Limits(), {all_sets()});
  CHECK(strict.permission_sets(all_accounts()[0]).empty());
  Requestable lenient(rules, email("dan@corp.com"), world, Limits(), {all_sets(), true});
  CHECK(lenient.permission_sets(all_accounts()[0]) == std::vector{read});
}

TEST_CASE("requestable_whenThereAreTenThousandAccounts_needsOneVerdictPerKindOfAccount") {
  World world;
  std::vector<domain::AccountId> accounts;
  for (int i = 0; i < 10'000; ++i) {
    accounts.push_back(domain::AccountId::literal(std::to_string(100'000'000'000 + i)));
    world.accounts[accounts.back()] = AccountFacts{.ou_names = {"Root", i % 2 ? "Prod" : "Dev"}};
  }
  world.people[group("Ops")] = {email("dan@corp.com")};
  const Rules rules = rules_from(kDocument);
  Requestable menu(rules, email("dan@corp.com"), world, Limits(), {all_sets()});
  CHECK(menu.accounts(accounts).size() == 5'000);
}

TEST_CASE("covers_expandsUnitsAndNeverGuesses") {
  const Rules rules = rules_from(kDocument);
  const World world = organization();
  CHECK(covers(rules, target("333333333333", "Read"), world));
  CHECK_FALSE(covers(rules, target("333333333333", "Read"), World()));
  CHECK_FALSE(covers(rules, target("333333333333", "Admin"), world));
  CHECK(covers(rules, domain::GroupTarget{domain::GroupId::literal(kGroup)}, World()));
  const auto accounts = all_accounts();
  const auto sets = all_sets();
  const Scope scope = scope_of(rules, accounts, sets, world);
  CHECK(scope.accounts.size() == 3);
  CHECK(scope.permission_sets.size() == 2);
  CHECK(scope.groups.size() == 1);
}

std::string warnings_of(std::string_view document) {
  return codec::to_string(lint(rules_from(document)));
}

std::string statements(std::string_view list) {
  return "{\"statements\": [" + std::string(list) + "]}";
}

TEST_CASE("lint_whenTheOnlyApproverMayAsk_warns") {
  const auto one = [](std::string_view addition) {
    return warnings_of(statements(R"({"ResourceType": "Account", "Resource": "111111111111",
        "PermissionSet": "Admin", "Approvers": "bob@corp.com")" +
                                  std::string(addition) + "}"));
  };
  CHECK(one("") ==
        "statements[0]: bob@corp.com is the only approver: nobody can approve what "
        "bob@corp.com asks for\n");
  CHECK(one(R"(, "AllowSelfApproval": true)").empty());
  CHECK(one(R"(, "ApprovalIsNotRequired": true)").empty());
  CHECK(one(R"(, "Requesters": "ann@corp.com")").empty());
  CHECK(one(R"(, "RequiredApprovals": 2)") ==
        "statements[0]: 2 approvals are required, but only one person can approve\n");
}

TEST_CASE("lint_whenARuleIsDeadOrShadowed_warns") {
  CHECK(warnings_of(statements(R"({"ResourceType": "Account", "Resource": [],
      "PermissionSet": "Admin", "Approvers": "bob@corp.com"})")) ==
        "statements[0]: no request can ever meet this rule: Resource, PermissionSet or Requesters "
        "is empty\nstatements[0].Approvers: no rule can use the approver bob@corp.com\n");
  const std::string wide = R"({"ResourceType": "Account", "Resource": "*", "PermissionSet": "*",
      "Approvers": ["bob@corp.com", "carol@corp.com"]})";
  const std::string narrow = R"({"ResourceType": "OU", "Resource": "Root/Prod",
      "PermissionSet": "Admin", "Approvers": "bob@corp.com"})";
  CHECK(warnings_of(statements(wide + "," + narrow)) ==
        "statements[1]: shadowed: statements[0] covers the same and says as much\n");
  CHECK(warnings_of(statements(wide + "," + wide)) ==
        "statements[1]: shadowed: statements[0] covers the same and says as much\n");
  CHECK(warnings_of(statements(wide + R"(,{"ResourceType": "Account", "Resource": "111111111111",
      "PermissionSet": "*", "MaxDuration": "01:00"})"))
            .empty());
}

TEST_CASE("lint_whenNobodyCanApprove_warns") {
  CHECK(warnings_of(statements(R"({"ResourceType": "Account", "Resource": "*",
      "PermissionSet": "*", "AllowSelfApproval": true})")) ==
        "statements[0]: nobody can approve what this rule allows to ask for\n"
        "statements[0].AllowSelfApproval: has no effect without Approvers: it is for the approvers "
        "of the rule\n");
}

TEST_CASE("lint_whenARuleMentionsACrowd_warns") {
  std::string people;
  for (int i = 0; i < 21; ++i) people += (i ? ",\"a" : "\"a") + std::to_string(i) + "@corp.com\"";
  const std::string rule = R"({"ResourceType": "Account", "Resource": "*", "PermissionSet": "*",
      "Approvers": [)" + people +
                           "]";
  CHECK(warnings_of(statements(rule + "}")) ==
        "statements[0]: each request mentions 21 people: name fewer in Notify\n");
  CHECK(warnings_of(statements(rule + R"(, "Notify": "a1@corp.com"})")).empty());
}

}  // namespace
}  // namespace elevator::policy::requestable_test
