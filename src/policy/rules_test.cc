#include "policy/rules.h"

#include "base/crypto.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "tests/support/folders.h"
#include "tests/support/policy.h"

namespace elevator::policy::rules_test {
namespace {

using namespace elevator::testing;

std::string errors_of(std::string_view document) {
  const ParseResult parsed = parse_rules(document);
  return parsed ? "no errors" : codec::to_string(parsed.error());
}

std::string account_rule(std::string_view addition) {
  return R"({"statements": [{"ResourceType": "Account", "Resource": "*", "PermissionSet": "*", )" +
         std::string(addition) + "}]}";
}

TEST_CASE("parseRules_whenManyThingsAreWrong_namesThemAll") {
  const std::string errors = errors_of(R"({"statements": [
      {"ResourceType": "account", "Resource": "*", "PermissionSet": "A/b"},
      {"ResourceType": "Account", "Resource": [111111111111], "PermissionSet": "*",
       "Approvers": ["bob@corp.com", "carol"], "AllowSelfApproval": 2, "MaxDuration": "00:00",
       "Durations": [], "ReasonPattern": "(", "RequiredApprovals": 0, "Channel": "general"}],
      "group_statements": [{"Resource": "Admins", "Approvers": null}]})");
  for (const char* expected :
       {"statements[0].ResourceType: \"account\" is not one of Account, OU, Tag\n",
        "statements[0].PermissionSet: ",
        "statements[1].Resource[0]: expected text, got 111111111111 (put it in quotes)\n",
        "statements[1].Approvers[1]: \"carol\" is not an e-mail address\n",
        "statements[1].AllowSelfApproval: expected true or false, got 2\n",
        "statements[1].MaxDuration: must be longer than nothing\n",
        "statements[1].Durations: needs at least one duration\n",
        "statements[1].ReasonPattern: not a regular expression (RE2): ",
        "statements[1].RequiredApprovals: expected a whole number, 1 to 20, got 0\n",
        "statements[1].Channel: ", "group_statements[0].Resource: ",
        "group_statements[0].Approvers: expected text, got null\n"}) {
    CAPTURE(errors);
    CHECK_MESSAGE(errors.find(expected) != errors.npos, expected);
  }
}

TEST_CASE("parseRules_whenAKeyIsUnknown_warnsOnlyInDocumentsOfTheExistingProduct") {
  const ParseResult old = parse_rules(account_rule(R"("approvers": "bob@corp.com")"));
  REQUIRE(old);
  CHECK(codec::to_string(old->warnings) ==
        "statements[0].approvers: unknown key, ignored; did you mean Approvers?\n");
  for (const char* added : {R"("Name": "x")", R"("Approvers": "group:Leads")"}) {
    CHECK(errors_of(account_rule(R"("approvers": "bob@corp.com", )" + std::string(added))) ==
          "statements[0].approvers: unknown key; did you mean Approvers?\n");
  }
}

TEST_CASE("parseRules_whenAKeyOfOursIsMisspelt_refuses") {
  CHECK(errors_of(account_rule(R"("Requestors": "bob@corp.com")")) ==
        "statements[0].Requestors: unknown key; did you mean Requesters?\n");
  const ParseResult unlike = parse_rules(account_rule(R"("Comment": "x")"));
  REQUIRE(unlike);
  CHECK(codec::to_string(unlike->warnings) == "statements[0].Comment: unknown key, ignored\n");
}

TEST_CASE("parseRules_whenThereIsNoRule_warns") {
  for (const char* empty : {"{}", R"({"statements": [], "group_statements": []})"}) {
    CHECK(parse_rules(empty)->warnings.size() == 1);
  }
  CHECK(errors_of("[]") == "expected an object, got a list\n");
  CHECK(errors_of("{") != "no errors");
  for (const char* other :
       {R"({"Statements": []})", R"({"rules": {"statements": []}, "cases": []})"}) {
    CHECK(errors_of(other).starts_with("no rules: expected the key statements"));
  }
  CHECK(errors_of(R"({"statements": {}})") == "statements: expected a list, got an object\n");
}

TEST_CASE("parseRules_whenResourcesAreUnitsOrTags_checksTheirForm") {
  const auto with = [](std::string_view type, std::string_view resource) {
    return errors_of(R"({"statements": [{"ResourceType": ")" + std::string(type) +
                     R"(", "Resource": ")" + std::string(resource) +
                     R"(", "PermissionSet": "*"}]})");
  };
  for (const char* good : {"*", "Root", "Root/*", "Root/Prod", "Root/Prod/*", "r-ab12",
                           "ou-ab12-abcdefgh", "Root/Größe"}) {
    CHECK_MESSAGE(with("OU", good) == "no errors", good);
  }
  for (const char* bad :
       {"111111111111", "Prod", "Root/*/X", "Root//X", "Root/", "/Root", "ou-1-2"}) {
    CHECK_MESSAGE(with("OU", bad) != "no errors", bad);
  }
  for (const char* good : {"env=prod", "env=", "a=b=c"}) {
    CHECK_MESSAGE(with("Tag", good) == "no errors", good);
  }
  for (const char* bad : {"env", "=prod", "env=*", "*"}) {
    CHECK_MESSAGE(with("Tag", bad) != "no errors", bad);
  }
}

TEST_CASE("parseRules_whenPeopleAreNamedBySources_checksThem") {
  CHECK(errors_of(account_rule(R"("Requesters": ["*", "group:Devs", "ann@corp.com"])")) ==
        "no errors");
  CHECK(errors_of(account_rule(R"("Requesters": "oncall:X")")) != "no errors");
  CHECK(errors_of(account_rule(R"("Requesters": null)")) != "no errors");
  CHECK(errors_of(account_rule(R"("Approvers": "*")")) != "no errors");
  CHECK(errors_of(account_rule(R"("Approvers": "group:")")) != "no errors");
  CHECK(errors_of(account_rule(R"("Approvers": ["slack-group:S1", "oncall:Primary"])")) ==
        "no errors");
}

TEST_CASE("parseRules_whenWrittenInYaml_meansTheSame") {
  const Rules rules = rules_from(
      "statements:\n- ResourceType: Account\n  Resource: [111111111111, '012345678901']\n"
      "  PermissionSet: Admin\n  MaxDuration: 02:00\n  Approvers: bob@corp.com\n");
  const Statement& statement = rules.statements().at(0);
  CHECK(std::get<Accounts>(statement.resource).ids.size() == 2);
  CHECK(statement.max_duration == base::hours(2));
  CHECK(rules.digest().str() == base::sha256_hex(rules.document()));
}

TEST_CASE("parseStatements_readsTheEnvironmentVariables") {
  const auto parsed = parse_statements(
      R"([{"ResourceType": "Account", "Resource": "*", "PermissionSet": "*"}])", std::nullopt);
  REQUIRE(parsed);
  CHECK(parsed->rules.statements().size() == 1);
  CHECK(parse_statements(std::nullopt, std::nullopt));
  CHECK(codec::to_string(parse_statements("", "{}").error()) ==
        "STATEMENTS: JSON ends too early, after 0 bytes\nGROUP_STATEMENTS: expected a JSON list\n");
  CHECK_FALSE(parse_statements(R"([], "group_statements": [])", std::nullopt));
}

// Where DESIGN departs from what the existing product accepts, on purpose.
bool differs_on_purpose(std::string_view input) {
  return input.find("Ädmin") != input.npos;  // permission-set names are ASCII
}

TEST_CASE("ruleParsing_holdsWhatTheExistingProductAcceptsAndRefuses") {
  const auto value =
      codec::parse_json(read_file(tests::source_folder() + "/tests/vectors/rule_parsing.json"));
  REQUIRE(value);
  codec::Problems problems;
  const codec::Reader reader(*value, problems);
  size_t differences = 0;
  for (const codec::Reader& vector : reader.elements()) {
    const std::string list =
        vector.required_string("kind") == "account" ? "statements" : "group_statements";
    const std::string input = codec::to_json_text(vector.child("input").value());
    const bool accepted = parse_rules("{\"" + list + "\": [" + input + "]}").has_value();
    CAPTURE(input);
    if (differs_on_purpose(input)) {
      CHECK(accepted != vector.required_bool("ok"));
      ++differences;
    } else {
      CHECK(accepted == vector.required_bool("ok"));
    }
  }
  CHECK(reader.elements().size() == 81);
  CHECK(differences == 1);
  CHECK(problems.empty());
}

TEST_CASE("addresses_areReducedAsTheExistingProductDoes") {
  for (const char* written : {"Bob@Corp.com", " bob@corp.com ", "Bob Smith <bob@corp.com>"}) {
    const Rules rules = rules_from(account_rule("\"Approvers\": \"" + std::string(written) + "\""));
    CHECK(rules.statements()[0].approvers.emails == std::set{email("bob@corp.com")});
  }
}

TEST_CASE("parseRules_whenARuleNamesAnOnCallSchedule_warns") {
  const auto parsed = parse_rules(R"({"statements":[{"Name":"Nights","ResourceType":"Account",
      "Resource":"111111111111","PermissionSet":"Admin",
      "Approvers":["bob@corp.com","oncall:Primary"]}]})");
  REQUIRE(parsed);
  CHECK(codec::to_string(parsed->warnings) ==
        "statements[0] \"Nights\": oncall:Primary cannot be looked up by this release: nobody is "
        "found\n");
}

}  // namespace
}  // namespace elevator::policy::rules_test
