#include "workflow/plan_request.h"

#include <algorithm>

namespace elevator::workflow {
namespace {

using base::TimePoint;
using domain::Request;
using domain::RequestState;

// Collects the earliest time at which there is something to do.
class Earliest {
 public:
  void consider(TimePoint time) {
    if (time != TimePoint{} && (!until_ || time < *until_)) until_ = time;
  }
  Wait wait() const { return Wait{until_}; }

 private:
  std::optional<TimePoint> until_;
};

// When time alone changes something.
void consider_times(const Request& request, const domain::RequestTiming& timing,
                    Earliest& earliest) {
  switch (request.state) {
    case RequestState::kReceived:
      return earliest.consider(request.expires_at);
    case RequestState::kPending:
      earliest.consider(request.expires_at);
      return earliest.consider(request.next_reminder_at);
    case RequestState::kApproved:
      return earliest.consider(request.decided_at.value_or(TimePoint{}) + timing.approval_limit);
    case RequestState::kScheduled:
      return earliest.consider(*request.lease_end);
    case RequestState::kGranting:
    case RequestState::kActive:
      if (!request.end_soon_told) {
        earliest.consider(*request.lease_end - timing.ends_soon_before);
      }
      return earliest.consider(*request.lease_end);
    case RequestState::kEnding:
    case RequestState::kEnded:
    case RequestState::kFailed:
    case RequestState::kRefused:
    case RequestState::kDenied:
    case RequestState::kCancelled:
    case RequestState::kExpired:
      return;
  }
}

struct Work {
  RequestStep step = Wait{};
  bool any = false;
  TimePoint from{};  // when `any`: not before this time
};

Work find_work(const Request& request) {
  if (const auto click = domain::next_unverified_click(request)) {
    return {JudgeClick{*click}, true, {}};
  }
  switch (request.state) {
    case RequestState::kReceived:
      return {Assess{}, true, {}};
    case RequestState::kApproved:
      return {EnterLease{}, true, {}};
    case RequestState::kScheduled:
      return {EnterLease{}, true, *request.lease_start};
    case RequestState::kPending:
    case RequestState::kGranting:
    case RequestState::kActive:
    case RequestState::kEnding:
    case RequestState::kEnded:
    case RequestState::kFailed:
    case RequestState::kRefused:
    case RequestState::kDenied:
    case RequestState::kCancelled:
    case RequestState::kExpired:
      return {};
  }
  return {};
}

// When the message may be posted or edited: after a back-off, and not while another worker may
// be posting it.
TimePoint next_message_time(const domain::MessageState& message) {
  TimePoint from = message.retry.attempts > 0 ? message.retry.not_before : TimePoint{};
  if (!message.ref && message.posting_until) from = std::max(from, *message.posting_until);
  return from;
}

}  // namespace

bool has_message(const Request& request) {
  return request.origin == domain::Origin::kAsked && request.state != RequestState::kReceived;
}

RequestStep plan_request(const Request& request, TimePoint now,
                         const domain::RequestTiming& timing) {
  Earliest times;
  consider_times(request, timing, times);
  if (const auto at = times.wait().until; at && *at <= now) {
    return ApplyRequestEvent{domain::TimePassed{}};
  }

  // A click that means nothing any more needs no look-ups.
  for (size_t i = 0; i < request.clicks.size(); ++i) {
    const domain::Click& click = request.clicks[i];
    const bool waits = click.state == domain::Click::State::kUnverified;
    if (waits && !domain::takes_act(request.state, click.act)) {
      return ApplyRequestEvent{domain::ClickJudged{i, click}};
    }
  }

  const Work work = find_work(request);
  if (work.any) {
    const TimePoint from = request.work_retry.attempts > 0
                               ? std::max(work.from, request.work_retry.not_before)
                               : work.from;
    if (from <= now) return work.step;
    times.consider(from);
  }

  if (has_message(request) && request.message.shown != request.message.version) {
    const TimePoint from = next_message_time(request.message);
    if (from <= now) return ShowMessage{};
    times.consider(from);
  }
  // Notes belong into the thread of the message, so the message comes first.
  if (!request.notices.empty() && (request.message.ref || !has_message(request))) {
    if (!request.notice_retry.waits(now)) return TellNotice{};
    times.consider(request.notice_retry.not_before);
  }
  if (!request.audit.empty()) {
    if (!request.audit_retry.waits(now)) return DeliverAudit{};
    times.consider(request.audit_retry.not_before);
  }
  return times.wait();
}

}  // namespace elevator::workflow
