#include "workflow/sync/rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/lower_case.h"
#include "codec/reader.h"

namespace elevator::workflow::sync {
namespace {

using codec::Reader;

constexpr const char* kManagedGroups = "ATTRIBUTE_SYNC_MANAGED_GROUPS";
constexpr const char* kRules = "ATTRIBUTE_SYNC_RULES";

constexpr std::array<std::string_view, 9> kEnterprise{
    "department", "costcenter", "employeenumber",     "division",    "organization",
    "manager",    "managerid",  "managerdisplayname", "employeetype"};

std::string nonempty_text(const Reader& reader) {
  std::string text = reader.string();
  if (reader.value().is_string() && text.empty()) {
    reader.problem("an empty value would match everybody who lacks the attribute");
  }
  return text;
}

std::vector<std::string> nonempty_texts(const Reader& reader) {
  if (!reader.value().is_array()) return {nonempty_text(reader)};
  std::vector<std::string> texts;
  for (const Reader& element : reader.elements()) texts.push_back(nonempty_text(element));
  if (texts.empty()) reader.problem("name at least one value");
  return texts;
}

// "value", ["one", "of these"], {"not": "value"} or {"not": ["none", "of these"]}
Condition read_condition(const std::string& attribute, const Reader& reader) {
  Condition condition{attribute, {}, false};
  if (attribute.empty()) reader.problem("an attribute needs a name");
  if (reader.value().is_object()) {
    condition.negated = true;
    const auto excluded = reader.field("not");
    if (excluded) {
      condition.values = nonempty_texts(*excluded);
    } else {
      reader.problem("expected {\"not\": ...}");
    }
    reader.report_unknown_keys();
    return condition;
  }
  condition.values = nonempty_texts(reader);
  return condition;
}

Rule read_rule(const Reader& reader, const std::set<std::string>& managed) {
  Rule rule;
  if (!reader.expect_object()) return rule;
  rule.group = reader.required_string("group_name");
  if (!rule.group.empty() && !managed.contains(rule.group)) {
    reader.problem_at("group_name", "\"" + rule.group.substr(0, 80) + "\" is not in " +
                                        kManagedGroups + " (compared letter by letter)");
  } else if (rule.group.empty() && reader.has("group_name")) {
    reader.problem_at("group_name", "a rule needs the name of its group");
  }
  if (!reader.has("attributes")) {
    reader.problem_at("attributes", "missing");
  } else {
    const Reader attributes = reader.child("attributes");
    for (const auto& [name, value] : attributes.members()) {
      rule.conditions.push_back(read_condition(name, value));
    }
    if (attributes.value().is_object() && rule.conditions.empty()) {
      attributes.problem("a rule without conditions matches nobody: name at least one attribute");
    }
  }
  reader.report_unknown_keys();
  return rule;
}

bool holds(const Condition& condition, const ports::Attributes& attributes) {
  static const std::string kNothing;
  const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const auto& one) {
    return one.first == condition.attribute;
  });
  const std::string& actual = found == attributes.end() ? kNothing : found->second;
  const bool any =
      std::find(condition.values.begin(), condition.values.end(), actual) != condition.values.end();
  return condition.negated ? !actual.empty() && !any : any;
}

void refuse_groups_without_rule(const Config& config, codec::Problems& problems) {
  for (size_t i = 0; i < config.managed_groups.size(); ++i) {
    const std::string& name = config.managed_groups[i];
    const bool has_rule = std::any_of(config.rules.begin(), config.rules.end(),
                                      [&](const Rule& rule) { return rule.group == name; });
    if (!has_rule) {
      problems.add(std::string(kManagedGroups) + "[" + std::to_string(i) + "]",
                   "the group \"" + name.substr(0, 80) +
                       "\" has no rule, so everybody in it would count as a stranger: add a rule "
                       "or take the group off the list");
    }
  }
}

}  // namespace

base::Result<Config> parse_config(const boost::json::value& managed_groups,
                                  const boost::json::value& rules, std::string_view policy) {
  codec::Problems problems;
  Config config;
  const Reader groups(managed_groups, problems, kManagedGroups);
  std::set<std::string> managed;
  for (const Reader& element : groups.elements()) {
    std::string name = element.string();
    if (element.value().is_string() && name.empty()) element.problem("a group needs a name");
    if (!managed.insert(name).second) element.problem("named twice");
    config.managed_groups.push_back(std::move(name));
  }
  if (managed_groups.is_array() && config.managed_groups.empty()) {
    groups.problem("the attribute sync needs a group here, and none is named");
  }
  const Reader list(rules, problems, kRules);
  for (const Reader& element : list.elements()) {
    config.rules.push_back(read_rule(element, managed));
  }
  if (rules.is_array() && config.rules.empty()) {
    list.problem("the attribute sync needs a rule here, and there is none");
  } else if (problems.empty()) {
    refuse_groups_without_rule(config, problems);
  }
  const std::string wanted = base::lower(policy);
  if (wanted != "warn" && wanted != "remove") {
    problems.add("ATTRIBUTE_SYNC_MANUAL_ASSIGNMENT_POLICY", "expected warn or remove");
  }
  config.policy = wanted == "remove" ? ManualPolicy::kRemove : ManualPolicy::kWarn;
  TRY_VOID(problems.strict_status());
  return config;
}

Rule in_lower_case(const Rule& rule) {
  Rule out{rule.group, {}};
  for (const Condition& condition : rule.conditions) {
    Condition lowered{base::lower(condition.attribute), {}, condition.negated};
    for (const std::string& value : condition.values) lowered.values.push_back(base::lower(value));
    out.conditions.push_back(std::move(lowered));
  }
  return out;
}

ports::Attributes in_lower_case(const ports::Attributes& attributes) {
  ports::Attributes out;
  for (const auto& [name, value] : attributes)
    out.emplace_back(base::lower(name), base::lower(value));
  return out;
}

bool matches(const Rule& rule, const ports::Attributes& attributes) {
  return !rule.conditions.empty() &&
         std::all_of(rule.conditions.begin(), rule.conditions.end(),
                     [&](const Condition& condition) { return holds(condition, attributes); });
}

bool asks_for_enterprise_attributes(const Config& config) {
  for (const Rule& rule : config.rules) {
    for (const Condition& condition : rule.conditions) {
      const std::string name = base::lower(condition.attribute);
      if (std::find(kEnterprise.begin(), kEnterprise.end(), name) != kEnterprise.end()) return true;
    }
  }
  return false;
}

std::string expected_text(const Condition& condition) {
  std::string out = condition.negated ? "not " : "";
  for (size_t i = 0; i < condition.values.size(); ++i) {
    out += (i == 0 ? "" : " or ") + condition.values[i];
  }
  return out;
}

}  // namespace elevator::workflow::sync
