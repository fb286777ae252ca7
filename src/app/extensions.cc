// Submissions, continued: more time for access that lives.
#include <algorithm>

#include "app/cached_world.h"
#include "app/sentences.h"
#include "app/submissions.h"
#include "workflow/facts.h"

namespace elevator::app {
namespace {

using domain::Request;
using domain::RequestState;

constexpr std::uint32_t kMostAttempts = 20;  // for one lease

// "was denied: not this week"
std::string what_became_of(const Request& request) {
  switch (request.state) {
    case RequestState::kReceived:
    case RequestState::kPending:
      return "waits for an approval";
    case RequestState::kApproved:
    case RequestState::kScheduled:
    case RequestState::kGranting:
    case RequestState::kActive:
      return "was approved";
    case RequestState::kEnding:
    case RequestState::kEnded:
      return "was approved and ended";
    case RequestState::kExpired:
      return "was not answered in time";
    case RequestState::kFailed:
    case RequestState::kRefused:
    case RequestState::kDenied:
    case RequestState::kCancelled:
      break;
  }
  const std::string what = request.state == RequestState::kFailed
                               ? "failed"
                               : "was " + std::string(to_string(request.state));
  return request.detail.empty() ? what : what + ": " + request.detail;
}

std::string about_open(const Request& open) {
  const bool waits = open.state == RequestState::kReceived || open.state == RequestState::kPending;
  return "You have asked for more time already; that request " + what_became_of(open) +
         (waits ? ". Cancel it there to ask for something else." : ". Extend that one instead.");
}

policy::Subject subject_of_extension(const Request& original) {
  policy::Subject subject = workflow::subject_of(original);
  subject.is_extension = true;
  subject.duration.reset();
  subject.reason.reset();
  return subject;
}

bool same_extension(const Request& left, const Request& right) {
  return left.duration == right.duration && left.reason == right.reason;
}

}  // namespace

base::Result<Submissions::Extendable> Submissions::extendable(const domain::SlackUserId& person,
                                                              const domain::RequestId& id) {
  TRY(auto read, engine_.ports().store.request(id));
  Extendable out;
  if (!read || read->value.workspace != settings_.workspace) {
    out.why_not = "This request is not known here any more.";
    return out;
  }
  const Request& original = read->value;
  const bool live =
      original.state == RequestState::kActive || original.state == RequestState::kGranting;
  if (original.requester != person) {
    out.why_not = "Only the person who has the access can ask for more time.";
  } else if (!live || !original.lease_end || !original.requester_email) {
    out.why_not = "This access is over; ask for it anew.";
  } else {
    out.request = std::move(read->value);
  }
  return out;
}

base::Result<domain::RequestId> Submissions::extension_id(const Request& original,
                                                          std::uint32_t attempt) {
  const std::string lease = "extension|" + original.id.str() + "|" +
                            std::to_string(base::to_unix_milliseconds(*original.lease_end));
  return id_for(attempt == 0 ? lease : lease + "|" + std::to_string(attempt));
}

base::Result<Submissions::Attempts> Submissions::attempts_for(const Request& original) {
  Attempts attempts;
  for (; attempts.next < kMostAttempts; ++attempts.next) {
    TRY(const auto id, extension_id(original, attempts.next));
    TRY(auto known, engine_.ports().store.request(id));
    if (!known) return attempts;
    if (!domain::is_final(known->value.state)) {
      attempts.open = std::move(known->value);
      return attempts;
    }
    attempts.closed = std::move(known->value);
  }
  return attempts;
}

base::Result<std::string> Submissions::open_extension(const domain::SlackUserId& person,
                                                      const std::string& trigger_id,
                                                      const domain::RequestId& id) {
  TRY(auto found, extendable(person, id));
  if (!found.request) return std::move(found.why_not);
  const Request& original = *found.request;
  TRY(const Attempts attempts, attempts_for(original));
  if (attempts.open) return about_open(*attempts.open);
  if (attempts.next >= kMostAttempts) {
    return "You have asked for more time " + std::to_string(kMostAttempts) +
           " times already. When this access is over, ask for it anew.";
  }
  ports::ExtensionForm form{.attempt = attempts.next};
  if (attempts.closed) {
    form.notice = "Your last request for more time " + what_became_of(*attempts.closed) +
                  ". This makes a new one.";
  }
  const auto& limits = engine_.settings().limits;
  std::vector<base::Seconds> durations = policy::half_hour_steps(limits.max_duration);
  const auto rules = engine_.ports().rules.current();
  const auto catalogue = engine_.ports().organization.catalogue();
  const policy::Subject subject = subject_of_extension(original);
  const auto world = rules ? cached_world(**rules, subject, catalogue ? catalogue->get() : nullptr,
                                          memberships_, Age::kAny)
                           : std::nullopt;
  if (world) {
    const auto decision = policy::decide(**rules, subject, *world, limits);
    if (decision.outcome == policy::Outcome::kRefuse && !decision.lookups_failed) {
      return "More time cannot be asked for: " + policy::summary(decision);
    }
    if (!decision.durations.empty()) durations = decision.durations;
    form.who_approves = who_approves(decision);
    form.reason_hint = decision.reason_hint;
  }
  for (const base::Seconds one : durations) {
    form.durations.push_back(policy::to_clock_text(one));
    if (one == original.duration) form.duration = form.durations.back();
  }
  TRY_VOID(engine_.ports().chat.open_extension(trigger_id, original, form));
  return std::string();
}

domain::Request Submissions::extension_of(const Request& original, const domain::RequestId& id,
                                          const Extension& asked) const {
  Request request{.id = id, .requester = original.requester, .target = original.target};
  request.workspace = settings_.workspace;
  request.duration = asked.duration.value_or(original.duration);
  request.reason = is_blank(asked.reason) ? original.reason : asked.reason;
  request.start = original.lease_end;
  request.extends = original.id;
  request.created_at = engine_.ports().clock.now();
  request.expires_at = *original.lease_end;
  if (settings_.request_expiration.count() > 0) {
    request.expires_at =
        std::min(request.expires_at, request.created_at + settings_.request_expiration);
  }
  return request;
}

base::Result<Submitted> Submissions::extend(const domain::SlackUserId& person,
                                            const Extension& asked) {
  Submitted refused;
  TRY(auto found, extendable(person, asked.extended));
  refused.note = std::move(found.why_not);
  if (!found.request) return refused;
  const Request& original = *found.request;

  TRY(const auto id, extension_id(original, std::min(asked.attempt, kMostAttempts)));
  Request request = extension_of(original, id, asked);

  TRY(const auto known, engine_.ports().store.request(id));
  if (known && domain::is_final(known->value.state)) {
    refused.note = "This was asked for already, and that request " + what_became_of(known->value) +
                   ". To ask again, close this and press Extend once more.";
    return refused;
  }
  if (known && !same_extension(known->value, request)) {
    refused.note = about_open(known->value);
    return refused;
  }
  if (known) return write(std::move(request));  // delivered again

  // Of two forms for the same lease, whichever was opened first.
  TRY(const Attempts attempts, attempts_for(original));
  if (attempts.open || attempts.next != asked.attempt) {
    refused.note =
        attempts.open ? about_open(*attempts.open) : "Close this and press Extend once more.";
    return refused;
  }
  policy::Subject subject = subject_of_extension(original);
  subject.duration = request.duration;
  subject.reason = request.reason;
  for (const FieldError& error : check_rules(subject, Field::kPermissionSet)) {
    const bool beside = error.field == Field::kDuration || error.field == Field::kReason;
    // The form has no place for what concerns the target.
    if (beside) refused.errors.push_back(error);
    if (!beside) refused.note = "More time cannot be asked for: " + error.text;
  }
  if (!refused.errors.empty() || !refused.note.empty()) return refused;
  const auto limits = check_limits(person, original.target);
  if (!limits && limits.error().kind != base::Kind::kInvalid) return limits.error();
  if (!limits) {
    refused.note = limits.error().message;
    return refused;
  }
  return write(std::move(request));
}

}  // namespace elevator::app
