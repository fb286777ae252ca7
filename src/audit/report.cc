// The two forms of a Report (verify.h): for people and for programs.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "audit/verify.h"

namespace elevator::audit {
namespace {

namespace json = boost::json;

constexpr size_t kShown = 50;

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

size_t count(const std::vector<Finding>& findings, Check check) {
  size_t number = 0;
  for (const Finding& finding : findings) number += finding.check == check ? 1 : 0;
  return number;
}

// Findings may quote what a stranger wrote: nothing of it may steer the reader's terminal.
std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text;
}

std::string findings_text(const std::vector<Finding>& findings) {
  std::string text;
  for (size_t i = 0; i < findings.size() && i < kShown; ++i) {
    const Finding& finding = findings[i];
    text += printable(fmt::format("  {:>3}. [{}] {}{}{}", i + 1, to_string(finding.check),
                                  finding.where, finding.where.empty() ? "" : ": ", finding.what));
    text += "\n";
  }
  if (findings.size() > kShown) {
    text += fmt::format("       and {} more (--format json lists all)\n", findings.size() - kShown);
  }
  return text;
}

std::string line(const Report& report, std::string_view name, Check check, std::string facts) {
  const size_t wrong = count(report.problems, check);
  const std::string verdict = wrong == 0 ? "ok" : fmt::format("{} WRONG", wrong);
  if (wrong > 0 && (check == Check::kBytes || check == Check::kChain)) facts = "see the problems";
  return fmt::format("  {:<13} {:<9} {}\n", name, verdict, facts);
}

std::string delay_text(const Report& report) {
  if (!report.worst_delay) return "no access outlived its end";
  return fmt::format("access outlived its end by {} s at most ({})", report.worst_delay->count(),
                     report.worst_delay_where);
}

json::array findings_json(const std::vector<Finding>& findings) {
  json::array array;
  for (const Finding& finding : findings) {
    const std::string_view check = to_string(finding.check);
    array.push_back({{"check", json::string_view(check.data(), check.size())},
                     {"where", finding.where},
                     {"what", finding.what}});
  }
  return array;
}

json::value time_json(const std::optional<base::TimePoint>& time) {
  if (!time) return nullptr;
  return json::value(base::to_rfc3339(*time));
}

}  // namespace

std::string to_text(const Report& report, std::string_view source) {
  std::string text = fmt::format("Audit trail {}\n", source);
  text += fmt::format("  {} in {}", counted(report.entries, "entry", "entries"),
                      counted(report.streams, "stream", "streams"));
  if (report.entries_unhashed > 0) {
    text += fmt::format(", {} of the existing product",
                        counted(report.entries_unhashed, "entry", "entries"));
  }
  if (report.first) {
    text +=
        fmt::format("; {} to {}", base::to_rfc3339(*report.first), base::to_rfc3339(*report.last));
  }
  text += "\n\nChecked\n";
  text += line(report, "Entries", Check::kBytes,
               fmt::format("every byte is covered by its hash; {} delivered more than once",
                           report.entries_repeated));
  text += line(report, "Chains", Check::kChain, "no gap, no reordering, nothing replaced");
  text += line(report, "Checkpoints", Check::kCheckpoint,
               fmt::format("{} with {}", counted(report.checkpoints, "checkpoint", "checkpoints"),
                           counted(report.heads, "head", "heads")));
  text += line(report, "Completeness", Check::kCompleteness,
               fmt::format("{}, {} undecided; {}, {} ended, {} open",
                           counted(report.requests, "request", "requests"),
                           report.requests_undecided, counted(report.grants, "grant", "grants"),
                           report.grants_ended, report.grants_open));
  text += line(report, "Reviews", Check::kReview,
               fmt::format("{} approved by other people, {} by oneself as a rule allows, {} "
                           "automatic; {} kept",
                           report.approvals_by_people, report.approvals_by_oneself,
                           report.approvals_automatic,
                           counted(report.rules_documents, "rules document", "rules documents")));
  text += line(report, "Timeliness", Check::kTimeliness, delay_text(report));
  if (!report.problems.empty()) {
    text += fmt::format("\nProblems ({})\n", report.problems.size());
    text += findings_text(report.problems);
  }
  if (!report.unproven.empty()) {
    text += fmt::format("\nNot proven ({})\n", report.unproven.size());
    text += findings_text(report.unproven);
  }
  text += report.holds() ? "\nThe trail holds.\n" : "\nThe trail does NOT hold.\n";
  return text;
}

std::string to_json(const Report& report, std::string_view source) {
  json::object object;
  object["source"] = json::string_view(source.data(), source.size());
  object["holds"] = report.holds();
  object["entries"] = report.entries;
  object["entries_unhashed"] = report.entries_unhashed;
  object["entries_repeated"] = report.entries_repeated;
  object["entries_after_last_checkpoint"] = report.entries_unchecked;
  object["streams"] = report.streams;
  object["first_time"] = time_json(report.first);
  object["last_time"] = time_json(report.last);
  object["checkpoints"] = report.checkpoints;
  object["heads"] = report.heads;
  object["last_checkpoint_id"] = report.last_checkpoint_id;
  object["last_checkpoint_hash"] = report.last_checkpoint_hash;
  object["rules_documents"] = report.rules_documents;
  object["requests"] = report.requests;
  object["requests_undecided"] = report.requests_undecided;
  object["grants"] = report.grants;
  object["grants_ended"] = report.grants_ended;
  object["grants_open"] = report.grants_open;
  object["approvals_by_people"] = report.approvals_by_people;
  object["approvals_by_oneself"] = report.approvals_by_oneself;
  object["approvals_automatic"] = report.approvals_automatic;
  object["worst_delay_seconds"] =
      report.worst_delay ? json::value(report.worst_delay->count()) : json::value(nullptr);
  object["worst_delay_where"] = report.worst_delay_where;
  object["problems"] = findings_json(report.problems);
  object["unproven"] = findings_json(report.unproven);
  return json::serialize(object) + "\n";
}

}  // namespace elevator::audit
