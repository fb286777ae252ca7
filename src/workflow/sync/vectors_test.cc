// What the existing product's attribute sync decides, recorded (COMPAT section 7).
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <fstream>
#include <sstream>
#include <tuple>

#include "base/lower_case.h"
#include "codec/text.h"
#include "tests/support/folders.h"
#include "workflow/sync/plan.h"

namespace elevator::workflow::sync::vectors_test {
namespace {

namespace json = boost::json;

const json::value& vectors() {
  static const json::value kAll = [] {
    std::ifstream file(tests::source_folder() + "/tests/vectors/attribute_sync.json",
                       std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    auto parsed = codec::parse_json(text.str(), {.bytes = 1U << 21U, .values = 1'000'000});
    if (!parsed) FAIL(parsed.error().message);
    return *std::move(parsed);
  }();
  return kAll;
}

std::string text_of(const json::value& value) { return json::value_to<std::string>(value); }

ports::Attributes attributes_of(const json::value& value) {
  ports::Attributes attributes;
  for (const auto& [name, text] : value.as_object()) attributes.emplace_back(name, text_of(text));
  return attributes;
}

// The recorded ids ("u-1", "g-eng") are not of AWS's form: each gets one that is.
template <typename Id>
Id id_of(std::string_view text) {
  std::string hex;
  for (const char c : text) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<unsigned char>(c) / 16];
    hex += kDigits[static_cast<unsigned char>(c) % 16];
  }
  hex.resize(32, '0');
  return Id::literal(hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
                     hex.substr(16, 4) + "-" + hex.substr(20));
}

Rule rule_of(const json::value& recorded) {
  Rule rule{text_of(recorded.at("group_name")), {}};
  for (const auto& [name, value] : attributes_of(recorded.at("attributes"))) {
    rule.conditions.push_back({name, {value}, false});
  }
  return rule;
}

TEST_CASE("recordedConditions_holdWhole") {
  size_t checked = 0;
  for (const json::value& one : vectors().at("condition").as_array()) {
    if (!one.at("matches").is_bool()) continue;  // the existing product crashes: see parse_config
    const json::value& expected = one.at("expected_value");
    const std::string value = expected.is_null() ? "" : text_of(expected);
    const Rule rule{"g", {{text_of(one.at("attribute_name")), {value}, false}}};
    CAPTURE(codec::to_json_text(one));
    CHECK(matches(in_lower_case(rule), in_lower_case(attributes_of(one.at("user_attributes")))) ==
          one.at("matches").as_bool());
    ++checked;
  }
  CHECK(checked >= 60);
}

TEST_CASE("recordedRules_holdWhole") {
  for (const json::value& one : vectors().at("rule").as_array()) {
    Rule rule{"g", {}};
    for (const json::value& condition : one.at("conditions").as_array()) {
      rule.conditions.push_back({text_of(condition.at(0)), {text_of(condition.at(1))}, false});
    }
    CAPTURE(codec::to_json_text(one));
    CHECK(matches(in_lower_case(rule), in_lower_case(attributes_of(one.at("user_attributes")))) ==
          one.at("matches").as_bool());
  }
}

struct Recorded {
  Config config;
  std::vector<ports::Group> groups;
  std::vector<ports::RosterUser> users;
  Members members;
  std::map<domain::PrincipalId, std::string> user_names;
  std::map<domain::GroupId, std::string> group_names;
};

Recorded read(const json::value& one) {
  Recorded out;
  for (const json::value& name : one.at("managed_groups").as_array()) {
    out.config.managed_groups.push_back(text_of(name));
  }
  for (const json::value& rule : one.at("rules").as_array()) {
    out.config.rules.push_back(rule_of(rule));
  }
  if (text_of(one.at("policy")) == "remove") out.config.policy = ManualPolicy::kRemove;
  for (const auto& [name, id] : attributes_of(one.at("groups"))) {
    out.groups.push_back({id_of<domain::GroupId>(id), name});
    out.group_names.emplace(out.groups.back().id, id);
    out.members[out.groups.back().id];
  }
  for (const json::value& user : one.at("users").as_array()) {
    const auto id = id_of<domain::PrincipalId>(text_of(user.at("user_id")));
    out.user_names.emplace(id, text_of(user.at("user_id")));
    out.users.push_back(
        {id, text_of(user.at("email")), true, attributes_of(user.at("attributes"))});
  }
  for (const auto& [group, people] : one.at("members").as_object()) {
    auto& members = out.members[id_of<domain::GroupId>(group)];
    for (const json::value& person : people.as_array()) {
      members.insert(id_of<domain::PrincipalId>(text_of(person)));
    }
  }
  return out;
}

json::value shown(const Action& action, const Recorded& recorded) {
  json::value matched = nullptr;
  if (action.matched) {
    json::object values;
    for (const auto& [name, value] : *action.matched) values[name] = value;
    matched = values;
  }
  return json::object{{"action", std::string(to_string(action.kind))},
                      {"user_id", recorded.user_names.at(action.user)},
                      {"user_email", action.email},
                      {"group_id", recorded.group_names.at(action.group.id)},
                      {"group_name", action.group.name},
                      {"matched_attributes", std::move(matched)}};
}

// The order inside one group and kind is not defined: both sides are sorted alike.
void sort_actions(json::array& actions, const Config& config) {
  const auto key = [&](const json::value& action) {
    const auto place = std::find(config.managed_groups.begin(), config.managed_groups.end(),
                                 text_of(action.at("group_name")));
    return std::tuple(place - config.managed_groups.begin(),
                      text_of(action.at("action")) == "add" ? 0 : 1, text_of(action.at("user_id")));
  };
  std::sort(actions.begin(), actions.end(),
            [&](const auto& left, const auto& right) { return key(left) < key(right); });
}

void check_run(const json::value& one) {
  const Recorded recorded = read(one);
  const Resolved resolved = resolve(recorded.config, recorded.groups);
  const json::object& expected = one.at("expected").as_object();
  if (expected.contains("error")) {  // no rule is left whose group exists
    for (const Rule& rule : recorded.config.rules) {
      CHECK(std::find(resolved.missing.begin(), resolved.missing.end(), rule.group) !=
            resolved.missing.end());
    }
    return;
  }
  CHECK(resolved.groups.size() == expected.at("resolved").as_object().size());
  json::array actions;
  for (const Action& action :
       plan(recorded.config, resolved.groups, recorded.users, recorded.members)) {
    actions.push_back(shown(action, recorded));
  }
  json::array wanted = expected.at("actions").as_array();
  sort_actions(actions, recorded.config);
  sort_actions(wanted, recorded.config);
  CHECK(actions == wanted);
}

TEST_CASE("recordedRuns_holdWhole") {
  size_t checked = 0;
  for (const char* list : {"sync", "sync_named"}) {
    for (const json::value& one : vectors().at(list).as_array()) {
      CAPTURE(text_of(one.at("id")));
      if (one.at("expected").as_object().contains("config_error_count")) {
        CHECK_FALSE(
            parse_config(one.at("managed_groups"), one.at("rules"), text_of(one.at("policy")))
                .has_value());
        continue;
      }
      check_run(one);
      ++checked;
    }
  }
  CHECK(checked > 600);
}

json::value setting(const json::object& environment, const char* name) {
  const auto* given = environment.if_contains(name);
  if (given == nullptr) return json::array();
  auto parsed = codec::parse_json(text_of(*given));
  return parsed ? *std::move(parsed) : json::value("not JSON");
}

TEST_CASE("recordedConfigurations_areRefusedWhereTheExistingProductRefuses") {
  for (const json::value& one : vectors().at("config").as_array()) {
    const json::object& environment = one.at("env").as_object();
    const json::object& expected = one.as_object();
    const bool loads = !expected.contains("load_error");
    if (loads && !expected.at("enabled").as_bool()) continue;
    const auto* policy = environment.if_contains("ATTRIBUTE_SYNC_MANUAL_ASSIGNMENT_POLICY");
    const auto config = parse_config(setting(environment, "ATTRIBUTE_SYNC_MANAGED_GROUPS"),
                                     setting(environment, "ATTRIBUTE_SYNC_RULES"),
                                     policy == nullptr ? "warn" : text_of(*policy));
    CAPTURE(codec::to_json_text(one));
    if (!loads || !expected.at("validation_errors").as_array().empty()) {
      CHECK_FALSE(config.has_value());
    } else if (!config) {
      // Only what the existing product trips over later: a value that is not text.
      CHECK(config.error().message.find(".attributes.a: expected text") != std::string::npos);
    } else {
      CHECK(config->managed_groups.size() == expected.at("managed_groups").as_array().size());
      CHECK((config->policy == ManualPolicy::kRemove) ==
            (text_of(expected.at("policy")) == "remove"));
    }
  }
}

}  // namespace
}  // namespace elevator::workflow::sync::vectors_test
