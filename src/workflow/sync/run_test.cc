#include "workflow/sync/run.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

#include "tests/support/fake_cloud.h"
#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"

namespace elevator::workflow::sync::run_test {
namespace {

const domain::GroupId kEng = domain::GroupId::literal("00000000-0000-0000-0000-00000000000a");
const domain::GroupId kOps = domain::GroupId::literal("00000000-0000-0000-0000-00000000000b");

domain::PrincipalId person(int number) {
  return domain::PrincipalId::literal("00000000-0000-0000-0000-00000000" +
                                      std::to_string(1000 + number));
}

struct Fixture {
  tests::FakeCloud cloud;
  tests::MemoryStore store;
  tests::FakeAudit audit;
  tests::FakeChat chat;
  tests::FixedRules rules;
  base::ManualClock clock{base::from_unix_milliseconds(1'735'786'800'000)};
  base::NullLogger log;

  Fixture() {
    rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"*","PermissionSet":"*",
                  "Approvers":["ann@corp.com"]}]})");
    cloud.all_groups = {{kEng, "Eng"}, {kOps, "Ops"}};
    add_user(1, "Eng");
    add_user(2, "Ops");
    add_user(3, "Sales");
  }
  void add_user(int number, const std::string& department) {
    cloud.people.push_back({person(number), "u" + std::to_string(number) + "@corp.com", true,
                            ports::Attributes{{"department", department}}});
  }
  domain::Assignment membership(const domain::GroupId& group, int number) const {
    return domain::GroupMembership{tests::kStoreId, group, person(number)};
  }
  AttributeSync sync(std::string_view policy = "remove", Limits limits = {}) {
    auto config =
        parse_config(boost::json::parse(R"(["Eng","Ops"])"),
                     boost::json::parse(R"([{"group_name":"Eng","attributes":{"department":"Eng"}},
                               {"group_name":"Ops","attributes":{"department":"Ops"}}])"),
                     policy);
    REQUIRE(config.has_value());
    return AttributeSync({cloud, cloud, store, audit, chat, rules, clock, log}, *config, limits);
  }
  Summary run(std::string_view policy = "remove", Limits limits = {}) {
    auto summary = sync(policy, limits).run();
    if (!summary) FAIL(summary.error().message);
    return *summary;
  }
  size_t entries(std::string_view operation) const {
    const std::string wanted = "\"operation_type\":\"" + std::string(operation) + "\"";
    size_t count = 0;
    for (const auto& [key, bytes] : audit.entries) {
      if (bytes.find(wanted) != std::string::npos) ++count;
    }
    return count;
  }
};

// Something that happens while the users are being listed.
class Meanwhile final : public ports::Roster {
 public:
  Meanwhile(ports::Roster& roster, std::function<void()> meanwhile)
      : roster_(roster), meanwhile_(std::move(meanwhile)) {}
  base::Result<ports::RosterListing> users() override {
    meanwhile_();
    return roster_.users();
  }
  base::Result<std::vector<ports::Group>> groups() override { return roster_.groups(); }
  base::Result<std::set<domain::PrincipalId>> members(const domain::GroupId& group) override {
    return roster_.members(group);
  }
  base::Result<std::string> email_of(const domain::PrincipalId& user) override {
    return roster_.email_of(user);
  }

 private:
  ports::Roster& roster_;
  std::function<void()> meanwhile_;
};

TEST_CASE_FIXTURE(Fixture, "run_addsAndRemovesAndRecords") {
  cloud.assignments = {membership(kEng, 3), membership(kOps, 2)};
  const Summary summary = run();
  CHECK(summary.success());
  CHECK(cloud.assignments == std::set{membership(kEng, 1), membership(kOps, 2)});
  CHECK(entries("sync_add") == 1);
  CHECK(entries("sync_remove") == 1);
  REQUIRE(chat.reports.size() == 1);
  CHECK(chat.reports[0].title.find("1 added, 1 removed") != std::string::npos);
  CHECK(cloud.calls["users"] == 1);  // once, however many groups

  CHECK(run().added.empty());
  CHECK(chat.reports.size() == 1);
  CHECK(audit.entries.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "run_whenThePolicyIsWarn_tellsOnceOfEachStranger") {
  cloud.assignments = {membership(kEng, 1), membership(kEng, 3), membership(kOps, 2)};
  CHECK(run("warn").detected.size() == 1);
  CHECK(run("warn").detected.size() == 1);
  CHECK(cloud.removed.empty());
  CHECK(entries("manual_detected") == 1);
  CHECK(chat.reports.size() == 1);

  cloud.assignments.erase(membership(kEng, 3));
  run("warn");
  cloud.assignments.insert(membership(kEng, 3));
  run("warn");
  CHECK(entries("manual_detected") == 2);
  CHECK(chat.reports.size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "run_whenMembersCannotBeRead_leavesThatGroupAndDoesTheRest") {
  cloud.assignments = {membership(kEng, 3)};
  cloud.broken.insert("members " + kEng.str());
  const Summary summary = run();
  CHECK_FALSE(summary.success());
  CHECK(cloud.assignments == std::set{membership(kEng, 3), membership(kOps, 2)});
}

TEST_CASE_FIXTURE(Fixture, "run_whenTheUsersCannotBeListedWhole_doesNothing") {
  cloud.assignments = {membership(kEng, 3)};
  cloud.broken.insert("users");
  CHECK_FALSE(sync().run().has_value());
  CHECK(cloud.assignments.size() == 1);
  REQUIRE(chat.reports.size() == 1);  // told, once
  CHECK_FALSE(sync().run().has_value());
  CHECK(chat.reports.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "run_whenNobodyHasTheAttributesAskedFor_removesNobody") {
  cloud.assignments = {membership(kEng, 1)};
  cloud.people = {{person(1), "u1@corp.com", true, ports::Attributes()}};
  cloud.enterprise_attributes = false;
  CHECK_FALSE(sync().run().has_value());
  CHECK(cloud.removed.empty());
}

TEST_CASE_FIXTURE(Fixture, "run_whenTooManyWouldGo_removesNobodyAndSaysSo") {
  for (int i = 10; i < 20; ++i) {
    add_user(i, "Sales");
    cloud.assignments.insert(membership(kEng, i));
  }
  const Summary summary = run("remove", {.most_removals = 5});
  CHECK(cloud.removed.empty());
  CHECK(summary.added.size() == 2);
  REQUIRE(summary.errors.size() == 1);
  CHECK(summary.errors[0].find("ATTRIBUTE_SYNC_MOST_REMOVALS") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "run_whenAnAnswerWasLost_recordsTheChangeNextTime") {
  cloud.lost.insert("create");
  CHECK_FALSE(run().success());
  CHECK(cloud.assignments.size() == 2);
  CHECK(entries("sync_add") == 0);
  cloud.lost.clear();
  CHECK(run().added.empty());
  CHECK(entries("sync_add") == 2);
}

TEST_CASE_FIXTURE(Fixture, "run_whenAGroupMayBeAskedFor_refusesById") {
  rules.set(R"({"group_statements":[{"Resource":")" + kOps.str() +
            R"(","Approvers":["ann@corp.com"]}]})");
  const auto refused = sync().run();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("\"Ops\"") != std::string::npos);
  CHECK(cloud.created.empty());

  // Another group of the same name is refused too: people would take one for the other.
  const auto twin = domain::GroupId::literal("00000000-0000-0000-0000-00000000000c");
  cloud.all_groups = {{kOps, "Eng"}, {twin, "Eng"}, {twin, "Ops"}};
  CHECK_FALSE(sync().run().has_value());
  CHECK(cloud.created.empty());
}

TEST_CASE_FIXTURE(Fixture, "check_saysAtOnceWhatEveryRunWouldRefuse") {
  CHECK(sync().check().has_value());
  rules.set(R"({"group_statements":[{"Resource":")" + kEng.str() +
            R"(","Approvers":["ann@corp.com"]}]})");
  const auto refused = sync().check();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("\"Eng\"") != std::string::npos);
  CHECK(cloud.calls["users"] == 0);
  CHECK(store.commits == 0);
}

TEST_CASE_FIXTURE(Fixture, "run_whenAManagedGroupDoesNotExist_saysSoAndDoesTheRest") {
  cloud.all_groups = {{kOps, "Ops"}};
  const Summary summary = run();
  CHECK(summary.success());
  CHECK(summary.added.size() == 1);
  REQUIRE(summary.remarks.size() == 1);
  CHECK(summary.remarks[0] == "there is no group named \"Eng\"");
  cloud.all_groups.clear();
  CHECK_FALSE(sync().run().has_value());
  CHECK(cloud.removed.empty());
}

// Two people with one address and one without any: ids tell them apart.
TEST_CASE_FIXTURE(Fixture, "run_whenAddressesAreMissingOrTheSame_goesByIds") {
  cloud.people[0].email.clear();
  cloud.people[2].email = cloud.people[1].email;
  cloud.assignments = {membership(kEng, 3), membership(kOps, 2)};
  const Summary summary = run();
  CHECK(summary.success());
  CHECK(cloud.assignments == std::set{membership(kEng, 1), membership(kOps, 2)});
  REQUIRE(chat.reports.size() == 1);
  CHECK(chat.reports[0].lines[0].text.find("added " + person(1).str() + " to Eng") == 0);
}

TEST_CASE_FIXTURE(Fixture, "run_whenAMemberHasVanishedMeanwhile_isNoError") {
  cloud.assignments = {membership(kEng, 3)};
  Meanwhile roster(cloud, [&] { cloud.people.pop_back(); });
  const auto config = parse_config(
      boost::json::parse(R"(["Eng"])"),
      boost::json::parse(R"([{"group_name":"Eng","attributes":{"department":"Eng"}}])"), "remove");
  AttributeSync one({roster, cloud, store, audit, chat, rules, clock, log}, *config, {});
  const auto summary = one.run();
  REQUIRE(summary.has_value());
  CHECK(summary->success());
  // The listing of users does not know this member: left alone, not removed by guess.
  CHECK(cloud.assignments == std::set{membership(kEng, 1), membership(kEng, 3)});
}

TEST_CASE_FIXTURE(Fixture, "run_whenOneDiedWhileTheClockWasAhead_isNotKeptOut") {
  const base::TimePoint right = clock.now();
  clock.advance(base::hours(24 * 365));
  Meanwhile roster(cloud, [&] { store.broken = true; });  // dies in mid-run
  const auto config = parse_config(
      boost::json::parse(R"(["Eng"])"),
      boost::json::parse(R"([{"group_name":"Eng","attributes":{"department":"Eng"}}])"), "warn");
  AttributeSync dead({roster, cloud, store, audit, chat, rules, clock, log}, *config, {});
  static_cast<void>(dead.run());
  store.broken = false;
  CHECK_FALSE(sync().run().has_value());  // it may be alive
  clock.set(right);
  CHECK(sync().run().has_value());
}

TEST_CASE_FIXTURE(Fixture, "run_whileAnotherIsAtWork_refuses") {
  bool refused = false;
  Meanwhile roster(cloud, [&] { refused = !sync().run().has_value(); });
  const auto config = parse_config(
      boost::json::parse(R"(["Eng"])"),
      boost::json::parse(R"([{"group_name":"Eng","attributes":{"department":"Eng"}}])"), "warn");
  AttributeSync first({roster, cloud, store, audit, chat, rules, clock, log}, *config, {});
  CHECK(first.run().has_value());
  CHECK(refused);
  CHECK(sync().run().has_value());  // the first is done and has made room
}

TEST_CASE_FIXTURE(Fixture, "preview_changesNothing") {
  cloud.assignments = {membership(kEng, 3)};
  const auto summary = sync().preview();
  REQUIRE(summary.has_value());
  CHECK(summary->added.size() == 2);
  CHECK(summary->removed.size() == 1);
  CHECK(cloud.created.empty());
  CHECK(cloud.removed.empty());
  CHECK(store.commits == 0);
  CHECK(to_json(*summary).find("\"removed\"") != std::string::npos);
  CHECK(to_text(*summary).find("removed u3@corp.com from Eng") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "run_whenOneAdditionFails_goesOnWithTheRest") {
  cloud.broken.insert("create");
  cloud.assignments = {membership(kEng, 3)};
  const Summary summary = run();
  CHECK(summary.errors.size() == 2);
  CHECK(summary.removed.size() == 1);
  CHECK(entries("sync_remove") == 1);
}

// People's own requests need the same calls to AWS, and a function at AWS has its time.
TEST_CASE_FIXTURE(Fixture,
                  "sync_ofManyChanges_pausesBetweenThem_andStopsInTime_tellingWhatIsDone") {
  for (int i = 10; i < 50; ++i) add_user(i, "Eng");
  base::Milliseconds waited{0};
  const base::TimePoint until = clock.now() + base::Seconds(30);
  const auto paced = [&] {
    auto config = parse_config(
        boost::json::parse(R"(["Eng"])"),
        boost::json::parse(R"([{"group_name":"Eng","attributes":{"department":"Eng"}}])"),
        "remove");
    REQUIRE(config.has_value());
    AttributeSync job({cloud, cloud, store, audit, chat, rules, clock, log}, *config, {},
                      {.between_changes = base::Seconds(1),
                       .wait =
                           [&](base::Milliseconds time) {
                             waited += time;
                             clock.advance(time);
                           },
                       .out_of_time = [&] { return clock.now() >= until; }});
    auto summary = job.run();
    REQUIRE(summary.has_value());
    return *summary;
  };
  const Summary first = paced();
  CHECK(first.added.size() == 31);
  CHECK(first.postponed == 10);
  CHECK(waited == base::Seconds(30));
  CHECK(entries("sync_add") == 31);
  REQUIRE(chat.reports.size() == 1);
  CHECK(chat.reports[0].title.find("31 added") != std::string::npos);
  CHECK(std::ranges::any_of(first.remarks, [](const auto& remark) {
    return remark.find("no time for 10 more") != std::string::npos;
  }));
  clock.advance(base::hours(1));
  CHECK(run().added.size() == 11);  // the rest, and the one of the other group
}

}  // namespace
}  // namespace elevator::workflow::sync::run_test
