#include "workflow/journal.h"

#include <doctest/doctest.h>

#include "audit/entry.h"
#include "tests/support/slack_samples.h"

namespace elevator::workflow::journal_test {
namespace {

using domain::Record;
using domain::RequestState;

constexpr Record kAboutAccess[] = {Record::kGrant, Record::kRevoke, Record::kEndLease,
                                   Record::kGone};

domain::Request decided(const std::string& reason) {
  auto request = testing::sample_request(RequestState::kActive);
  request.requester_email = domain::Email::literal("dana@corp.com");
  request.clicks.clear();
  request.decision->outcome = domain::Outcome::kGrant;
  request.decision->reason = reason;
  return request;
}

audit::Entry written(domain::Request request, Record record) {
  write_records(request, {{.record = record}}, testing::at(5));
  REQUIRE(request.audit.size() == 1);
  const auto parsed = audit::parse_entry(request.audit[0].bytes);
  REQUIRE(parsed.has_value());
  return parsed->entry;
}

TEST_CASE("writeRecords_whenTheRequesterMayApproveAlone_namesThemAsApprover") {
  const auto request = decided("SelfApproval");
  for (const Record record :
       {Record::kApprove, Record::kGrant, Record::kRevoke, Record::kEndLease, Record::kGone}) {
    CAPTURE(static_cast<int>(record));
    const auto entry = written(request, record);
    CHECK(entry.approver_slack_id == "U1");
    CHECK(entry.approver_email == "dana@corp.com");
    CHECK(entry.decision == "SelfApproval");
  }
  // Nothing was approved yet.
  CHECK_FALSE(written(request, Record::kRequest).approver_slack_id.has_value());
}

TEST_CASE("writeRecords_whenNoApprovalWasNeeded_namesNobodyAsApprover") {
  const auto request = decided("ApprovalNotRequired");
  CHECK_FALSE(written(request, Record::kApprove).approver_slack_id.has_value());
  for (const Record record : kAboutAccess) {
    const auto entry = written(request, record);
    CHECK_FALSE(entry.approver_slack_id.has_value());
    CHECK_FALSE(entry.approver_email.has_value());
    CHECK(entry.decision == "ApprovalNotRequired");
  }
}

TEST_CASE("writeRecords_whenSomebodyApproved_namesThemInTheEntriesOfAccess") {
  auto request = decided("RequiresApproval");
  testing::add_click(request, domain::Act::kApprove);
  for (const Record record : kAboutAccess) {
    CHECK(written(request, record).approver_slack_id == "U2");
  }
  CHECK(written(request, Record::kAdopt).approver_slack_id == "U2");
}

}  // namespace
}  // namespace elevator::workflow::journal_test
