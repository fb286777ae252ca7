#include "workflow/milestones.h"

#include <doctest/doctest.h>

#include "tests/support/recording_logger.h"
#include "tests/support/slack_samples.h"
#include "workflow/journal.h"

namespace elevator::workflow::milestones_test {
namespace {

using domain::Record;

std::string logged(domain::Request request, Record record) {
  const domain::Request before = request;
  write_records(request, {{.record = record}}, testing::at(5));
  tests::RecordingLogger log;
  log_milestones(log, &before, request);
  return log.text();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("milestones_nameWhatHappened_andTheRequest") {
  const auto request = testing::sample_request(testing::RequestState::kActive);
  constexpr std::pair<Record, std::string_view> kEvents[] = {
      {Record::kRequest, "request_made"},        {Record::kRefuse, "request_refused"},
      {Record::kApprove, "request_approved"},    {Record::kGrant, "access_given"},
      {Record::kRevoke, "access_removed"},       {Record::kExpire, "request_expired"},
      {Record::kEndLease, "access_share_ended"}, {Record::kFail, "request_failed"},
      {Record::kCancel, "request_cancelled"},    {Record::kGone, "access_gone"}};
  for (const auto& [record, event] : kEvents) {
    const std::string line = logged(request, record);
    CAPTURE(line);
    CHECK(has(line, "\"event\":\"" + std::string(event) + "\""));
    CHECK(has(line, request.id.str()));
    CHECK(has(line, "111111111111"));
  }
}

TEST_CASE("milestones_sayWhetherAnEndWasEarly") {
  auto request = testing::sample_request(testing::RequestState::kActive);
  request.ending = domain::Ending{"its time was over", std::nullopt, "", testing::at(5)};
  CHECK(has(logged(request, Record::kRevoke), "on_time"));
  request.ending = domain::Ending{"ended early", request.requester, "", testing::at(5)};
  CHECK(has(logged(request, Record::kRevoke), "early"));
}

TEST_CASE("milestones_sayWhenAnEndCameLate") {
  auto request = testing::sample_request(testing::RequestState::kActive);
  request.lease_end = testing::at(5) - base::Seconds(59);
  CHECK(has(logged(request, Record::kRevoke), "on_time"));
  request.lease_end = testing::at(5) - base::Seconds(61);
  CHECK(has(logged(request, Record::kRevoke), "\"how\":\"late\""));
}

TEST_CASE("milestones_tellOfAClickThatDoesNotCount") {
  auto request = testing::sample_request(testing::RequestState::kActive);
  request.clicks = {{.person = request.requester,
                     .act = domain::Act::kApprove,
                     .state = domain::Click::State::kRejected}};
  const domain::Request before = request;
  write_records(request,
                {{.record = Record::kReview, .click = 0, .detail = "approve: not your own"}},
                testing::at(5));
  tests::RecordingLogger log;
  log_milestones(log, &before, request);
  CHECK(has(log.text(), "\"event\":\"click_refused\""));
  CHECK(has(log.text(), "approve: not your own"));
  CHECK(has(request.audit.back().bytes, "\"decision\":\"refused\""));
}

TEST_CASE("milestones_leaveOutWhatWasLoggedBefore_andPeoplesWords") {
  auto request = testing::sample_request(testing::RequestState::kActive);
  request.reason = "private words";
  write_records(request, {{.record = Record::kRequest}}, testing::at(5));
  tests::RecordingLogger log;
  log_milestones(log, &request, request);
  CHECK(log.text().empty());
  log_milestones(log, nullptr, request);  // a new row
  CHECK(has(log.text(), "request_made"));
  CHECK_FALSE(has(log.text(), "private words"));
}

TEST_CASE("milestones_sayWhyARequestFailedOrWasRefused") {
  auto request = testing::sample_request(testing::RequestState::kFailed);
  request.detail = "AWS said no";
  CHECK(has(logged(request, Record::kFail), "\"reason\":\"AWS said no\""));
  CHECK(has(logged(request, Record::kRefuse), "\"reason\":\"AWS said no\""));
  request.detail = "private words";  // of whoever denied it
  CHECK_FALSE(has(logged(request, Record::kRequest), "private words"));
}

}  // namespace
}  // namespace elevator::workflow::milestones_test
