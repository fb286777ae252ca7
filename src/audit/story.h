// Stories: what the entries of one stream say together. Each request's story is checked on its
// own, then all of them against each other (leases of one assignment share its end).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/verify.h"

namespace elevator::audit {

// The story of one request or found assignment, entry by entry in the chain's order.
struct Story {
  bool asked = false;
  bool taken_over = false;  // adopted from a schedule, or found in AWS
  bool approved = false;
  bool closed = false;  // refused, denied, expired, cancelled or failed
  bool granted = false;
  std::string requester;
  std::string assignment;  // principal and target
  std::set<std::string> approving_reviewers;
  std::string rule_digest;
  base::TimePoint granted_at{};
  std::optional<base::TimePoint> deadline;       // as decided
  std::optional<base::TimePoint> lease_over_at;  // this request's share ended, perhaps early
  std::optional<base::TimePoint> absent_at;      // the access was observed to be absent

  bool ended() const { return lease_over_at || absent_at; }
  // When this request stopped to be a reason for the access.
  base::TimePoint lease_end() const;
};

class Stories {
 public:
  explicit Stories(const VerifyOptions& options) : options_(options) {}

  // `stream` begins with "request-" or "found-"; entries come in the order of the chain.
  void tell(const std::string& stream, const Entry& entry, Report& report);
  void rules_in_force(const std::string& digest) { known_rules_.insert(digest); }
  void needs_document(const std::string& digest) { needed_documents_.insert(digest); }
  // False: it was met before.
  bool has_document(const std::string& digest) { return documents_.insert(digest).second; }
  void finish(Report& report);

 private:
  static void take_over(const Entry& entry, Story& story);
  void decide(const std::string& stream, const Entry& entry, Story& story, Report& report);
  void grant(const std::string& stream, const Entry& entry, Story& story, Report& report);
  void check_end(const std::string& stream, const Story& story, Report& report);
  base::TimePoint covered_until(const Story& story) const;
  std::optional<base::TimePoint> absence(const Story& story) const;

  VerifyOptions options_;
  std::map<std::string, Story> stories_;
  std::set<std::string> known_rules_;
  std::set<std::string> needed_documents_;
  std::set<std::string> documents_;
  // By assignment: when each lease of it began and was over, sorted; when it was absent.
  std::map<std::string, std::vector<std::pair<base::TimePoint, base::TimePoint>>> leases_;
  std::map<std::string, std::set<base::TimePoint>> absences_;
};

}  // namespace elevator::audit
