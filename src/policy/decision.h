// What the rules say about one request, with the facts that led there. Plain data: shown to
// people, written to the audit log, compared in tests.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/target.h"

namespace elevator::policy {

enum class Outcome {
  kGrant,   // access without anybody's review
  kReview,  // needs `required_approvals` of `approvers`
  kRefuse,
};

enum class Reason {
  kApprovalNotRequired,
  kSelfApproval,
  kRequiresApproval,
  // Refusals that the requester can do nothing about.
  kNoStatements,           // no rule is about the target
  kNotARequester,          // rules are, but each leaves this person out
  kNoApprovers,            // nobody else could say yes
  kNotEnoughApprovers,     // fewer people could say yes than must
  kAccountLookupFailed,    // a rule asks for the account's OU or tags, and they are not known
  kRequesterLookupFailed,  // a rule asks for a group of the requester, and it is not known
  kExtensionNotAllowed,
  // Refusals that other facts would avoid.
  kDurationTooLong,
  kDurationNotOffered,
  kReasonDoesNotMatch,
};

std::string_view to_string(Outcome outcome);  // "grant", "review", "refuse"
std::string_view to_string(Reason reason);    // "ApprovalNotRequired", ...

struct AppliedRule {
  std::string label;                         // `statements[3] "Production"`
  std::vector<std::string> contributions{};  // "approvers: bob@corp.com", "longest 4 h"
};

struct Explanation {
  std::vector<AppliedRule> applied{};
  std::vector<std::string> passed_over{};  // rules about the target that do not count, and why
  std::vector<std::string> trouble{};      // look-ups that failed, and what follows
  std::vector<std::string> because{};      // the steps from the rules to the answer
};

struct Decision {
  Outcome outcome = Outcome::kRefuse;
  Reason reason = Reason::kNoStatements;

  std::set<domain::Email> approvers{};  // who may approve; empty unless the outcome is kReview
  std::set<domain::Email> notify{};     // those of them who are mentioned
  int required_approvals = 1;

  // What may be asked for. `durations` is the menu; `any_duration` says that every duration up to
  // the longest is possible, not only those of the menu.
  base::Seconds max_duration{};
  std::vector<base::Seconds> durations{};
  bool any_duration = true;
  bool reason_pattern = false;  // some rule checks the reason
  std::string reason_hint{};    // what to tell when it does not match

  bool require_deny_reason = false;
  bool direct_message = false;
  bool allow_extension = false;
  bool break_glass = false;
  std::optional<domain::ChannelId> channel{};
  std::optional<base::Seconds> max_session_overrun{};

  // Some look-up had failed, so that another time the answer may be another. Never more open.
  bool lookups_failed = false;
  std::optional<domain::RuleDigest> rules{};  // always set by decide()
  Explanation explanation{};
};

// One sentence for people: "Needs the approval of 1 of 2 people."
std::string summary(const Decision& decision);

// The whole decision, for the audit log and `policy explain --format json`.
boost::json::object to_json(const Decision& decision);

struct ReviewAnswer {
  bool allowed = false;
  std::string why{};  // one sentence
  // The answer may be different when the look-ups that failed succeed: ask again.
  bool lookups_failed = false;
  int required_approvals = 1;  // by these rules, now
};

}  // namespace elevator::policy
