#include "workflow/clock_steps.h"

#include <algorithm>

#include "workflow/transaction.h"

namespace elevator::workflow {
namespace {

using base::TimePoint;

// The longest waits that the transitions write, besides domain::kLongestWait.
constexpr base::Milliseconds kLongestPoll = base::Seconds(30);
constexpr base::Milliseconds kLongestPosting = base::minutes(2);
// However wrong a clock was, no row that it wrote is due later than the year 9999.
constexpr std::int64_t kEver = 253'402'300'799'000;
constexpr size_t kMostRows = 1'000'000;

void limit(TimePoint& moment, TimePoint latest) { moment = std::min(moment, latest); }
void limit(std::optional<TimePoint>& moment, TimePoint latest) {
  if (moment) limit(*moment, latest);
}
// A back-off that cannot be is over: trying too early is harmless.
void limit(domain::Retry& retry, TimePoint now) {
  if (retry.not_before > now + domain::kLongestWait) retry.not_before = now;
}

}  // namespace

domain::Grant brought_back(const domain::Grant& grant, TimePoint now,
                           const domain::Timing& timing) {
  domain::Grant back = grant;
  limit(back.phase_since, now);
  limit(back.overdue_told_at, now);
  limit(back.gone_since, now);
  // A create that was sent may live for its whole limit from now on (I2).
  limit(back.attempt_until, now + timing.attempt_limit);
  limit(back.watch_until, now + timing.attempt_limit);
  if (back.operation) {
    limit(back.operation->started_at, now);
    limit(back.operation->poll_at, now + kLongestPoll);
  }
  limit(back.retry, now);
  limit(back.timer_retry, now);
  return back;
}

domain::Request brought_back(const domain::Request& request, TimePoint now) {
  domain::Request back = request;
  limit(back.decided_at, now);
  limit(back.message.posting_until, now + kLongestPosting);
  limit(back.telling_until, now + kLongestPosting);
  limit(back.message.retry, now);
  limit(back.notice_retry, now);
  limit(back.audit_retry, now);
  limit(back.work_retry, now);
  return back;
}

bool ClockSteps::look() {
  const std::int64_t now = base::to_unix_milliseconds(ports_.clock.now());
  const std::int64_t before = latest_.exchange(now);
  if (before <= now) return false;
  if (before != INT64_MAX) {
    ports_.log.warning("clock_stepped_back", {{"milliseconds", before - now}});
    ports_.metrics.count("sso_elevator_clock_steps_back_total", {});
  }
  const auto rows = ports_.store.due(base::from_unix_milliseconds(kEver), kMostRows);
  bool complete = rows.has_value();
  for (const ports::RowRef& row : rows ? *rows : std::vector<ports::RowRef>()) {
    complete = bring_back(row) && complete;
  }
  if (!complete) latest_ = INT64_MAX;  // somebody else was faster, or the store is in trouble
  return true;
}

bool ClockSteps::bring_back(const ports::RowRef& row) {
  const auto done = transact(ports_, settings_, [&](Transaction& transaction) -> base::Status {
    if (row.kind == ports::RowKind::kGrant) {
      TRY(const auto assignment, domain::assignment_from_key(row.key));
      TRY(domain::Grant * grant, transaction.grant(assignment));
      *grant = brought_back(*grant, transaction.now(), settings_.timing);
    } else if (row.kind == ports::RowKind::kRequest) {
      TRY(const auto id, domain::RequestId::parse(row.key));
      TRY(domain::Request * request, transaction.request(id));
      *request = brought_back(*request, transaction.now());
    }
    return {};
  });
  return done.has_value() || done.error().kind == base::Kind::kNotFound;
}

}  // namespace elevator::workflow
