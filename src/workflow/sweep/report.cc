#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/overloaded.h"
#include "codec/encode.h"
#include "codec/text.h"
#include "workflow/sweep/sweep.h"

namespace elevator::workflow::sweep {
namespace {

namespace json = boost::json;

constexpr size_t kMostLines = 30;

std::string person(const Stray& stray) {
  return stray.email.empty() ? domain::principal_of(stray.what.assignment).str() : stray.email;
}

std::string place(const domain::Stray& stray) {
  return std::visit(base::overloaded{[&](const domain::AccountTarget& target) {
                                       return fmt::format("{} in {} ({})",
                                                          target.permission_set.str(),
                                                          stray.target_name, target.account.str());
                                     },
                                     [&](const domain::GroupTarget&) {
                                       return fmt::format("member of {}", stray.target_name);
                                     }},
                    stray.target);
}

std::string counts(const Outcome& outcome) {
  return fmt::format("{} assignments in scope, {} that nobody asked for here", outcome.listed,
                     outcome.strays.size() + outcome.more_strays);
}

}  // namespace

ports::ReportLine line_of(const Stray& stray) {
  return {fmt::format("{}: {}. First seen", person(stray), place(stray.what)), stray.first_seen};
}

ports::Report report_of(const Outcome& outcome, Mode mode) {
  ports::Report report{"Sweep: " + counts(outcome), {}, std::nullopt};
  if (outcome.braked) {
    report.lines.push_back(
        {"So many would be removed that somebody has to allow it. Nothing was removed.", {}});
  }
  for (const std::string& text : outcome.trouble) report.lines.push_back({text, {}});
  for (const domain::Assignment& assignment : outcome.missing) {
    report.lines.push_back({fmt::format("{}: given here, and somebody took it away in AWS; the "
                                        "grant is closed",
                                        domain::to_key(assignment)),
                            {}});
  }
  size_t shown = 0;
  std::vector<const Stray*> by_removal;
  for (const Stray& stray : outcome.strays) by_removal.push_back(&stray);
  std::sort(by_removal.begin(), by_removal.end(), [](const Stray* left, const Stray* right) {
    return std::pair(left->removal, left) < std::pair(right->removal, right);  // neighbours stay so
  });
  std::optional<base::TimePoint> removal;
  for (const Stray* stray : by_removal) {
    if (report.lines.size() >= kMostLines) break;
    if (stray->removal != removal) {
      report.lines.push_back({"These will be removed after", stray->removal});
    }
    removal = stray->removal;
    report.lines.push_back(line_of(*stray));
    ++shown;
  }
  if (mode != Mode::kRemove && !outcome.strays.empty()) {
    report.lines.push_back({"They stay: SWEEP_MODE is warn", {}});
  }
  if (outcome.strays.size() + outcome.more_strays > shown) {
    report.lines.push_back({"More with: sso-elevator sweep --dry-run", {}});
  }
  return report;
}

std::string to_text(const Outcome& outcome) {
  std::string out = counts(outcome) + "\n";
  if (!outcome.strays.empty()) {
    out += fmt::format("  {:<40} {:<50} {:<21} {}\n", "PERSON", "ACCESS", "FIRST SEEN", "REMOVAL");
  }
  for (const Stray& stray : outcome.strays) {
    out += fmt::format("  {:<40} {:<50} {:<21} {}\n", person(stray), place(stray.what),
                       base::to_rfc3339(stray.first_seen),
                       stray.removal ? "after " + base::to_rfc3339(*stray.removal) : "none");
  }
  if (outcome.more_strays > 0) out += fmt::format("  and {} more\n", outcome.more_strays);
  for (const domain::Assignment& assignment : outcome.missing) {
    out += "  not there any more: " + domain::to_key(assignment) + "\n";
  }
  for (const std::string& text : outcome.trouble) out += "  trouble: " + text + "\n";
  return out;
}

std::string to_json(const Outcome& outcome) {
  json::object out;
  codec::put(out, "listed", outcome.listed);
  codec::put(out, "unread", outcome.unread);
  json::array strays;
  for (const Stray& stray : outcome.strays) {
    json::object one;
    codec::put(one, "assignment", domain::to_key(stray.what.assignment));
    codec::put(one, "target", domain::to_string(stray.what.target));
    codec::put(one, "target_name", stray.what.target_name);
    codec::put(one, "email", stray.email);
    codec::put(one, "first_seen", stray.first_seen);
    codec::put(one, "removal", stray.removal);
    strays.push_back(std::move(one));
  }
  out["strays"] = std::move(strays);
  codec::put(out, "more_strays", outcome.more_strays);
  json::array missing;
  for (const domain::Assignment& assignment : outcome.missing) {
    missing.push_back(json::string(domain::to_key(assignment)));
  }
  out["missing"] = std::move(missing);
  codec::put(out, "trouble", outcome.trouble);
  return codec::to_pretty_json_text(out);
}

}  // namespace elevator::workflow::sweep
