#include "entry/cli/explain_text.h"

#include <fmt/format.h>

namespace elevator::entry {
namespace {

using policy::Decision;

constexpr size_t kMostShown = 12;

std::string_view headline(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::kGrant:
      return "GRANTED WITHOUT REVIEW";
    case policy::Outcome::kReview:
      return "NEEDS APPROVAL";
    case policy::Outcome::kRefuse:
      return "REFUSED";
  }
  return "";
}

std::string list_of(const std::set<domain::Email>& emails) {
  std::string text;
  for (const domain::Email& email : emails) text += (text.empty() ? "" : ", ") + email.str();
  return text.empty() ? "nobody" : text;
}

std::string list_of(const std::vector<base::Seconds>& durations) {
  std::string text;
  for (size_t i = 0; i < durations.size() && i < kMostShown; ++i) {
    text += (i == 0 ? "" : ", ") + policy::to_clock_text(durations[i]);
  }
  if (durations.size() > kMostShown) {
    text += fmt::format(" ... {} ({} choices)", policy::to_clock_text(durations.back()),
                        durations.size());
  }
  return text;
}

class Page {
 public:
  void title(std::string_view text) { text_ += fmt::format("\n{}\n", text); }
  void row(std::string_view name, std::string_view value) {
    text_ += fmt::format("  {:<18}{}\n", name, value);
  }
  void item(std::string_view text) { text_ += fmt::format("  - {}\n", text); }
  void line(std::string_view text) { text_ += fmt::format("{}\n", text); }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void show_terms(const Decision& decision, Page& page) {
  page.title("Terms");
  if (decision.outcome == policy::Outcome::kReview) {
    page.row("Approvers", list_of(decision.approvers));
    if (decision.notify != decision.approvers) page.row("Mentioned", list_of(decision.notify));
    page.row("Approvals needed", std::to_string(decision.required_approvals));
  }
  page.row("At most", base::to_human_duration(decision.max_duration));
  page.row("Durations", list_of(decision.durations));
  if (decision.reason_pattern) page.row("Reason", decision.reason_hint);
  if (decision.channel) page.row("Channel", decision.channel->view());
  if (decision.max_session_overrun) {
    page.row("Session overrun", base::to_human_duration(*decision.max_session_overrun));
  }
  const auto flag = [&](bool set, std::string_view name, std::string_view meaning) {
    if (set) page.row(name, meaning);
  };
  flag(decision.direct_message, "Direct message", "approvers get one as well");
  flag(decision.require_deny_reason, "Denial", "needs a reason");
  flag(decision.allow_extension, "Extension", "possible");
  flag(decision.break_glass, "Break glass", "yes");
}

void show_list(std::string_view title, const std::vector<std::string>& items, Page& page) {
  if (items.empty()) return;
  page.title(title);
  for (const std::string& text : items) page.item(text);
}

}  // namespace

std::string to_text(const policy::Subject& subject, const Decision& decision,
                    const std::optional<ReviewQuestion>& review) {
  Page page;
  page.line(fmt::format("{}  ({})", headline(decision.outcome), to_string(decision.reason)));
  page.line(
      fmt::format("{} asks for {}", subject.requester.str(), domain::to_string(subject.target)));
  page.line(policy::summary(decision));
  if (review) {
    page.title("Review");
    page.row(review->reviewer.view(),
             fmt::format("{}: {}", review->answer.allowed ? "yes" : "no", review->answer.why));
  }
  show_list("Why", decision.explanation.because, page);
  if (!decision.explanation.applied.empty()) {
    page.title("Rules that apply");
    for (const policy::AppliedRule& rule : decision.explanation.applied) {
      page.line("  " + rule.label);
      for (const std::string& text : rule.contributions) page.line("      " + text);
    }
  }
  show_list("Rules about this target that do not apply", decision.explanation.passed_over, page);
  show_list("Trouble", decision.explanation.trouble, page);
  if (!decision.explanation.applied.empty()) show_terms(decision, page);
  return page.take();
}

}  // namespace elevator::entry
