#include "policy/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "policy/address.h"
#include "policy/decide.h"
#include "policy/world_json.h"

namespace elevator::policy {
namespace {

namespace json = boost::json;

using codec::Problem;
using codec::Problems;
using codec::Reader;

// A suite is written by the person who runs it: the limits are there to end, not to defend.
constexpr codec::TextLimits kSuiteLimits = {
    .bytes = size_t{64} << 20, .depth = 32, .values = 20'000'000};

struct Expectation {
  std::optional<std::string> decision{};
  std::optional<std::string> reason{};
  std::optional<std::set<domain::Email>> approvers{};
  std::optional<std::set<domain::Email>> notify{};
  std::optional<std::int64_t> required_approvals{};
  std::optional<base::Seconds> max_duration{};
  std::optional<bool> may_review{};
};

struct Case {
  std::string name;
  std::optional<Subject> subject{};
  bool impossible_target = false;
  std::optional<domain::Email> reviewer{};
  Expectation expect{};
};

// The address that stands for a text which is not a plain address: valid, and nobody's.
std::string stand_in_for(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return base::sha256_hex(folded).substr(0, 32) + "@as-written.example";
}

bool is_plain_address(std::string_view text) {
  return text.find_first_of(" \t\r\n<>") == text.npos;
}

// Only what would otherwise be accepted and reduced to another text.
bool is_address_as_written(const json::value& value) {
  if (!value.is_string()) return false;
  const std::string_view text(value.get_string().data(), value.get_string().size());
  return !is_plain_address(text) && parse_address(text).has_value();
}

// Replaces the approvers that are to be compared as written.
json::value with_stand_ins(const Reader& rules, SuiteResult& result) {
  json::value copy = rules.value();
  const auto replace = [&](json::value& item) {
    if (!is_address_as_written(item)) return;
    result.notes.push_back({rules.path(), "the approver " + codec::describe(item) +
                                              " is not a plain address: taken as written, so "
                                              "nobody matches it"});
    item = json::string(stand_in_for(item.get_string()));
  };
  if (!copy.is_object()) return copy;
  for (auto& list : copy.get_object()) {
    if (!list.value().is_array()) continue;
    for (json::value& statement : list.value().get_array()) {
      json::value* approvers =
          statement.is_object() ? statement.get_object().if_contains("Approvers") : nullptr;
      if (approvers == nullptr) continue;
      replace(*approvers);
      if (!approvers->is_array()) continue;
      for (json::value& item : approvers->get_array()) replace(item);
    }
  }
  return copy;
}

std::optional<std::set<domain::Email>> read_addresses(const Reader& reader, std::string_view key) {
  if (!reader.has(key)) return std::nullopt;
  std::set<domain::Email> emails;
  for (const Reader& item : reader.optional_array(key)) {
    const auto email = item.as([](std::string_view text) {
      return domain::Email::parse(is_plain_address(text) ? std::string(text) : stand_in_for(text));
    });
    if (email) emails.insert(*email);
  }
  return emails;
}

std::optional<domain::Target> read_target(const Reader& request, Case& result) {
  if (const auto text = request.optional_string("group")) {
    auto group = domain::GroupId::parse(*text);
    result.impossible_target = !group;
    if (!group) return std::nullopt;
    return domain::GroupTarget{*std::move(group)};
  }
  auto account = request.required_as("account", domain::AccountId::parse);
  auto set = request.required_as("permission_set", domain::PermissionSetName::parse);
  if (!account || !set) return std::nullopt;
  return domain::AccountTarget{*std::move(account), *std::move(set)};
}

std::optional<std::string> read_decision(const Reader& reader) {
  auto name = reader.optional_string("decision");
  const auto has_name = [&](Outcome outcome) { return name == to_string(outcome); };
  constexpr std::array kOutcomes = {Outcome::kGrant, Outcome::kReview, Outcome::kRefuse};
  if (name && std::ranges::none_of(kOutcomes, has_name)) {
    reader.problem_at("decision", "\"" + *name + "\" is none: write grant, review or refuse");
  }
  return name;
}

Expectation read_expectation(const Reader& reader) {
  Expectation expect;
  expect.decision = read_decision(reader);
  expect.reason = reader.optional_string("reason");
  expect.approvers = read_addresses(reader, "approvers");
  expect.notify = read_addresses(reader, "notify");
  expect.required_approvals = reader.optional_int("required_approvals");
  expect.max_duration = reader.optional_duration("max_duration");
  expect.may_review = reader.optional_bool("may_review");
  reader.report_unknown_keys();
  // What is misspelt was reported just now.
  const auto is_null = [](const auto& member) { return member.value().is_null(); };
  if (reader.value().is_object() && std::ranges::all_of(reader.value().get_object(), is_null)) {
    reader.problem("expects nothing, so the case checks nothing: say which decision, reason, ...");
  }
  return expect;
}

Case read_case(const Reader& reader) {
  Case result{.name = reader.required_string("name")};
  const Reader request = reader.child("request");
  auto requester = request.required_as("requester", domain::Email::parse);
  auto target = read_target(request, result);
  if (requester && target) {
    result.subject = Subject{.requester = *std::move(requester), .target = *std::move(target)};
    result.subject->duration = request.optional_duration("duration");
    result.subject->reason = request.optional_string("reason");
    result.subject->secondary_domain_used = request.bool_or("secondary_domain_used", false);
    result.subject->is_extension = request.bool_or("is_extension", false);
  }
  (void)request.has("duration");
  (void)request.has("reason");
  result.reviewer = request.optional_as("reviewer", domain::Email::parse);
  request.report_unknown_keys();
  result.expect = read_expectation(reader.child("expect"));
  reader.report_unknown_keys();
  if (result.expect.may_review && !result.reviewer) {
    request.problem_at("reviewer", "missing: may_review asks about a person");
  }
  return result;
}

std::string to_text(const std::set<domain::Email>& emails) {
  std::string text;
  for (const domain::Email& email : emails) text += (text.empty() ? "" : ", ") + email.str();
  return text.empty() ? "nobody" : text;
}

class Checker {
 public:
  template <typename Value>
  void check(std::string_view what, const std::optional<Value>& expected, const Value& actual) {
    if (expected && *expected != actual) {
      differences.push_back(
          fmt::format("{}: expected {}, got {}", what, show(*expected), show(actual)));
    }
  }
  std::vector<std::string> differences{};

 private:
  static std::string show(const std::string& text) { return text; }
  static std::string show(const std::set<domain::Email>& emails) { return to_text(emails); }
  static std::string show(std::int64_t number) { return std::to_string(number); }
  static std::string show(bool flag) { return flag ? "true" : "false"; }
  static std::string show(base::Seconds duration) { return base::to_human_duration(duration); }
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

std::optional<CaseFailure> run_case(const Case& test, const Rules& rules, const World& world,
                                    const Limits& limits) {
  const Expectation& expect = test.expect;
  const Decision decision = test.subject ? decide(rules, *test.subject, world, limits) : Decision();
  Checker checker;
  checker.check("decision", expect.decision, std::string(to_string(decision.outcome)));
  checker.check("reason", expect.reason, std::string(to_string(decision.reason)));
  checker.check("approvers", expect.approvers, decision.approvers);
  checker.check("notify", expect.notify, decision.notify);
  checker.check("required_approvals", expect.required_approvals,
                std::int64_t{decision.required_approvals});
  checker.check("max_duration", expect.max_duration, decision.max_duration);
  std::string why = joined(decision.explanation.because);
  if (expect.may_review) {
    const ReviewAnswer answer =
        test.subject ? may_review(rules, *test.subject, world, limits, *test.reviewer)
                     : ReviewAnswer();
    checker.check("may_review", expect.may_review, answer.allowed);
    why = answer.why;
  }
  if (checker.differences.empty()) return std::nullopt;
  return CaseFailure{test.name, std::move(checker.differences), std::move(why)};
}

void add_problems(const Reader& rules, const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) rules.problem(codec::to_string(problem));
}

std::optional<ParsedRules> read_rules(const Reader& suite, const LoadRules& load,
                                      SuiteResult& result) {
  const auto field = suite.field("rules");
  if (!field) {
    suite.problem_at("rules", "missing");
    return std::nullopt;
  }
  std::optional<base::Result<std::string>> text;
  if (field->value().is_string()) {
    text = load(field->string());
    if (!*text) {
      field->problem(text->error().message);
      return std::nullopt;
    }
  }
  ParseResult parsed =
      text ? parse_rules(**text) : parse_rules_value(with_stand_ins(*field, result));
  if (!parsed) {
    add_problems(*field, parsed.error());
    return std::nullopt;
  }
  return *std::move(parsed);
}

Limits read_limits(const Reader& suite) {
  Limits limits;
  if (const auto reader = suite.optional_child("limits")) {
    limits.max_duration = reader->optional_duration("max_duration").value_or(limits.max_duration);
    reader->report_unknown_keys();
  }
  return limits;
}

void run_suite(const Reader& suite, const LoadRules& load, SuiteResult& result) {
  const auto rules = read_rules(suite, load, result);
  const auto world_reader = suite.optional_child("world");
  const World world = world_reader ? read_world(*world_reader) : World();
  const Limits limits = read_limits(suite);
  const auto cases = suite.array("cases");
  if (const auto list = suite.field("cases"); list && list->value().is_array() && cases.empty()) {
    list->problem("there is none, so the suite checks nothing");
  }
  for (const Reader& reader : cases) {
    const Case test = read_case(reader);
    if (test.impossible_target) {
      result.notes.push_back({reader.path(), "the group cannot exist: no rule is about it"});
    } else if (!test.subject) {
      continue;
    }
    if (!rules || (test.expect.may_review && !test.reviewer)) continue;
    if (auto failure = run_case(test, rules->rules, world, limits)) {
      result.failures.push_back(*std::move(failure));
    } else {
      ++result.passed;
    }
  }
  suite.report_unknown_keys();
}

}  // namespace

tl::expected<SuiteResult, std::vector<Problem>> run_suites(std::string_view document,
                                                           const LoadRules& load) {
  const auto value = codec::parse_document(document, kSuiteLimits);
  if (!value) return tl::unexpected(std::vector<Problem>{{"", value.error().message}});
  Problems problems;
  SuiteResult result;
  const Reader reader(*value, problems);
  if (value->is_array()) {
    const auto suites = reader.elements();
    if (suites.empty()) reader.problem("there is no suite in the list, so nothing is checked");
    for (const Reader& suite : suites) run_suite(suite, load, result);
  } else {
    run_suite(reader, load, result);
  }
  // A misspelt key would be a test that checks nothing.
  std::vector<Problem> all = problems.errors();
  all.insert(all.end(), problems.unknown_keys().begin(), problems.unknown_keys().end());
  if (!all.empty()) return tl::unexpected(std::move(all));
  return result;
}

}  // namespace elevator::policy
