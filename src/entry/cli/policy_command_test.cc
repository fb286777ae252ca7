#include "entry/cli/policy_command.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "codec/text.h"
#include "tests/support/folders.h"

namespace elevator::entry::policy_command_test {
namespace {

struct Run {
  int code;
  std::string out;
  std::string err;
};

Run run(const std::vector<std::string>& words, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_policy(words, in, out, err);
  return {code, out.str(), err.str()};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

constexpr auto kRules = R"({"statements": [{"ResourceType": "Account",
    "Resource": "111111111111", "PermissionSet": "Admin", "Name": "Everyday",
    "Approvers": ["bob@corp.com", "carol@corp.com"], "MaxDuration": "02:00"}]})";

const std::vector<std::string> kExplain = {"explain",          "-",         "--requester",
                                           "a@corp.com",       "--account", "111111111111",
                                           "--permission-set", "Admin"};

std::vector<std::string> explain_with(std::initializer_list<std::string> more) {
  std::vector<std::string> words = kExplain;
  words.insert(words.end(), more);
  return words;
}

TEST_CASE("policyTest_onTheRecordedDecisions_passesWhole") {
  const Run result = run({"test", tests::source_folder() + "/tests/vectors/policy.json"});
  CHECK(result.code == 0);
  CHECK(result.out == "4247 passed, 0 failed\n");
}

TEST_CASE("policyCheck_whenTheDocumentIsClean_exitsWithZero") {
  const Run result = run({"check", "-", "--strict"}, kRules);
  CHECK(result.code == 0);
  CHECK(result.out == "-: 1 rule, no warnings\n");
}

TEST_CASE("policyCheck_whenThereAreWarnings_onlyStrictExitsWithOne") {
  const std::string document = R"({"statements": [{"ResourceType": "Account", "Resource": "*",
      "PermissionSet": "*", "Approvers": "bob@corp.com", "Colour": "red"}]})";
  CHECK(run({"check", "-"}, document).code == 0);
  const Run strict = run({"check", "-", "--strict"}, document);
  CHECK(strict.code == 1);
  CHECK(strict.out ==
        "-: 1 rule, 2 warnings\n"
        "  warning statements[0].Colour: unknown key, ignored\n"
        "  warning statements[0]: bob@corp.com is the only approver: nobody can approve what "
        "bob@corp.com asks for\n");
}

TEST_CASE("policyCheck_whenThereAreErrors_namesThemAllAndExitsWithTwo") {
  const Run result = run({"check", "-"}, R"({"statements": [{}, {"ResourceType": "Account",
      "Resource": "1", "PermissionSet": "*"}]})");
  CHECK(result.code == 2);
  CHECK(result.out.empty());
  CHECK(contains(result.err, "-: 4 errors, so the document is not used at all\n"));
  CHECK(contains(result.err, "  error   statements[0].ResourceType: missing\n"));
  CHECK(contains(result.err, "  error   statements[1].Resource: \"1\" is not"));
}

TEST_CASE("policyCheck_whenTheFileCannotBeRead_saysSo") {
  CHECK(run({"check", "does-not-exist.json"}).err == "error: cannot read does-not-exist.json\n");
  CHECK(run({"check", tests::source_folder()}).code == 2);
}

TEST_CASE("policyExplain_saysWhatWhyAndOnWhichTerms") {
  const Run result = run(explain_with({"--reviewer", "bob@corp.com"}), kRules);
  CHECK(result.code == 0);
  for (const char* part :
       {"NEEDS APPROVAL  (RequiresApproval)\n", "a@corp.com asks for 111111111111/Admin\n",
        "Needs the approval of 1 of 2 people.\n", "bob@corp.com      yes: An approver",
        "statements[0] \"Everyday\"\n      approvers: bob@corp.com, carol@corp.com\n",
        "Durations         00:30, 01:00, 01:30, 02:00\n"}) {
    CHECK_MESSAGE(contains(result.out, part), result.out);
  }
}

TEST_CASE("policyExplain_inJson_isTheDecision") {
  const Run result =
      run(explain_with({"--format", "json", "--duration", "03:00", "--reviewer", "x@corp.com"}),
          kRules);
  const auto value = codec::parse_json(result.out);
  REQUIRE(value);
  CHECK(value->at("decision") == "refuse");
  CHECK(value->at("reason") == "DurationTooLong");
  CHECK(value->at("review").at("may_review") == false);
  CHECK(value->at("target") == "111111111111/Admin");
}

TEST_CASE("policyExplain_whenTheWorldIsGiven_usesIt") {
  const std::string path = tests::build_folder() + "/policy_command_test_world.json";
  std::ofstream(path) << R"({"accounts": {"111111111111": {"ou_path": "Root/Prod/EU"}},
                             "oncall": {"Primary": ["bob@corp.com"]}})";
  const std::string document = R"({"statements": [{"ResourceType": "OU", "Resource": "Root/Prod/*",
      "PermissionSet": "Admin", "Approvers": "oncall:Primary"}]})";
  CHECK(contains(run(kExplain, document).out, "Say who and what that is with --world FILE."));
  CHECK(contains(run(explain_with({"--world", path}), document).out,
                 "Needs the approval of bob@corp.com.\n"));
}

TEST_CASE("policyExplain_whenWordsAreMissingOrWrong_exitsWithTwo") {
  CHECK(run({"explain", "-", "--requester", "a@corp.com"}, kRules).code == 2);
  CHECK(
      run({"explain", "-", "--requester", "a@corp.com", "--account", "1", "--permission-set", "x"},
          kRules)
          .code == 2);
  CHECK(run(explain_with({"--group", "g"}), kRules).code == 2);
  CHECK(run(explain_with({"--duration", "soon"}), kRules).code == 2);
  CHECK(run({}).code == 2);
  CHECK(run({"frobnicate"}).code == 2);
  CHECK(run({"--help"}).code == 0);
}

std::string suite(std::string_view expect) {
  return "{\"rules\": " + std::string(kRules) +
         R"(, "cases": [{"name": "admin", "request": {"requester": "a@corp.com",
            "account": "111111111111", "permission_set": "Admin"}, "expect": )" +
         std::string(expect) + "}]}";
}

TEST_CASE("policyTest_whenACaseDoesNotHold_printsExpectedAndActual") {
  const Run result = run({"test", "-"}, suite(R"({"decision": "grant", "approvers": []})"));
  CHECK(result.code == 1);
  CHECK(result.out ==
        "FAILED  -: admin\n"
        "        decision: expected grant, got review\n"
        "        approvers: expected nobody, got bob@corp.com, carol@corp.com\n"
        "        because 2 people other than the requester are approvers; one approval is "
        "required\n"
        "0 passed, 1 failed\n");
  CHECK(run({"test", "-"}, suite(R"({"decision": "review", "max_duration": "02:00"})")).code == 0);
}

TEST_CASE("policyTest_whenASuiteIsMisspelt_refusesIt") {
  const Run result = run({"test", "-"}, suite(R"({"desicion": "grant"})"));
  CHECK(result.code == 2);
  CHECK(contains(result.err, "cases[0].expect.desicion: unknown key"));
  const Run no_decision = run({"test", "-"}, suite(R"({"decision": "granted"})"));
  CHECK(no_decision.code == 2);
  CHECK(contains(no_decision.err, "cases[0].expect.decision: \"granted\" is none"));
  CHECK(run({"test", "-"}, suite(R"({"may_review": true})")).code == 2);
  CHECK(run({"test", "-"}, R"({"rules": {"statements": 1}, "cases": []})").code == 2);
}

TEST_CASE("policyTest_whenNothingWouldBeChecked_refusesTheSuite") {
  const Run no_expectation = run({"test", "-"}, suite("{}"));
  CHECK(no_expectation.code == 2);
  CHECK(contains(no_expectation.err, "cases[0].expect: expects nothing"));
  CHECK(run({"test", "-"}, suite(R"({"decision": null})")).code == 2);
  const Run no_cases =
      run({"test", "-"}, "{\"rules\": " + std::string(kRules) + ", \"cases\": []}");
  CHECK(no_cases.code == 2);
  CHECK(contains(no_cases.err, "cases: there is none"));
  CHECK(run({"test", "-"}, "[]").code == 2);
}

TEST_CASE("policyTest_whenTheRulesAreInAFile_readsThem") {
  const std::string folder = tests::build_folder();
  std::ofstream(folder + "/policy_command_test_rules.json") << kRules;
  std::ofstream(folder + "/policy_command_test_suite.json") << R"({
      "rules": "policy_command_test_rules.json", "cases": [{"name": "self", "request":
      {"requester": "BOB@corp.com", "account": "111111111111", "permission_set": "Admin",
       "reviewer": "bob@corp.com"}, "expect": {"may_review": false}}]})";
  const Run result = run({"test", folder + "/policy_command_test_suite.json"});
  CHECK(result.code == 0);
  CHECK(result.out == "1 passed, 0 failed\n");
  CHECK(run({"test", "-"}, R"({"rules": "no-such-file", "cases": []})").code == 2);
}

}  // namespace
}  // namespace elevator::entry::policy_command_test
