#include "main/demo/demo.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "main/demo/arguments.h"
#include "main/demo/cast.h"
#include "main/demo/clock.h"
#include "main/demo/trail.h"

namespace elevator::demo::demo_test {
namespace {

namespace json = boost::json;

const auto kNine = base::from_unix_milliseconds(1'741'078'800'000);  // 2025-03-04T09:00:00Z

TEST_CASE("clock_whenMoved_runsOnFromThereAndNeverBack") {
  base::ManualClock real(base::from_unix_milliseconds(5));
  DemoClock clock(real, kNine);
  CHECK(clock.now() == kNine);
  real.advance(base::Milliseconds(7));
  CHECK(clock.now() == kNine + base::Milliseconds(7));
  clock.move_to(kNine + base::hours(1));
  clock.move_to(kNine);
  CHECK(clock.now() == kNine + base::hours(1));
  clock.restart_at(kNine);
  CHECK(clock.now() == kNine);
}

TEST_CASE("arguments_whenTheyAreNone_areExplained") {
  const auto parse = [](const std::vector<std::string>& words) { return parse_arguments(words); };
  const auto all = parse({"--rules", "r.json", "--listen=0.0.0.0:0", "--state", "d", "--start",
                          "2025-03-04T09:00:00Z", "--accounts", "300"});
  const auto* given = std::get_if<Arguments>(&all);
  REQUIRE(given != nullptr);
  CHECK(given->address == "0.0.0.0");
  CHECK(given->port == 0);
  CHECK(given->start == kNine);
  CHECK(given->accounts == 300);
  CHECK_FALSE(std::get<Arguments>(parse({})).port);
  CHECK(std::get<Arguments>(parse({"--listen", "localhost:8080"})).address == "127.0.0.1");
  for (const auto& words : std::vector<std::vector<std::string>>{{"--rules"},
                                                                 {"--colour", "red"},
                                                                 {"--listen", "80"},
                                                                 {"--accounts", "many"},
                                                                 {"--accounts", "2001"},
                                                                 {"--start", "noon"}}) {
    const auto refused = parse(words);
    const auto* stop = std::get_if<entry::Stop>(&refused);
    REQUIRE(stop != nullptr);
    CHECK(stop->exit_code == 2);
    CHECK(stop->text.find(words[0]) != std::string::npos);
  }
}

// The audit log as the program writes it, in a folder of its own.
struct Folder {
  Folder() {
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    std::filesystem::create_directories(path + "/2025/03/04");
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void add(int number, const std::string& operation, const std::string& request,
           const std::string& deadline = "NA") {
    const json::object entry{{"operation_type", operation},
                             {"timestamp", number},
                             {"event_id", std::to_string(number)},
                             {"elevator_request_id", request},
                             {"account_id", "111111111111"},
                             {"role_name", "ReadOnly"},
                             {"group_id", "NA"},
                             {"sso_user_principal_id", "u1"},
                             {"deadline", deadline}};
    std::ofstream(path + "/2025/03/04/" + std::to_string(number) + ".json")
        << json::serialize(entry);
  }
  std::string path = std::filesystem::temp_directory_path().string() + "/elevator-trail-XXXXXX";
};

TEST_CASE("trail_whenLeasesJoin_endsWithTheLastOneThatIsNotOver") {
  Folder folder;
  Trail trail(folder.path);
  CHECK_FALSE(trail.read());
  folder.add(1, "grant", "r1", "2025-03-04 10:00:00+00:00");
  folder.add(2, "grant", "r2", "2025-03-04 11:00:00+00:00");
  CHECK(trail.read());
  CHECK_FALSE(trail.read());
  const std::string key = access_key("111111111111", "ReadOnly", "u1");
  CHECK(trail.ends().at(key) == kNine + base::hours(2));
  folder.add(3, "end_lease", "r2", "2025-03-04 11:00:00+00:00");
  CHECK(trail.read());
  CHECK(trail.ends().at(key) == kNine + base::hours(1));
  folder.add(4, "revoke", "r1", "2025-03-04 10:00:00+00:00");
  CHECK(trail.read());
  CHECK(trail.ends().empty());
  const json::array latest = trail.latest(2);
  REQUIRE(latest.size() == 2);
  CHECK(latest[1].at("key").as_string() == "2025/03/04/4.json");
}

TEST_CASE("trail_whenARulesDocumentLiesBesideTheEntries_showsOnlyEntries") {
  Folder folder;
  std::filesystem::create_directories(folder.path + "/rules");
  std::ofstream(folder.path + "/rules/abc.json") << R"({"statements": []})";
  folder.add(1, "grant", "r1", "2025-03-04 10:00:00+00:00");
  Trail trail(folder.path);
  CHECK(trail.read());
  CHECK(trail.latest(10).size() == 1);
}

TEST_CASE("demoRules_areAValidDocumentWithoutWarnings") {
  const auto parsed = policy::parse_rules(
      demo_rules({{"Incident responders", "11111111-2222-3333-4444-555555555555"}}));
  REQUIRE(parsed);
  CHECK(parsed->warnings.empty());
  CHECK(parsed->rules.statements().size() == 5);
}

TEST_CASE("cast_whenRulesNameWhatIsNotThere_hasItAfterwards") {
  Cast cast = demo_cast(0);
  const size_t accounts = cast.organization.accounts.size();
  const auto parsed = policy::parse_rules(R"({"statements": [
      {"ResourceType": "Account", "Resource": ["424242424242", "111111111111"],
       "PermissionSet": "BreakGlass", "Approvers": ["grace@corp.com", "AMIR@example.com"]},
      {"ResourceType": "OU", "Resource": ["Root/Prod/*", "Root/Labs/*"], "PermissionSet": "*",
       "Approvers": "group:Leads"},
      {"ResourceType": "Tag", "Resource": "team=moon", "PermissionSet": "*",
       "Approvers": "slack-group:S0LEADS"}],
      "group_statements": [{"Resource": "11111111-2222-3333-4444-555555555555",
       "Approvers": "sam@example.com"}]})");
  REQUIRE(parsed);
  add_named_by(parsed->rules, cast);
  CHECK(cast.organization.accounts.size() == accounts + 3);
  CHECK(cast.people.size() == 4);
  CHECK(cast.people.back().id == "U0GRACE");
  CHECK(cast.slack_groups.at("S0LEADS").size() == 2);
  CHECK(std::ranges::count(cast.organization.groups, "11111111-2222-3333-4444-555555555555",
                           &sandbox::aws::GroupSeed::id) == 1);
  CHECK(std::ranges::count(cast.organization.groups, "Leads", &sandbox::aws::GroupSeed::name) == 1);
  CHECK(std::ranges::count(cast.organization.permission_sets, "BreakGlass",
                           &sandbox::aws::PermissionSetSeed::name) == 1);
  CHECK(demo_cast(300).organization.accounts.size() == 300);
}

}  // namespace
}  // namespace elevator::demo::demo_test
