#include "workflow/sync/plan.h"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

namespace elevator::workflow::sync::plan_test {
namespace {

constexpr const char* kUser1 = "00000000-0000-0000-0000-000000000001";
constexpr const char* kUser2 = "00000000-0000-0000-0000-000000000002";

ports::Group group() {
  return {domain::GroupId::literal("00000000-0000-0000-0000-00000000000a"), "Eng"};
}

ports::RosterUser user(std::string_view id, std::optional<ports::Attributes> attributes) {
  return {domain::PrincipalId::literal(id), "u@corp.com", true, std::move(attributes)};
}

std::string problems(std::string_view groups, std::string_view rules,
                     std::string_view policy = "warn") {
  const auto config = parse_config(boost::json::parse(groups), boost::json::parse(rules), policy);
  return config ? "" : config.error().message;
}

Config config(std::string_view rules, std::string_view policy = "remove") {
  auto parsed = parse_config(boost::json::parse(R"(["Eng"])"), boost::json::parse(rules), policy);
  if (!parsed) FAIL(parsed.error().message);
  return *std::move(parsed);
}

constexpr const char* kEngineers =
    R"([{"group_name":"Eng","attributes":{"department":"Engineering"}}])";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("parseConfig_whenAManagedGroupHasNoRule_refuses") {
  const std::string text =
      problems(R"(["Eng","HR"])", R"([{"group_name":"Eng","attributes":{"department":"Eng"}}])");
  CHECK(contains(text, "ATTRIBUTE_SYNC_MANAGED_GROUPS[1]: the group \"HR\" has no rule"));
}

TEST_CASE("parseConfig_whenAnExpectedValueIsEmpty_refuses") {
  for (const char* value : {R"("")", "null", "5", "[]", R"(["a",""])", R"({"not":""})", "{}",
                            R"({"not":"a","or":"b"})"}) {
    const std::string rules =
        R"([{"group_name":"Eng","attributes":{"department":)" + std::string(value) + "}}]";
    CAPTURE(value);
    CHECK(contains(problems(R"(["Eng"])", rules), "ATTRIBUTE_SYNC_RULES[0].attributes.department"));
  }
}

TEST_CASE("parseConfig_tellsEveryMistakeWithItsPath") {
  const std::string text =
      problems(R"(["Eng", 5, "Eng"])",
               R"([{"group_name":"Ops","attributes":{}}, 7, {"attribute":1}])", "delete");
  for (const char* path :
       {"ATTRIBUTE_SYNC_MANAGED_GROUPS[1]", "ATTRIBUTE_SYNC_MANAGED_GROUPS[2]: named twice",
        "ATTRIBUTE_SYNC_RULES[0].group_name", "ATTRIBUTE_SYNC_RULES[0].attributes",
        "ATTRIBUTE_SYNC_RULES[1]", "ATTRIBUTE_SYNC_RULES[2].group_name",
        "ATTRIBUTE_SYNC_RULES[2].attributes: missing", "ATTRIBUTE_SYNC_MANUAL_ASSIGNMENT_POLICY"}) {
    CAPTURE(path);
    CHECK(contains(text, path));
  }
}

TEST_CASE("plan_whenAttributesCouldNotBeRead_neitherAddsNorRemoves") {
  const auto rules = config(kEngineers);
  const std::vector users{user(kUser1, std::nullopt), user(kUser2, std::nullopt)};
  const Members members{{group().id, {users[0].id}}};
  CHECK(plan(rules, {group()}, users, members).empty());
}

TEST_CASE("plan_whenAUserIsDisabled_doesNotAddButMayRemove") {
  const auto rules = config(kEngineers);
  auto matching = user(kUser1, {{{"department", "Engineering"}}});
  auto stranger = user(kUser2, {{{"department", "Sales"}}});
  matching.enabled = stranger.enabled = false;
  const auto actions = plan(rules, {group()}, {matching, stranger}, {{group().id, {stranger.id}}});
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].kind == ActionKind::kRemove);
  CHECK(actions[0].user == stranger.id);
}

TEST_CASE("plan_whenMembersCouldNotBeRead_leavesTheGroupAlone") {
  const auto rules = config(kEngineers);
  CHECK(plan(rules, {group()}, {user(kUser1, {{{"department", "Engineering"}}})}, {}).empty());
}

TEST_CASE("plan_knowsAnyOfAndNot") {
  const auto rules = config(
      R"([{"group_name":"Eng","attributes":{"department":["Eng","Ops"],"userType":{"not":["Guest"]}}},
          {"group_name":"Eng","attributes":{"title":"Boss"}}])");
  const Members nobody{{group().id, {}}};
  const auto added = [&](ports::Attributes attributes) {
    return plan(rules, {group()}, {user(kUser1, std::move(attributes))}, nobody).size() == 1;
  };
  CHECK(added({{"Department", "OPS"}, {"userType", "Staff"}}));
  CHECK_FALSE(added({{"department", "Ops"}, {"userType", "guest"}}));
  CHECK_FALSE(added({{"department", "Ops"}}));  // nobody is added for lack of an attribute
  CHECK_FALSE(added({{"department", "HR"}, {"userType", "Staff"}}));
  CHECK(added({{"title", "boss"}}));
}

std::vector<Action> removals(size_t count) {
  std::vector<Action> actions;
  for (size_t i = 0; i < count; ++i) {
    actions.push_back({ActionKind::kRemove, domain::PrincipalId::literal(kUser1), "", group(), {}});
  }
  actions.push_back({ActionKind::kAdd, domain::PrincipalId::literal(kUser2), "", group(), {}});
  return actions;
}

Members members_of(size_t count) {
  Members members;
  auto& people = members[group().id];
  for (size_t i = 0; i < count; ++i) {
    const std::string digits = std::to_string(1000 + i);
    people.insert(domain::PrincipalId::literal("00000000-0000-0000-0000-00000000" + digits));
  }
  return members;
}

TEST_CASE("brake_whenThereAreTooManyRemovals_keepsOnlyAdditions") {
  auto actions = removals(11);
  CHECK(brake(actions, members_of(1000), {.most_removals = 10}).size() == 1);
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].kind == ActionKind::kAdd);
  auto few = removals(10);
  CHECK(brake(few, members_of(1000), {.most_removals = 10}).empty());
  CHECK(few.size() == 11);
}

TEST_CASE("brake_whenAGroupWouldLoseTooManyOfItsMembers_sparesThatGroup") {
  auto actions = removals(4);
  const auto told = brake(actions, members_of(12), {.most_percent = 30});
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "\"Eng\": 4 of 12 members"));
  CHECK(actions.size() == 1);
  auto three = removals(3);
  CHECK(brake(three, members_of(3), {.most_percent = 30}).empty());  // small groups change wholly
}

}  // namespace
}  // namespace elevator::workflow::sync::plan_test
