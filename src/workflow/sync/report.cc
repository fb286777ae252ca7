#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "codec/text.h"
#include "workflow/sync/run.h"

namespace elevator::workflow::sync {
namespace {

namespace json = boost::json;

constexpr size_t kMostLines = 30;

std::string person(const Action& action) {
  return action.email.empty() ? action.user.str() : action.email;
}

std::string attributes(const Action& action) {
  std::string out;
  if (action.matched) {
    for (const auto& [name, value] : *action.matched) {
      out += (out.empty() ? "" : ", ") + name + "=" + value;
    }
  }
  return out.empty() ? "N/A" : out;
}

std::vector<std::string> lines_of(const Summary& summary) {
  std::vector<std::string> lines;
  for (const Action& action : summary.added) {
    lines.push_back(
        fmt::format("added {} to {} ({})", person(action), action.group.name, attributes(action)));
  }
  for (const Action& action : summary.removed) {
    lines.push_back(fmt::format("removed {} from {} (expected {})", person(action),
                                action.group.name, attributes(action)));
  }
  for (const Action& action : summary.detected) {
    lines.push_back(fmt::format("{} is in {} without matching its rules (expected {})",
                                person(action), action.group.name, attributes(action)));
  }
  for (const std::string& remark : summary.remarks) lines.push_back(remark);
  return lines;
}

json::array to_json(const std::vector<Action>& actions) {
  json::array out;
  for (const Action& action : actions) {
    json::value matched = nullptr;
    if (action.matched) {
      json::object values;
      for (const auto& [name, value] : *action.matched) values[name] = value;
      matched = std::move(values);
    }
    out.push_back(json::object{{"user_id", action.user.str()},
                               {"user_email", action.email},
                               {"group_id", action.group.id.str()},
                               {"group_name", action.group.name},
                               {"matched_attributes", std::move(matched)}});
  }
  return out;
}

json::array to_json(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.push_back(json::string(text));
  return out;
}

std::string counts(const Summary& summary) {
  return fmt::format("{} users, {} groups: {} added, {} removed, {} not explained by any rule",
                     summary.users_evaluated, summary.groups_processed, summary.added.size(),
                     summary.removed.size(), summary.detected.size());
}

}  // namespace

ports::Report report_of(const Summary& summary) {
  ports::Report report{"Attribute sync: " + counts(summary), {}, std::nullopt};
  // Trouble first: it must not be what is cut off.
  std::vector<std::string> lines = summary.errors;
  for (std::string& line : lines_of(summary)) lines.push_back(std::move(line));
  for (size_t i = 0; i < lines.size() && i < kMostLines; ++i) {
    report.lines.push_back({lines[i], std::nullopt});
  }
  if (lines.size() > kMostLines) {
    report.lines.push_back({fmt::format("and {} more", lines.size() - kMostLines), std::nullopt});
  }
  return report;
}

std::string to_text(const Summary& summary) {
  std::string out = counts(summary) + "\n";
  for (const std::string& line : lines_of(summary)) out += "  " + line + "\n";
  for (const std::string& error : summary.errors) out += "  error: " + error + "\n";
  return out;
}

std::string to_json(const Summary& summary) {
  const json::object out{{"success", summary.success()},
                         {"users_evaluated", summary.users_evaluated},
                         {"groups_processed", summary.groups_processed},
                         {"added", to_json(summary.added)},
                         {"removed", to_json(summary.removed)},
                         {"detected", to_json(summary.detected)},
                         {"errors", to_json(summary.errors)},
                         {"remarks", to_json(summary.remarks)}};
  return codec::to_pretty_json_text(out);
}

}  // namespace elevator::workflow::sync
