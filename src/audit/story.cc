#include "audit/story.h"

#include <fmt/format.h>

#include <algorithm>

namespace elevator::audit {
namespace {

constexpr std::string_view kSelfApproval = "SelfApproval";
constexpr std::string_view kApprovalNotRequired = "ApprovalNotRequired";

// Who a person is, for comparing: the address when there is one, else the Slack id.
std::string person(const Text& email, const Text& slack_id) {
  if (!email) return slack_id.value_or("");
  std::string lowered = *email;
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

std::string assignment_of(const Entry& entry) {
  return fmt::format("{}|{}|{}|{}", entry.sso_user_principal_id.value_or(""),
                     entry.account_id.value_or(""), entry.role_name.value_or(""),
                     entry.group_id.value_or(""));
}

void problem(Report& report, Check check, const std::string& where, std::string what) {
  report.problems.push_back({check, where, std::move(what)});
}

}  // namespace

void Stories::tell(const std::string& stream, const Entry& entry, Report& report) {
  Story& story = stories_[stream];
  switch (entry.operation) {
    case Operation::kRequest:
    case Operation::kExtend:  // a request for more time
      story.asked = true;
      story.requester = person(entry.requester_email, entry.requester_slack_id);
      break;
    case Operation::kAdopt:
    case Operation::kDrift:  // access that nobody asked for became a row
      take_over(entry, story);
      break;
    case Operation::kReview:
      if (entry.decision == "approve" &&
          !story.approving_reviewers.insert(person(entry.approver_email, entry.approver_slack_id))
               .second) {
        problem(report, Check::kReview, stream, "one person's approval is counted twice (I4)");
      }
      if (entry.decision == "lapsed") {
        story.approving_reviewers.erase(person(entry.approver_email, entry.approver_slack_id));
      }
      break;
    case Operation::kApprove:
      decide(stream, entry, story, report);
      break;
    case Operation::kGrant:
      grant(stream, entry, story, report);
      break;
    case Operation::kRefuse:
    case Operation::kDeny:
    case Operation::kExpire:
    case Operation::kCancel:
    case Operation::kFail:
      story.closed = true;
      // A failure is written after the absence was observed.
      if (entry.operation == Operation::kFail && story.granted) story.absent_at = entry.time;
      break;
    case Operation::kEndLease:
      story.lease_over_at = entry.time;
      break;
    case Operation::kRevoke:
    case Operation::kGone:
      story.absent_at = entry.time;
      break;
    case Operation::kSyncAdd:
    case Operation::kSyncRemove:
    case Operation::kManualDetected:
    case Operation::kSweep:
    case Operation::kSync:
    case Operation::kRules:
    case Operation::kCheckpoint:
      break;
  }
}

void Stories::take_over(const Entry& entry, Story& story) {
  if (story.asked || story.granted || !entry.deadline) return;  // a remark on access of ours
  story.taken_over = true;
  story.granted = true;
  story.granted_at = entry.time;
  story.deadline = entry.deadline;
  story.assignment = assignment_of(entry);
}

void Stories::decide(const std::string& stream, const Entry& entry, Story& story, Report& report) {
  if (story.closed) {
    problem(report, Check::kCompleteness, stream, "it was approved after it had been closed");
  }
  story.approved = true;
  story.rule_digest = entry.rule_digest.value_or("");
  if (story.rule_digest.empty() || !entry.decision) {
    problem(report, Check::kCompleteness, stream,
            "the approval does not say which rules decided, and why (I4)");
  }
  if (entry.decision == kApprovalNotRequired) {
    ++report.approvals_automatic;
    return;
  }
  if (entry.decision == kSelfApproval) {
    ++report.approvals_by_oneself;
    return;
  }
  if (story.approving_reviewers.empty()) {
    problem(report, Check::kReview, stream, "it was approved, but no review says by whom (I4)");
  }
  if (story.approving_reviewers.count(story.requester) > 0) {
    problem(report, Check::kReview, stream,
            "the requester reviewed the own request, and no rule is named that allows it (I4)");
  }
  ++report.approvals_by_people;
}

void Stories::grant(const std::string& stream, const Entry& entry, Story& story, Report& report) {
  if (!story.approved && !story.taken_over) {
    problem(report, Check::kCompleteness, stream, "access was given without a decision (I4)");
  }
  const bool over = story.deadline && *story.deadline <= entry.time;
  if (story.closed || story.absent_at || (story.lease_over_at && over)) {
    problem(report, Check::kCompleteness, stream,
            "access was given after the request had been closed or had ended");
  }
  // A lease whose access ended early before its own start begins again then.
  story.lease_over_at.reset();
  if (!entry.deadline) {
    problem(report, Check::kCompleteness, stream, "access was given without an end (I1)");
  }
  story.granted = true;
  story.granted_at = entry.time;
  if (entry.deadline && (!story.deadline || *story.deadline < *entry.deadline)) {
    story.deadline = entry.deadline;
  }
  story.assignment = assignment_of(entry);
}

base::TimePoint Story::lease_end() const {
  base::TimePoint end = *deadline;
  if (lease_over_at) end = std::min(end, *lease_over_at);
  if (absent_at) end = std::min(end, *absent_at);
  return end;
}

// Leases of the same assignment that follow each other without a break end together.
base::TimePoint Stories::covered_until(const Story& story) const {
  base::TimePoint end = story.lease_end();
  const auto leases = leases_.find(story.assignment);
  if (leases == leases_.end()) return end;
  for (const auto& [begins, ends] : leases->second) {
    if (begins <= end) end = std::max(end, ends);
  }
  return end;
}

// When the access of this lease was observed to be absent: said in its own stream, or in that of
// the lease that held the assignment last.
std::optional<base::TimePoint> Stories::absence(const Story& story) const {
  if (story.absent_at) return story.absent_at;
  const auto found = absences_.find(story.assignment);
  if (!story.lease_over_at || found == absences_.end()) return std::nullopt;
  const auto later = found->second.lower_bound(story.lease_end());
  return later == found->second.end() ? std::nullopt : std::optional(*later);
}

void Stories::check_end(const std::string& stream, const Story& story, Report& report) {
  if (!story.deadline) return;  // reported when it was granted
  const base::TimePoint due = covered_until(story);
  const auto absent = absence(story);
  if (!absent) {
    ++report.grants_open;
    if (due + options_.tolerance < options_.now) {
      problem(report, Check::kTimeliness, stream,
              fmt::format("access was to end at {}, and no entry says that it did (L1)",
                          to_time_text(due)));
    } else {
      report.unproven.push_back(
          {Check::kCompleteness, stream,
           fmt::format("access is still open; it is to end at {}", to_time_text(due))});
    }
    return;
  }
  ++report.grants_ended;
  const auto delay = std::chrono::ceil<base::Seconds>(*absent - due);
  if (delay.count() > 0 && (!report.worst_delay || *report.worst_delay < delay)) {
    report.worst_delay = delay;
    report.worst_delay_where = stream;
  }
  if (delay > options_.tolerance) {
    problem(report, Check::kTimeliness, stream,
            fmt::format("access ended at {}, {} after its end {} (L1)", to_time_text(*absent),
                        base::to_human_duration(delay), to_time_text(due)));
  }
}

void Stories::finish(Report& report) {
  for (const auto& [stream, story] : stories_) {
    if (!story.granted || !story.deadline) continue;
    leases_[story.assignment].emplace_back(story.granted_at, story.lease_end());
    if (story.absent_at) absences_[story.assignment].insert(*story.absent_at);
  }
  for (auto& [assignment, leases] : leases_) std::sort(leases.begin(), leases.end());
  for (const auto& [stream, story] : stories_) {
    if (story.asked) ++report.requests;
    if (!story.asked && !story.taken_over) {
      problem(report, Check::kCompleteness, stream,
              "no entry says who asked, or where it was found");
    }
    if (story.granted) {
      ++report.grants;
      check_end(stream, story, report);
    } else if (!story.closed && !story.ended()) {
      ++report.requests_undecided;
    }
    if (!story.rule_digest.empty()) needed_documents_.insert(story.rule_digest);
    if (!story.rule_digest.empty() && known_rules_.count(story.rule_digest) == 0) {
      report.unproven.push_back(
          {Check::kReview, stream,
           fmt::format("rules {} decided, and no entry says when they came into force",
                       story.rule_digest.substr(0, 12))});
    }
  }
  if (report.approvals_by_people > 0) {
    report.unproven.push_back(
        {Check::kReview, "",
         fmt::format("whether the rules let these people approve, and wanted no more of them ({} "
                     "approved requests): the rules are not evaluated again. rules/DIGEST.json "
                     "keeps them, for policy explain",
                     report.approvals_by_people)});
  }
  for (const std::string& digest : needed_documents_) {
    if (documents_.contains(digest)) continue;
    report.unproven.push_back(
        {Check::kReview, "rules/" + digest + ".json",
         "what these rules said: their document is not kept beside the entries"});
  }
}

}  // namespace elevator::audit
