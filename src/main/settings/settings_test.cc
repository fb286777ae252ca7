#include "main/settings/settings.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "main/settings/table.h"
#include "tests/support/folders.h"

namespace elevator::settings::settings_test {
namespace {

const Environment kComplete{{"SLACK_BOT_TOKEN", "xoxb-1"},
                            {"SLACK_SIGNING_SECRET", "shh"},
                            {"SLACK_CHANNEL_ID", "C0CHANNEL"},
                            {"STATEMENTS", "[]"}};

std::string error_of(const Environment& environment, const std::optional<std::string>& file = {}) {
  const auto settings = load(environment, file);
  REQUIRE_FALSE(settings.has_value());
  return settings.error().message;
}

TEST_CASE("load_whenNothingIsGiven_hasTheDefaultsOfTheTerraformModule") {
  const auto settings = load({}, std::nullopt);
  REQUIRE(settings.has_value());
  CHECK(settings->request_expiration == base::hours(8));
  CHECK(settings->first_reminder_after == base::minutes(15));
  CHECK(settings->reminder_factor == 2);
  CHECK(settings->max_duration == base::hours(24));
  CHECK(settings->reconcile_interval == base::Seconds(60));
  CHECK(settings->oldest_account_facts == base::hours(24));
  CHECK(settings->slack_api_url == "https://slack.com/api/");
  CHECK(settings->audit_prefix == "logs");
  CHECK(settings->sweep_mode == SweepMode::kWarn);
  CHECK(settings->slack_options_load);
}

TEST_CASE("load_readsFileAndEnvironment_andTheEnvironmentWins") {
  const auto settings = load({{"REQUEST_EXPIRATION_HOURS", " 3.0 "}, {"log_level", "DEBUG"}},
                             "REQUEST_EXPIRATION_HOURS: 5\n"
                             "send_dm_if_user_not_in_channel: false\n"
                             "SECONDARY_FALLBACK_EMAIL_DOMAINS: ['@example.org']\n"
                             "STATEMENTS:\n  - ResourceType: Account\n");
  REQUIRE(settings.has_value());
  CHECK(settings->request_expiration == base::hours(3));
  CHECK_FALSE(settings->send_dm_if_user_not_in_channel);
  CHECK(settings->secondary_domains == std::vector<std::string>{"@example.org"});
  CHECK(settings->rules_document == R"({"statements":[{"ResourceType":"Account"}]})");
  CHECK(settings->log_level == base::LogLevel::kDebug);
}

TEST_CASE("load_acceptsTheSpellingsOfTheExistingProduct") {
  for (const auto* yes : {"true", "1", "YES", "on", "y", "T"}) {
    CHECK(load({{"CACHE_ENABLED", yes}}, std::nullopt)->cache_enabled);
  }
  for (const auto* no : {"false", "0", "No", "off", "n", "F"}) {
    CHECK_FALSE(load({{"CACHE_ENABLED", no}}, std::nullopt)->cache_enabled);
  }
  for (const auto* wrong : {"1.5", "1e2", "", "x"}) {
    CHECK_FALSE(load({{"REQUEST_EXPIRATION_HOURS", wrong}}, std::nullopt).has_value());
  }
}

TEST_CASE("load_reportsEveryMistakeAtOnce") {
  const std::string message = error_of({{"REQUEST_EXPIRATION_HOURS", "1.5"},
                                        {"SLACK_CHANNEL_ID", "general"},
                                        {"SWEEP_MODE", "delete"},
                                        {"SECONDARY_FALLBACK_EMAIL_DOMAINS", "example.org"}},
                                       R"({"SLAK_BOT_TOKEN": "x", "RULES_FILE": 7.5})");
  for (const auto* part : {"REQUEST_EXPIRATION_HOURS: ", "SLACK_CHANNEL_ID: ", "SWEEP_MODE: ",
                           "SECONDARY_FALLBACK_EMAIL_DOMAINS: ", "unknown key \"SLAK_BOT_TOKEN\"",
                           "RULES_FILE (in the file): expected text"}) {
    CHECK_MESSAGE(message.find(part) != std::string::npos, part);
  }
}

TEST_CASE("load_namesTheSetting_whatWasGiven_andWhatIsExpected") {
  const std::pair<const char*, const char*> kWrong[] = {
      {"SLACK_CHANNEL_ID", "#general"},
      {"SLACK_TEAM_ID", "corp"},
      {"SSO_INSTANCE_ARN", "ssoins-1"},
      {"AWS_ACCESS_PORTAL_URL", "corp.awsapps.com"},
      {"SLACK_API_URL", "slack.com"},
      {"LOG_LEVEL", "chatty"},
      {"SWEEP_MODE", "delete"},
      {"REQUEST_EXPIRATION_HOURS", "soon"},
      {"CACHE_ENABLED", "perhaps"},
      {"SECURITY_PEOPLE", "bob@corp.com"},
      {"STATEMENTS", "[{]"}};
  for (const auto& [name, value] : kWrong) {
    CAPTURE(name);
    const std::string message = error_of({{name, value}});
    CAPTURE(message);
    CHECK(message.starts_with(std::string(name) + ": "));
    CHECK(message.find(value) != std::string::npos);
    CHECK(message.find("xpected") != std::string::npos);
  }
}

TEST_CASE("load_neverShowsASecret") {
  const std::string message =
      error_of({}, R"({"SLACK_BOT_TOKEN": "xoxb-planted", "X": "y", "SLACK_SIGNING_SECRET": []})");
  CHECK(message.find("planted") == std::string::npos);
  CHECK(error_of({{"SLACK_CHANNEL_ID", "xoxb-planted"}}).find("planted") == std::string::npos);
}

TEST_CASE("load_whenRulesAreGivenTwice_saysSo") {
  CHECK(error_of({{"RULES_FILE", "rules.json"}, {"STATEMENTS", "[]"}}).find("more than once") !=
        std::string::npos);
}

TEST_CASE("checkServe_namesEverythingThatIsMissing") {
  CHECK(check_serve(*load(kComplete, std::nullopt)).has_value());
  const auto status = check_serve(*load({}, std::nullopt));
  REQUIRE_FALSE(status.has_value());
  for (const auto* name :
       {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CHANNEL_ID", "RULES_FILE"}) {
    CHECK_MESSAGE(status.error().message.find(name) != std::string::npos, name);
  }
}

TEST_CASE("checkServe_takesReferencesInsteadOfSecrets") {
  Environment environment = kComplete;
  environment.erase("SLACK_BOT_TOKEN");
  environment.erase("SLACK_SIGNING_SECRET");
  environment["SLACK_BOT_TOKEN_REF"] = "ssm:/slack/token";
  environment["SLACK_SIGNING_SECRET_REF"] = "secretsmanager:slack";
  const auto settings = load(environment, std::nullopt);
  REQUIRE(settings.has_value());
  CHECK(check_serve(*settings).has_value());
  CHECK(settings->without_effect.empty());
}

TEST_CASE("load_refusesReferencesOfAnotherForm_andASecretGivenTwice") {
  CHECK(error_of({{"SLACK_BOT_TOKEN_REF", "vault:token"}}).find("SLACK_BOT_TOKEN_REF") !=
        std::string::npos);
  CHECK(error_of({{"SLACK_BOT_TOKEN", "x"}, {"SLACK_BOT_TOKEN_REF", "ssm:t"}}).find("keep one") !=
        std::string::npos);
}

TEST_CASE("load_namesWhatIsGivenWithoutEffect_andOnlyThat") {
  CHECK(load(kComplete, std::nullopt)->without_effect.empty());
  const auto settings = load({{"SWEEP_MODE", "remove"}, {"CACHE_ENABLED", "false"}},
                             "sweep_grace_hours: 48\nSTATE_TABLE_NAME: rows\n");
  REQUIRE(settings.has_value());
  CHECK(settings->without_effect == std::vector<std::string>{"STATE_TABLE_NAME"});
}

TEST_CASE("parseFunction_knowsTheThreeHandlersAndNoOther") {
  CHECK(parse_function("requester") == Function::kRequester);
  CHECK(parse_function("revoker") == Function::kRevoker);
  CHECK(parse_function("attribute-syncer") == Function::kAttributeSyncer);
  for (const char* other : {"", "Requester", "main.lambda_handler"}) {
    CHECK_FALSE(parse_function(other).has_value());
  }
}

const Environment kFunction{
    {"SLACK_BOT_TOKEN_REF", "ssm:/token"},
    {"SLACK_SIGNING_SECRET_REF", "ssm:/secret"},
    {"SLACK_CHANNEL_ID", "C0123456"},
    {"CONFIG_S3_KEY", "config/approval-config.json"},
    {"STATE_TABLE_NAME", "rows"},
    {"S3_BUCKET_FOR_AUDIT_ENTRY_NAME", "audit"},
    {"SCHEDULE_GROUP_NAME", "group"},
    {"SCHEDULE_POLICY_ARN", "arn:aws:iam::111111111111:role/scheduler"},
    {"REVOKER_FUNCTION_ARN", "arn:aws:lambda:us-east-1:111111111111:function:revoker"}};

TEST_CASE("checkFunction_namesEverythingThatIsMissing") {
  CHECK(check_function(*load(kFunction, std::nullopt), Function::kRequester).has_value());
  for (const auto& [name, value] : kFunction) {
    CAPTURE(name);
    Environment environment = kFunction;
    environment.erase(name);
    const auto settings = load(environment, std::nullopt);
    REQUIRE(settings.has_value());
    const auto status = check_function(*settings, Function::kRequester);
    REQUIRE_FALSE(status.has_value());
    const std::string without_ref = name.substr(0, name.find("_REF"));
    CHECK(status.error().message.find(without_ref) != std::string::npos);
  }
}

TEST_CASE("checkFunction_asksOfEachFunctionWhatItNeedsOnly") {
  Environment revoker = kFunction;
  revoker.erase("SLACK_SIGNING_SECRET_REF");
  CHECK(check_function(*load(revoker, std::nullopt), Function::kRevoker).has_value());
  Environment syncer = revoker;
  for (const char* name : {"SCHEDULE_GROUP_NAME", "SCHEDULE_POLICY_ARN", "REVOKER_FUNCTION_ARN"}) {
    syncer.erase(name);
  }
  CHECK_FALSE(check_function(*load(syncer, std::nullopt), Function::kAttributeSyncer).has_value());
  syncer["ATTRIBUTE_SYNC_ENABLED"] = "true";
  syncer["ATTRIBUTE_SYNC_MANAGED_GROUPS"] = R"(["Eng"])";
  syncer["ATTRIBUTE_SYNC_RULES"] = R"([{"group_name":"Eng","attributes":{"title":"Dev"}}])";
  const auto settings = load(syncer, std::nullopt);
  REQUIRE(settings.has_value());
  CHECK(check_function(*settings, Function::kAttributeSyncer).has_value());
}

TEST_CASE("load_whenTheAttributeSyncIsOn_checksItsRules_andElseOnlyThatTheyAreJson") {
  const Environment broken{
      {"ATTRIBUTE_SYNC_MANAGED_GROUPS", R"(["Eng","Ops"])"},
      {"ATTRIBUTE_SYNC_RULES", R"([{"group_name":"Eng","attributes":{"department":""}}])"}};
  CHECK(load(broken, std::nullopt).has_value());
  Environment on = broken;
  on["ATTRIBUTE_SYNC_ENABLED"] = "True";
  CHECK(error_of(on, "{}").find("ATTRIBUTE_SYNC_RULES[0].attributes.department") !=
        std::string::npos);
  on["ATTRIBUTE_SYNC_ENABLED"] = "yes";
  CHECK_FALSE(load(on, std::nullopt)->sync.enabled);
  CHECK_FALSE(load({{"ATTRIBUTE_SYNC_RULES", "bad"}}, std::nullopt).has_value());
}

TEST_CASE("load_readsTheLimitsOfTheSweep") {
  const auto settings =
      load({{"SWEEP_GRACE_HOURS", "48"}, {"SWEEP_MOST_REMOVALS", "3"}}, std::nullopt);
  REQUIRE(settings.has_value());
  CHECK(settings->sweep.grace == base::hours(48));
  CHECK(settings->sweep.most_removals == 3);
  CHECK(settings->sweep.most_percent == 30);
  CHECK_FALSE(load({{"SWEEP_GRACE_HOURS", "0"}}, std::nullopt).has_value());
}

// ELEVATOR_UPDATE_DOCS=1 writes the page anew.
TEST_CASE("docs_settings_isTheTable") {
  const std::string path = tests::source_folder() + "/docs/settings.md";
  if (std::getenv("ELEVATOR_UPDATE_DOCS") != nullptr) std::ofstream(path) << as_markdown();
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const bool same = text == as_markdown();
  CHECK_MESSAGE(same, "run this test with ELEVATOR_UPDATE_DOCS=1");
}

}  // namespace
}  // namespace elevator::settings::settings_test
