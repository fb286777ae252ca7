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

// What the state has to do by itself, and when time alone changes something.
struct Agenda {
  std::optional<RequestStep> work{};
  TimePoint work_from{};
  Earliest times{};

  Agenda& at(TimePoint time) {
    times.consider(time);
    return *this;
  }
};

Agenda agenda_of(const Request& request, const domain::RequestTiming& timing) {
  switch (request.state) {
    case RequestState::kReceived:
      return Agenda{.work = Assess{}}.at(request.expires_at);
    case RequestState::kPending:
      return Agenda{}.at(request.expires_at).at(request.next_reminder_at);
    case RequestState::kApproved:
      return Agenda{.work = EnterLease{}}.at(request.decided_at.value_or(TimePoint{}) +
                                             timing.approval_limit);
    case RequestState::kScheduled:
      return Agenda{.work = EnterLease{}, .work_from = *request.lease_start}.at(*request.lease_end);
    case RequestState::kGranting:
    case RequestState::kActive: {
      Agenda agenda = Agenda{}.at(*request.lease_end);
      if (!request.end_soon_told && !request.goes_on_until)
        agenda.at(*request.lease_end - timing.ends_soon_before);
      return agenda;
    }
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

TimePoint not_before(const domain::Retry& retry, TimePoint now) {
  return retry.waits(now) ? retry.not_before : TimePoint{};
}

TimePoint not_before(const std::optional<TimePoint>& claimed_until, TimePoint now) {
  return claimed_until && *claimed_until > now ? *claimed_until : TimePoint{};
}

// When the message may be posted or edited: after a back-off, and not while another worker may
// be posting it.
TimePoint next_message_time(const domain::MessageState& message, TimePoint now) {
  const auto claimed = message.ref ? std::nullopt : message.posting_until;
  return std::max(not_before(message.retry, now), not_before(claimed, now));
}

constexpr std::uint32_t kPostsBeforeDirect = 5;  // a quarter of a minute of back-off

// Whether somebody is told directly when there is no thread.
bool is_told_directly(const Request& request, domain::NoticeKind kind) {
  using domain::NoticeKind;
  switch (kind) {
    case NoticeKind::kDelayed:
    case NoticeKind::kRefused:
    case NoticeKind::kReviewRejected:
    case NoticeKind::kApproved:
    case NoticeKind::kDenied:
    case NoticeKind::kExpired:
    case NoticeKind::kGranted:
    case NoticeKind::kEndsSoon:
    case NoticeKind::kEnded:
    case NoticeKind::kFailed:
      return true;
    case NoticeKind::kReviewWanted:
      return request.decision && request.decision->direct_message;
    case NoticeKind::kStillWaiting:
    case NoticeKind::kAutoApproved:
    case NoticeKind::kReviewCounted:
    case NoticeKind::kReviewLapsed:
    case NoticeKind::kCancelled:
      return false;
  }
  return false;
}

}  // namespace

bool has_message(const Request& request) {
  return request.origin == domain::Origin::kAsked &&
         (request.state != RequestState::kReceived || domain::waits_long(request));
}

const domain::Notice* next_notice(const Request& request) {
  if (request.notices.empty()) return nullptr;
  // Notes belong into the thread of the message, so the message comes first.
  if (request.message.ref || !has_message(request)) return &request.notices.front();
  // Unless it cannot be posted: whoever is told directly need not wait for that.
  if (request.message.retry.attempts < kPostsBeforeDirect) return nullptr;
  const auto direct = std::ranges::find_if(request.notices, [&](const domain::Notice& notice) {
    return is_told_directly(request, notice.kind);
  });
  return direct == request.notices.end() ? nullptr : &*direct;
}

RequestStep plan_request(const Request& request, TimePoint now,
                         const domain::RequestTiming& timing) {
  Agenda agenda = agenda_of(request, timing);
  Earliest& times = agenda.times;
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

  if (const auto click = domain::next_unverified_click(request)) {
    agenda.work = JudgeClick{*click};
    agenda.work_from = {};
  }
  if (agenda.work) {
    const TimePoint from = std::max(agenda.work_from, not_before(request.work_retry, now));
    if (from <= now) return *agenda.work;
    times.consider(from);
  }

  if (has_message(request) && request.message.shown != request.message.version) {
    const TimePoint from = next_message_time(request.message, now);
    if (from <= now) return ShowMessage{};
    times.consider(from);
  }
  if (next_notice(request) != nullptr) {
    const TimePoint from =
        std::max(not_before(request.notice_retry, now), not_before(request.telling_until, now));
    if (from <= now) return TellNotice{};
    times.consider(from);
  }
  const bool closes = std::ranges::any_of(
      request.copies, [&](const domain::Copy& copy) { return domain::is_over(request, copy); });
  if (closes) {
    if (!request.notice_retry.waits(now)) return CloseCopies{};
    times.consider(request.notice_retry.not_before);
  }
  if (!request.audit.empty()) {
    if (!request.audit_retry.waits(now)) return DeliverAudit{};
    times.consider(request.audit_retry.not_before);
  }
  return times.wait();
}

}  // namespace elevator::workflow
