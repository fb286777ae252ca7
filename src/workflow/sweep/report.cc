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

// What Slack takes as one message, with room for its first and its last lines.
constexpr size_t kMostText = 9'000;
constexpr size_t kLongestLine = 400;
constexpr size_t kBesideALine = 80;  // its bullet, and a time in the reader's zone

std::string person(const domain::Assignment& assignment, const std::string& email) {
  return email.empty() ? domain::principal_of(assignment).str() : email;
}

std::string person(const Stray& stray) { return person(stray.what.assignment, stray.email); }

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

// What the line takes of a message.
size_t size_of(const ports::ReportLine& line) {
  const auto escaped = std::count_if(line.text.begin(), line.text.end(),
                                     [](char c) { return c == '&' || c == '<' || c == '>'; });
  const size_t text = line.text.size() + 4 * static_cast<size_t>(escaped);
  return std::min(text, kLongestLine) + kBesideALine;
}

// Adds the line if there is room for it.
bool add(std::vector<ports::ReportLine>& lines, size_t& room, ports::ReportLine line) {
  const size_t size = size_of(line);
  if (size > room) return false;
  room -= size;
  lines.push_back(std::move(line));
  return true;
}

std::vector<const Stray*> most_urgent_first(const Outcome& outcome) {
  std::vector<const Stray*> strays;
  for (const Stray& stray : outcome.strays) strays.push_back(&stray);
  std::sort(strays.begin(), strays.end(), [](const Stray* left, const Stray* right) {
    // Neighbours stay so.
    return std::tuple(left->warned, left->removal, left) <
           std::tuple(right->warned, right->removal, right);
  });
  return strays;
}

// At most a third of the room: warnings must come through whatever else there is to tell.
void add_trouble_and_missing(const Outcome& outcome, std::vector<ports::ReportLine>& lines,
                             size_t& room) {
  size_t mine = room / 3;
  room -= mine;
  size_t left_out = 0;
  for (const std::string& text : outcome.trouble) left_out += add(lines, mine, {text, {}}) ? 0 : 1;
  for (const TakenAway& one : outcome.missing) {
    left_out += add(lines, mine, {text_of(one) + ". The grant is closed", {}}) ? 0 : 1;
  }
  room += mine;
  if (left_out > 0) lines.push_back({fmt::format("and {} more of these", left_out), {}});
}

}  // namespace

ports::ReportLine line_of(const Stray& stray) {
  return {fmt::format("{}: {}. First seen", person(stray), place(stray.what)), stray.first_seen};
}

std::string text_of(const TakenAway& one) {
  return fmt::format("{}: {}. Given here, and somebody took it away in AWS",
                     person(one.assignment, one.email),
                     one.what ? place(*one.what) : domain::to_key(one.assignment));
}

Digest digest_of(const Outcome& outcome, Mode mode) {
  Digest digest{{"Sweep: " + counts(outcome), {}, std::nullopt}, {}};
  std::vector<ports::ReportLine>& lines = digest.report.lines;
  if (outcome.braked) {
    lines.push_back(
        {"So many would be removed that somebody has to allow it. None of them was removed.", {}});
  }
  size_t room = kMostText;
  add_trouble_and_missing(outcome, lines, room);
  std::optional<base::TimePoint> removal;
  for (const Stray* stray : most_urgent_first(outcome)) {
    const bool other_time = stray->removal != removal;
    if (other_time && !add(lines, room, {"These will be removed after", stray->removal})) break;
    removal = stray->removal;
    if (!add(lines, room, line_of(*stray))) break;
    digest.named.insert(stray->what.assignment);
  }
  if (mode != Mode::kRemove && !outcome.strays.empty()) {
    lines.push_back({"They stay: SWEEP_MODE is warn", {}});
  }
  if (outcome.strays.size() + outcome.more_strays > digest.named.size()) {
    lines.push_back({"More with: sso-elevator sweep --dry-run", {}});
  }
  return digest;
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
  for (const TakenAway& one : outcome.missing) out += "  " + text_of(one) + "\n";
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
  for (const TakenAway& one : outcome.missing) {
    missing.push_back(json::string(domain::to_key(one.assignment)));
  }
  out["missing"] = std::move(missing);
  codec::put(out, "trouble", outcome.trouble);
  return codec::to_pretty_json_text(out);
}

}  // namespace elevator::workflow::sweep
