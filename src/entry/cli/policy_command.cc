#include "entry/cli/policy_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>

#include "base/overloaded.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "entry/cli/explain_text.h"
#include "entry/cli/policy_arguments.h"
#include "policy/lint.h"
#include "policy/suite.h"
#include "policy/world_json.h"

namespace elevator::entry {
namespace {

constexpr int kFine = 0;
constexpr int kNotFine = 1;
constexpr int kErrors = 2;

base::Result<std::string> read_file(const std::string& path, std::istream& in) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(in), {});
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return base::invalid(path + " is a directory");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::not_found("cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string plural(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void print(std::ostream& out, std::string_view label, const std::vector<codec::Problem>& problems) {
  for (const codec::Problem& problem : problems) {
    out << fmt::format("  {:<8}{}\n", label, codec::to_string(problem));
  }
}

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;

  int fail(const base::Error& error) const {
    err << "error: " << error.message << "\n";
    return kErrors;
  }
};

// The rules, or nothing after everything wrong was printed.
std::optional<policy::ParsedRules> load_rules(const std::string& path, const Streams& io) {
  const auto text = read_file(path, io.in);
  if (!text) {
    (void)io.fail(text.error());
    return std::nullopt;
  }
  auto parsed = policy::parse_rules(*text);
  if (parsed) return *std::move(parsed);
  io.err << fmt::format("{}: {}, so the document is not used at all\n", path,
                        plural(parsed.error().size(), "error"));
  print(io.err, "error", parsed.error());
  return std::nullopt;
}

base::Result<policy::World> load_world(const std::string& path, std::istream& in) {
  if (path.empty()) return policy::World();
  TRY(const std::string text, read_file(path, in));
  TRY(const boost::json::value value, codec::parse_document(text));
  codec::Problems problems;
  policy::World world = policy::read_world(codec::Reader(value, problems));
  TRY_VOID(problems.strict_status());
  return world;
}

int run(const Stop& stop, const Streams& io) { return stop.print(io.out, io.err); }

int run(const PolicyCheck& check, const Streams& io) {
  const auto parsed = load_rules(check.file, io);
  if (!parsed) return kErrors;
  const auto world = load_world(check.world, io.in);
  if (!world) return io.fail(world.error());

  std::vector<codec::Problem> warnings = parsed->warnings;
  const std::vector<codec::Problem> found = policy::lint(parsed->rules, *world);
  warnings.insert(warnings.end(), found.begin(), found.end());
  io.out << fmt::format("{}: {}, {}\n", check.file,
                        plural(parsed->rules.statements().size(), "rule"),
                        warnings.empty() ? "no warnings" : plural(warnings.size(), "warning"));
  print(io.out, "warning", warnings);
  return check.strict && !warnings.empty() ? kNotFine : kFine;
}

base::Result<domain::Target> target_of(const PolicyExplain& explain) {
  if (!explain.group.empty()) {
    TRY(domain::GroupId group, domain::GroupId::parse(explain.group));
    return domain::Target(domain::GroupTarget{std::move(group)});
  }
  TRY(domain::AccountId account, domain::AccountId::parse(explain.account));
  TRY(domain::PermissionSetName set, domain::PermissionSetName::parse(explain.permission_set));
  return domain::Target(domain::AccountTarget{std::move(account), std::move(set)});
}

base::Result<policy::Subject> subject_of(const PolicyExplain& explain) {
  TRY(domain::Email requester, domain::Email::parse(explain.requester));
  TRY(domain::Target target, target_of(explain));
  policy::Subject subject{.requester = std::move(requester), .target = std::move(target)};
  if (explain.duration) {
    TRY(subject.duration, base::parse_duration(*explain.duration));
  }
  subject.reason = explain.reason;
  subject.secondary_domain_used = explain.secondary_domain;
  subject.is_extension = explain.extension;
  return subject;
}

base::Result<policy::Limits> limits_of(const PolicyExplain& explain) {
  policy::Limits limits;
  if (explain.max_duration) {
    TRY(limits.max_duration, base::parse_duration(*explain.max_duration));
  }
  return limits;
}

std::string to_json_page(const policy::Subject& subject, const policy::Decision& decision,
                         const std::optional<ReviewQuestion>& review) {
  boost::json::object page;
  codec::put(page, "requester", subject.requester);
  codec::put(page, "target", domain::to_string(subject.target));
  for (const auto& member : policy::to_json(decision)) {
    page.insert_or_assign(member.key(), member.value());
  }
  if (review) {
    boost::json::object answer;
    codec::put(answer, "reviewer", review->reviewer);
    codec::put(answer, "may_review", review->answer.allowed);
    codec::put(answer, "why", review->answer.why);
    codec::put(page, "review", answer);
  }
  return codec::to_pretty_json_text(page);
}

base::Result<std::string> explanation(const PolicyExplain& explain, const policy::Rules& rules,
                                      const policy::World& world) {
  TRY(const policy::Subject subject, subject_of(explain));
  TRY(const policy::Limits limits, limits_of(explain));
  const policy::Decision decision = policy::decide(rules, subject, world, limits);
  std::optional<ReviewQuestion> review;
  if (!explain.reviewer.empty()) {
    TRY(const domain::Email reviewer, domain::Email::parse(explain.reviewer));
    review = {reviewer, policy::may_review(rules, subject, world, limits, reviewer)};
  }
  if (explain.json) return to_json_page(subject, decision, review);
  return to_text(subject, decision, review) +
         (decision.lookups_failed ? "\nSay who and what that is with --world FILE.\n" : "");
}

int run(const PolicyExplain& explain, const Streams& io) {
  const auto parsed = load_rules(explain.file, io);
  if (!parsed) return kErrors;
  const auto world = load_world(explain.world, io.in);
  if (!world) return io.fail(world.error());
  const auto text = explanation(explain, parsed->rules, *world);
  if (!text) return io.fail(text.error());
  io.out << *text;
  return kFine;
}

void print_failure(std::ostream& out, const std::string& path, const policy::CaseFailure& failure) {
  out << "FAILED  " << path << ": " << failure.name << "\n";
  for (const std::string& difference : failure.differences) out << "        " << difference << "\n";
  if (!failure.why.empty()) out << "        because " << failure.why << "\n";
}

// Adds the file's cases to the totals; false when the file is not a suite.
bool run_file(const std::string& path, const Streams& io, size_t& passed, size_t& failed) {
  const auto text = read_file(path, io.in);
  if (!text) {
    (void)io.fail(text.error());
    return false;
  }
  const auto load = [&](const std::string& rules) {
    return read_file((std::filesystem::path(path).parent_path() / rules).string(), io.in);
  };
  const auto result = policy::run_suites(*text, load);
  if (!result) {
    io.err << path << ": " << plural(result.error().size(), "error") << "\n";
    print(io.err, "error", result.error());
    return false;
  }
  if (!result->notes.empty()) {
    io.err << path << ": " << plural(result->notes.size(), "note") << "\n";
    print(io.err, "note", result->notes);
  }
  for (const policy::CaseFailure& failure : result->failures) print_failure(io.out, path, failure);
  passed += result->passed;
  failed += result->failures.size();
  return true;
}

int run(const PolicyTest& test, const Streams& io) {
  size_t passed = 0;
  size_t failed = 0;
  bool readable = true;
  for (const std::string& file : test.files) readable &= run_file(file, io, passed, failed);
  io.out << fmt::format("{} passed, {} failed\n", passed, failed);
  if (!readable) return kErrors;
  return failed == 0 ? kFine : kNotFine;
}

}  // namespace

int run_policy(std::span<const std::string> words, std::istream& in, std::ostream& out,
               std::ostream& err) {
  const Streams io{in, out, err};
  return std::visit([&](const auto& command) { return run(command, io); },
                    parse_policy_arguments(words));
}

}  // namespace elevator::entry
