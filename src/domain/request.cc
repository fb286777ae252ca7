#include "domain/request.h"

#include <algorithm>
#include <set>

#include "base/overloaded.h"

namespace elevator::domain {
namespace {

using base::TimePoint;

constexpr TimePoint kNever{};
constexpr std::uint32_t kFailuresBeforeTold = 5;   // half a minute of back-off
constexpr std::uint32_t kFailuresBeforeShown = 7;  // a minute of it

bool is_counted_approval(const Click& click) {
  return click.act == Act::kApprove && click.state == Click::State::kCounted;
}

// Rules that became stricter while the request waited count; ones that became laxer do not.
std::uint32_t required_approvals(const Request& request, const Click& latest) {
  const std::uint32_t decided = request.decision ? request.decision->required_approvals : 1;
  return std::max(decided, latest.required_approvals);
}

// Why a click on a request in that state changes nothing.
std::string_view why_nothing_is_decided(RequestState state) {
  switch (state) {
    case RequestState::kExpired:
      return "the request had expired before this could count";
    case RequestState::kCancelled:
      return "the request was cancelled";
    case RequestState::kRefused:
      return "the request was refused";
    case RequestState::kDenied:
      return "the request was already denied";
    case RequestState::kEnding:
    case RequestState::kEnded:
      return "the access had already ended";
    case RequestState::kFailed:
      return "the access could not be given, and the request is closed";
    case RequestState::kReceived:
    case RequestState::kPending:
    case RequestState::kApproved:
    case RequestState::kScheduled:
    case RequestState::kGranting:
    case RequestState::kActive:
      break;
  }
  return "the request was already decided";
}

// At most that many bytes, and no character in part: a byte 10xxxxxx continues one (RFC 3629).
void cut_to_characters(std::string& text, size_t bytes) {
  if (text.size() <= bytes) return;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  text.resize(bytes);
}

}  // namespace

bool takes_act(RequestState state, Act act) {
  switch (state) {
    case RequestState::kReceived:
    case RequestState::kApproved:
    case RequestState::kScheduled:
      return act == Act::kCancel;
    case RequestState::kPending:
      return act != Act::kEnd;
    case RequestState::kGranting:
    case RequestState::kActive:
      return act == Act::kEnd;
    case RequestState::kEnding:
    case RequestState::kEnded:
    case RequestState::kFailed:
    case RequestState::kRefused:
    case RequestState::kDenied:
    case RequestState::kCancelled:
    case RequestState::kExpired:
      return false;
  }
  return false;
}

namespace {

class RequestTransition {
 public:
  RequestTransition(const Request& request, TimePoint now, const RequestTiming& timing)
      : change_{request, {}}, request_(change_.request), now_(now), timing_(timing) {}

  RequestChange take() && { return std::move(change_); }

  void on(const Assessed& assessed) {
    if (request_.state != RequestState::kReceived) return;
    request_.requester_name = assessed.requester_name;
    request_.requester_email = assessed.requester_email;
    request_.requester_time_zone = assessed.requester_time_zone;
    request_.requester_in_channel = assessed.requester_in_channel;
    request_.principal = assessed.principal;
    request_.assignment = assessed.assignment;
    request_.target_name = assessed.target_name;
    request_.session_duration = assessed.session_duration;
    request_.decision = assessed.decision;
    request_.work_retry = {};
    leave_wrong_channel();
    record(request_.extends ? Record::kExtend : Record::kRequest);
    switch (assessed.decision.outcome) {
      case Outcome::kRefuse:
        request_.detail = assessed.refusal;
        record(Record::kRefuse, {}, assessed.refusal);
        notify(NoticeKind::kRefused, request_.requester.str(), assessed.refusal);
        return enter(RequestState::kRefused);
      case Outcome::kGrant:
        notify(NoticeKind::kAutoApproved, "", assessed.decision.reason);
        return decide();
      case Outcome::kReview:
        notify(NoticeKind::kReviewWanted, "", "");
        if (timing_.first_reminder_after.count() > 0) {
          request_.next_reminder_at = now_ + timing_.first_reminder_after;
        }
        return enter(RequestState::kPending);
    }
  }

  void on(const ClickJudged& judgement) {
    if (judgement.index >= request_.clicks.size()) return;
    Click& click = request_.clicks[judgement.index];
    // Rejected clicks make room for others, so an index alone does not name a click.
    const Click& judged = judgement.judged;
    if (!is_same_click(click, judged) || click.state != Click::State::kUnverified) return;
    if (completes_approval(request_, judgement.index, judged) && !all_judged_again(judgement)) {
      return;
    }
    click = judged;
    request_.work_retry = {};
    if (!takes_act(request_.state, click.act)) {
      click.state = Click::State::kRejected;
      click.rejection = std::string(why_nothing_is_decided(request_.state));
    }
    touch();
    if (click.state == Click::State::kRejected) {
      record_refused(judgement.index);
      notify(NoticeKind::kReviewRejected, click.person.str(), click.rejection);
      return;
    }
    if (click.act == Act::kApprove) lapse(judgement.earlier);
    counted(judgement.index);
  }

  void on(const LeaseFixed& fixed) {
    const bool first = request_.state == RequestState::kApproved;
    if (!first && request_.state != RequestState::kScheduled) return;
    request_.lease_start = fixed.start;
    request_.lease_end = fixed.end;
    request_.work_retry = {};
    if (first) {
      request_.approved_at = now_;
      record(Record::kApprove, last_approval(), request_.decision->reason);
      if (!fixed.entered) notify(NoticeKind::kApproved, request_.requester.str(), "");
    }
    enter(fixed.entered ? RequestState::kGranting : RequestState::kScheduled);
  }

  void on(const ApprovalFailed& failed) {
    if (request_.state != RequestState::kApproved && request_.state != RequestState::kScheduled) {
      return;
    }
    fail(failed.why);
  }

  void on(const NewsArrived& arrived) {
    const LeaseNews& news = arrived.news;
    if (!has_live_lease(request_.state)) return;
    switch (news.kind) {
      case NewsKind::kGranted:
        if (request_.granted_at) return;
        request_.granted_at = now_;
        record(Record::kGrant, {}, "", news.operation_id);
        notify(NoticeKind::kGranted, request_.requester.str(), "");
        if (request_.state == RequestState::kGranting) enter(RequestState::kActive);
        return touch();
      case NewsKind::kSeenLate:
        // Of an early end the log tells already, and of the revocation it will.
        if (request_.granted_at || (request_.ending && request_.ending->person)) return;
        request_.granted_at = now_;
        record(Record::kGrant, {}, "", news.operation_id);
        return touch();
      case NewsKind::kLeaseEnded:
        if (!request_.ending) {
          request_.ending = Ending{"its time was over", std::nullopt, "", *request_.lease_end};
        }
        // An early end was recorded when somebody asked for it.
        if (!request_.ending->person) {
          record(Record::kEndLease, {}, "other requests keep this access");
        }
        request_.ending->access_stays = true;
        return end();
      case NewsKind::kRevoked:
        if (!request_.ending) {
          request_.ending = Ending{"its time was over", std::nullopt, "", *request_.lease_end};
          // Given up before its end: by us, and now.
          if (!news.detail.empty()) request_.ending = Ending{news.detail, std::nullopt, "", now_};
        }
        request_.ending->removed_at = now_;
        record(Record::kRevoke, {}, news.detail, news.operation_id);
        return end();
      case NewsKind::kGone:
        request_.ending = Ending{news.detail, std::nullopt, "", now_};
        record(Record::kGone, {}, news.detail);
        return end();
      case NewsKind::kFailed:
        return fail(news.detail);
      case NewsKind::kRescheduled:
        return wait_again(news);
    }
  }

  void on(const TimePassed&) {
    switch (request_.state) {
      case RequestState::kReceived:
      case RequestState::kPending:
        if (request_.expires_at != kNever && request_.expires_at <= now_) return expire();
        if (request_.state == RequestState::kPending) remind();
        return;
      case RequestState::kApproved:
        if (now_ - request_.decided_at.value_or(now_) >= timing_.approval_limit) {
          fail("the approval could not be carried out in time: " + request_.work_retry.last_error);
        }
        return;
      case RequestState::kScheduled:
        if (request_.lease_end && *request_.lease_end <= now_) {
          fail("the access could not begin before its end: " + request_.work_retry.last_error);
        }
        return;
      case RequestState::kGranting:
      case RequestState::kActive:
        return live_time_passed();
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

  void on(const WorkFailed& failed) {
    const std::string said = request_.work_retry.last_error;
    request_.work_retry = after_failure(request_.work_retry, failed.error, now_);
    // Before it is decided there is no message that would show what is going on.
    const bool is_silent = request_.state == RequestState::kReceived;
    if (is_silent && request_.work_retry.attempts == kFailuresBeforeTold) {
      notify(NoticeKind::kDelayed, request_.requester.str(), request_.work_retry.last_error);
    }
    if (waits_long(request_) && said != request_.work_retry.last_error) touch();
  }

 private:
  void touch() { request_.message.version += 1; }

  // It waited so long that its message was posted before the rules could say where.
  void leave_wrong_channel() {
    const auto& channel = request_.decision->channel;
    if (!request_.message.ref || !channel || request_.message.ref->channel == *channel) return;
    request_.copies.push_back({std::nullopt, *request_.message.ref});
    request_.message.ref.reset();
    request_.message.posting_until.reset();
    request_.message.shown = 0;
  }

  void enter(RequestState state) {
    request_.state = state;
    request_.next_reminder_at =
        state == RequestState::kPending ? request_.next_reminder_at : kNever;
    if (is_final(state)) request_.work_retry = {};
    touch();
  }

  void record(Record what, std::optional<size_t> click = {}, std::string detail = "",
              std::string operation_id = "") {
    change_.records.push_back({what, click, std::move(detail), std::move(operation_id)});
  }

  void notify(NoticeKind kind, std::string person, std::string text) {
    if (request_.origin == Origin::kFound) return;  // nobody asked; the sweep's report tells
    if (request_.notices.size() >= kMaxOutboxEntries / 2) return;  // chat has been down for long
    request_.last_notice += 1;
    request_.notices.push_back(
        Notice{request_.last_notice, kind, std::move(person), std::move(text), now_});
  }

  void decide() {
    request_.decided_at = now_;
    enter(RequestState::kApproved);
  }

  void end() {
    notify(NoticeKind::kEnded, request_.requester.str(), request_.ending->why);
    enter(RequestState::kEnded);
  }

  // The run that this lease was to prolong ended early: it begins by itself, at its own start.
  void wait_again(const LeaseNews& news) {
    if (request_.granted_at) record(Record::kEndLease, {}, news.detail);
    request_.granted_at.reset();
    enter(RequestState::kScheduled);
  }

  void fail(const std::string& why) {
    request_.detail = why;
    record(Record::kFail, {}, why);
    notify(NoticeKind::kFailed, request_.requester.str(), why);
    enter(RequestState::kFailed);
  }

  // Who tried what they must not belongs into the log, but clicks must not fill the outbox that a
  // revocation needs, nor begin a chain whose first entry says who asked.
  void record_refused(size_t index) {
    const bool is_told = request_.state != RequestState::kReceived;
    if (!is_told || request_.audit.size() >= kMaxOutboxEntries / 4) return;
    const Click& click = request_.clicks[index];
    record(Record::kReview, index, std::string(to_string(click.act)) + ": " + click.rejection);
  }

  // The log tells who asked before it tells how that ended, even if nothing was looked up yet.
  void record_asking() {
    if (request_.state != RequestState::kReceived) return;
    record(request_.extends ? Record::kExtend : Record::kRequest);
  }

  void expire() {
    // Nobody was asked: what stood in the way is all there is to say.
    if (request_.state == RequestState::kReceived) request_.detail = request_.work_retry.last_error;
    record_asking();
    record(Record::kExpire);
    notify(NoticeKind::kExpired, request_.requester.str(), "");
    enter(RequestState::kExpired);
  }

  void remind() {
    if (request_.next_reminder_at == kNever || request_.next_reminder_at > now_) return;
    notify(NoticeKind::kStillWaiting, "", "");
    request_.reminders += 1;
    constexpr base::Milliseconds kLongest = base::hours(24);
    base::Milliseconds wait = std::min(timing_.first_reminder_after, kLongest);
    for (std::uint32_t i = 0; i < request_.reminders && wait < kLongest; ++i) {
      if (timing_.reminder_factor <= 1) break;
      wait = std::min<base::Milliseconds>(wait * timing_.reminder_factor, kLongest);
    }
    request_.next_reminder_at = now_ + wait;
  }

  void live_time_passed() {
    if (!request_.lease_end) return;
    if (*request_.lease_end <= now_) {
      request_.ending = Ending{"its time was over", std::nullopt, "", *request_.lease_end};
      return enter(RequestState::kEnding);
    }
    const bool long_enough =
        *request_.lease_end - *request_.lease_start > 2 * timing_.ends_soon_before;
    const bool soon = *request_.lease_end - now_ <= timing_.ends_soon_before;
    if (request_.end_soon_told || !soon || request_.goes_on_until) return;
    request_.end_soon_told = true;
    if (long_enough) notify(NoticeKind::kEndsSoon, request_.requester.str(), "");
  }

  // Somebody else's approval may have been counted since the click was judged.
  bool all_judged_again(const ClickJudged& judgement) const {
    for (size_t i = 0; i < request_.clicks.size(); ++i) {
      const Click& click = request_.clicks[i];
      if (i == judgement.index || !is_counted_approval(click)) continue;
      const bool known =
          std::any_of(judgement.earlier.begin(), judgement.earlier.end(),
                      [&](const Click& again) { return is_same_click(again, click); });
      if (!known) return false;
    }
    return true;
  }

  void lapse(const std::vector<Click>& judged_again) {
    for (const Click& again : judged_again) {
      if (again.state == Click::State::kCounted) continue;
      for (size_t i = 0; i < request_.clicks.size(); ++i) {
        Click& click = request_.clicks[i];
        if (!is_counted_approval(click) || !is_same_click(click, again)) continue;
        click.state = Click::State::kLapsed;
        click.rejection = again.rejection;
        record(Record::kReview, i, again.rejection);
        notify(NoticeKind::kReviewLapsed, click.person.str(), again.rejection);
      }
    }
  }

  void counted(size_t index) {
    const Click& click = request_.clicks[index];
    switch (click.act) {
      case Act::kApprove:
        record(Record::kReview, index);
        if (counted_approvals(request_) >= required_approvals(request_, click)) return decide();
        return notify(NoticeKind::kReviewCounted, click.person.str(), "");
      case Act::kDeny:
        request_.detail = click.comment;
        record(Record::kDeny, index, click.comment);
        notify(NoticeKind::kDenied, click.person.str(), click.comment);
        return enter(RequestState::kDenied);
      case Act::kCancel:
        record_asking();
        record(Record::kCancel, index);
        notify(NoticeKind::kCancelled, click.person.str(), "");
        return enter(RequestState::kCancelled);
      case Act::kEnd:
        request_.ending = Ending{early_end(click.comment), click.person,
                                 click.email ? click.email->str() : std::string(), now_};
        record(Record::kEndLease, index, "ended early");
        return enter(RequestState::kEnding);
    }
  }

  static std::string early_end(const std::string& comment) {
    return comment.empty() ? std::string(kEndedEarly) : std::string(kEndedEarly) + ": " + comment;
  }

  std::optional<size_t> last_approval() const {
    for (size_t i = request_.clicks.size(); i-- > 0;) {
      const Click& click = request_.clicks[i];
      if (is_counted_approval(click)) return i;
    }
    return std::nullopt;
  }

  RequestChange change_;
  Request& request_;
  TimePoint now_;
  const RequestTiming& timing_;
};

}  // namespace

bool is_final(RequestState state) {
  switch (state) {
    case RequestState::kReceived:
    case RequestState::kPending:
    case RequestState::kApproved:
    case RequestState::kScheduled:
    case RequestState::kGranting:
    case RequestState::kActive:
    case RequestState::kEnding:
      return false;
    case RequestState::kEnded:
    case RequestState::kFailed:
    case RequestState::kRefused:
    case RequestState::kDenied:
    case RequestState::kCancelled:
    case RequestState::kExpired:
      return true;
  }
  return true;
}

bool has_live_lease(RequestState state) {
  return state == RequestState::kGranting || state == RequestState::kActive ||
         state == RequestState::kEnding;
}

void set_goes_on_until(Request& request, std::optional<TimePoint> until) {
  if (!has_live_lease(request.state) || request.goes_on_until == until) return;
  request.goes_on_until = until;
  request.message.version += 1;
}

bool waits_long(const Request& request) {
  return request.state == RequestState::kReceived &&
         request.work_retry.attempts >= kFailuresBeforeShown;
}

bool is_over(const Request& request, const Copy& copy) {
  const bool is_open =
      request.state == RequestState::kReceived || request.state == RequestState::kPending;
  return !copy.person || !is_open;
}

RequestChange apply(const Request& request, const RequestEvent& event, TimePoint now,
                    const RequestTiming& timing) {
  RequestTransition transition(request, now, timing);
  std::visit([&](const auto& one) { transition.on(one); }, event);
  return std::move(transition).take();
}

bool is_same_click(const Click& left, const Click& right) {
  return left.person == right.person && left.act == right.act && left.revision == right.revision &&
         left.at == right.at;
}

bool completes_approval(const Request& request, size_t index, const Click& judged) {
  if (!is_counted_approval(judged) || !takes_act(request.state, judged.act)) return false;
  if (index >= request.clicks.size()) return false;
  Request after = request;
  after.clicks[index] = judged;
  return counted_approvals(after) >= required_approvals(request, judged);
}

bool add_click(Request& request, Click click) {
  // A redelivery comes within minutes; a later click after a rejection is a new try.
  constexpr base::Milliseconds kRedelivery = base::minutes(5);
  constexpr size_t kLongestComment = 3000;  // 1,000 characters of most scripts: the form's limit
  const auto does_not_count = [](const Click& one) {
    return one.state == Click::State::kRejected || one.state == Click::State::kLapsed;
  };
  if (!takes_act(request.state, click.act)) return false;
  auto& clicks = request.clicks;
  const auto known = std::find_if(clicks.begin(), clicks.end(), [&](const Click& earlier) {
    return earlier.person == click.person && earlier.act == click.act &&
           earlier.revision == click.revision;
  });
  if (known != clicks.end()) {
    const bool again = does_not_count(*known) && click.at - known->at >= kRedelivery;
    if (!again) return false;
    clicks.erase(known);
  }
  // Clicks that do not count never keep out one that does.
  if (clicks.size() >= kMaxClicks) {
    const auto rejected = std::find_if(clicks.begin(), clicks.end(), does_not_count);
    if (rejected == clicks.end()) return false;
    clicks.erase(rejected);
  }
  cut_to_characters(click.comment, kLongestComment);
  click.state = Click::State::kUnverified;
  clicks.push_back(std::move(click));
  return true;
}

std::uint32_t counted_approvals(const Request& request) {
  std::set<SlackUserId> people;
  std::set<Email> addresses;  // two Slack accounts with one address are one person
  for (const Click& click : request.clicks) {
    if (!is_counted_approval(click) || !click.email) continue;
    if (addresses.insert(*click.email).second) people.insert(click.person);
  }
  return static_cast<std::uint32_t>(people.size());
}

std::optional<size_t> next_unverified_click(const Request& request) {
  std::vector<size_t> waiting;
  for (size_t i = 0; i < request.clicks.size(); ++i) {
    if (request.clicks[i].state == Click::State::kUnverified) waiting.push_back(i);
  }
  if (waiting.empty()) return std::nullopt;
  // One that cannot be judged now must not keep the others waiting.
  return waiting[request.work_retry.attempts % waiting.size()];
}

}  // namespace elevator::domain
