#include "domain/grant.h"

#include <algorithm>

#include "base/check.h"
#include "base/overloaded.h"

namespace elevator::domain {
namespace {

using base::TimePoint;

// Polls come every second at first, and less often the longer an operation takes. Where nobody
// waits for its end, most operations have come to theirs before the first one.
TimePoint next_poll(const Operation& operation, TimePoint now, bool somebody_waits) {
  const base::Milliseconds age = now - operation.started_at;
  const base::Milliseconds wait = somebody_waits
                                      ? std::max<base::Milliseconds>(age / 4, base::Seconds(1))
                                      : std::max<base::Milliseconds>(age, base::Seconds(5));
  return now + std::min<base::Milliseconds>(wait, base::Seconds(30));
}

// Between two alerts about the same overdue access, and after one that could not be delivered.
constexpr base::Milliseconds kBetweenAlerts = base::hours(1);
constexpr base::Milliseconds kAlertAgain = base::minutes(1);

// Under watch, this many answers in a row that the account or set does not exist end the watch.
constexpr std::uint32_t kLooksAtWhatIsGone = 3;

class GrantTransition {
 public:
  GrantTransition(const Grant& grant, TimePoint now, const Timing& timing)
      : change_{grant, {}}, grant_(change_.grant), now_(now), timing_(timing) {}

  GrantChange take() && { return std::move(change_); }

  void on(const Tick&) {
    switch (grant_.phase) {
      case Phase::kPreparing:
        close_ended_leases();
        if (grant_.deadline <= now_) {
          stop_preparing("AWS did not set the access up before its end");
        } else if (now_ - grant_.phase_since >= timing_.give_up_creating_after) {
          stop_preparing(grant_.retry.last_error.empty() ? "AWS did not set the access up in time"
                                                         : grant_.retry.last_error);
        }
        return;
      case Phase::kActive:
        close_ended_leases();
        if (grant_.deadline <= now_) start_revoking();
        return;
      case Phase::kRevoking:
      case Phase::kWatching:
      case Phase::kEnded:
        return;
    }
  }

  void on(const LeaseEnters& entering) {
    // The same commit twice, or a replay: the lease is there already.
    if (find(entering.request) != grant_.leases.end()) return;
    Lease lease{entering.request, entering.start, entering.end, grant_.generation, false};
    switch (grant_.phase) {
      case Phase::kPreparing:
        grant_.leases.push_back(lease);
        refresh_deadline();
        return;
      case Phase::kActive:
        lease.announced = true;
        grant_.leases.push_back(lease);
        refresh_deadline();
        tell(lease, NewsKind::kGranted, "", grant_.create_operation_id);
        return;
      case Phase::kRevoking:
        lease.generation = grant_.generation + 1;
        grant_.leases.push_back(lease);
        return;
      case Phase::kWatching:
      case Phase::kEnded:
        lease.generation = grant_.generation + 1;
        grant_.leases.push_back(lease);
        start_next_generation();
        return;
    }
  }

  void on(const LeaseEndsEarly& ending) {
    const auto lease = find(ending.request);
    if (lease == grant_.leases.end() || lease->end <= now_) return;
    if (lease->generation != grant_.generation) {  // it waits for the next generation: never began
      tell(*lease, NewsKind::kRevoked, "", "");
      grant_.leases.erase(lease);
      return;
    }
    lease->end = now_;
    lease->start = std::min(lease->start, now_);
    refresh_deadline();
    if (grant_.phase == Phase::kPreparing && grant_.deadline <= now_) {
      stop_preparing("");
    } else {
      on(Tick{});
    }
  }

  void on(const Looked& looked) {
    switch (grant_.phase) {
      case Phase::kPreparing:
        return looked_before_create(looked);
      case Phase::kRevoking:
        return looked_while_revoking(looked);
      case Phase::kWatching:
        called_well();
        // A look that began before the end says nothing about the time of the watch.
        if (!looked.present && grant_.watch_until && *grant_.watch_until > now_) return;
        if (looked.present) {
          // An attempt of ours outlived its limit: it is taken back before anything else.
          revoke_again();
        } else if (looked.creation_in_flight) {
          grant_.watch_until = now_ + base::Seconds(30);
        } else {
          grant_.watch_until.reset();
          enter(Phase::kEnded);
        }
        return;
      case Phase::kActive:
      case Phase::kEnded:
        return;
    }
  }

  void on(const TimerArmed& armed) {
    grant_.timer_retry = {};
    if (std::find(grant_.timers.begin(), grant_.timers.end(), armed.timer) == grant_.timers.end()) {
      grant_.timers.push_back(armed.timer);
    }
  }

  void on(const TimerDisarmed& disarmed) {
    grant_.timer_retry = {};
    std::erase(grant_.timers, disarmed.timer);
  }

  void on(const TimerFailed& failed) {
    grant_.timer_retry = after_failure(grant_.timer_retry, failed.error, now_);
  }

  void on(const AttemptBegun& attempt) {
    if (grant_.phase != Phase::kPreparing) return;
    // The attempt before had no answer: what became of it is not known.
    if (grant_.attempt_until) grant_.create_unknown = true;
    grant_.attempt_until = attempt.until;
    grant_.created = true;
  }

  void on(const CreateStarted& started) {
    if (is_attempt(started.attempt_until)) grant_.attempt_until.reset();
    const bool current = started.generation == grant_.generation;
    switch (grant_.phase) {
      case Phase::kPreparing:
      case Phase::kActive:
        // A create of an older generation that lands now: the look before ours finds it, or it is
        // the same access that ours gives.
        if (current) create_started(started);
        return;
      case Phase::kRevoking:
        grant_.delete_needed = true;
        grant_.created = true;
        grant_.create_unknown = true;
        if (!grant_.operation) create_started(started);
        return;
      case Phase::kWatching:
      case Phase::kEnded:
        return revoke_again();  // an answer that outlived its attempt
    }
  }

  void on(const CreateFailed& failed) {
    if (!is_attempt(failed.attempt_until)) return;
    if (failed.error.may_have_happened()) {
      grant_.create_unknown = true;  // the attempt stays alive until its own limit
      call_failed(failed.error);
      return;
    }
    grant_.attempt_until.reset();
    call_failed(failed.error);
    if (grant_.phase == Phase::kPreparing && failed.error.retry == base::Retry::kNever) {
      stop_preparing(failed.error.message);
    }
  }

  void on(const DeleteStarted& started) {
    if (grant_.phase != Phase::kRevoking) return;
    grant_.delete_operation_id = started.operation_id;
    start_operation(Operation::Kind::kDelete, started.operation_id);
    operation_answered(started.status);
  }

  void on(const DeleteFoundNothing&) {
    if (grant_.phase == Phase::kRevoking) grant_.delete_needed = false;
  }

  void on(const OperationPolled& polled) {
    if (!is_operation(polled.operation_id)) return;
    operation_answered(polled.status);
  }

  void on(const OperationUnknown& unknown) {
    if (!is_operation(unknown.operation_id)) return;
    const bool was_create = grant_.operation->kind == Operation::Kind::kCreate;
    grant_.operation.reset();
    if (was_create) grant_.create_unknown = true;
    if (grant_.phase == Phase::kRevoking) grant_.delete_needed = was_create;
  }

  void on(const CallFailed& failed) {
    call_failed(failed.error);
    if (grant_.phase == Phase::kRevoking && failed.not_found) grant_.vanishing = true;
    // Its end was observed before; what does not exist any more holds no access either.
    const bool certain = failed.not_found && grant_.retry.attempts >= kLooksAtWhatIsGone;
    if (grant_.phase == Phase::kWatching && certain) enter(Phase::kEnded);
    // Never lose a poll time: an operation whose poll failed is polled when the back-off is over.
    if (grant_.operation) grant_.operation->poll_at = grant_.retry.not_before;
  }

  void on(const ExistenceChecked& checked) {
    grant_.vanishing = false;
    if (grant_.phase != Phase::kRevoking) return;
    if (checked.answer != ExistenceChecked::Answer::kMissing) {
      grant_.gone_since.reset();
      return;
    }
    if (!grant_.gone_since) grant_.gone_since = now_;
    const bool creation_may_live = grant_.attempt_until && *grant_.attempt_until > now_;
    if (now_ - *grant_.gone_since >= timing_.gone_needs && !creation_may_live) {
      finish_generation(NewsKind::kGone, "the user or the target does not exist any more");
    }
  }

  void on(const OverdueClaimed& claimed) { alert_at(claimed.until); }

  void on(const OverdueTold& told) {
    alert_at(now_ + (told.delivered ? kBetweenAlerts : kAlertAgain));
  }

 private:
  std::vector<Lease>::iterator find(const RequestId& request) {
    return std::find_if(grant_.leases.begin(), grant_.leases.end(),
                        [&](const Lease& lease) { return lease.request == request; });
  }

  void tell(const Lease& lease, NewsKind kind, std::string detail, std::string operation_id) {
    change_.news.push_back({lease.request, kind, std::move(detail), std::move(operation_id)});
  }

  void enter(Phase phase) {
    grant_.phase = phase;
    grant_.phase_since = now_;
  }

  void alert_at(TimePoint next) { grant_.overdue_told_at = next - kBetweenAlerts; }

  void called_well() { grant_.retry = {}; }
  // While revoking, only the observed absence resets the back-off: a delete that AWS accepts and
  // then fails, again and again, must not be repeated every few seconds.
  void progressed() {
    if (grant_.phase != Phase::kRevoking) called_well();
  }
  void call_failed(const base::Error& error) {
    grant_.retry = after_failure(grant_.retry, error, now_);
  }

  bool is_attempt(TimePoint until) const {
    return grant_.attempt_until && *grant_.attempt_until == until;
  }
  bool is_operation(const std::string& id) const {
    return grant_.operation && grant_.operation->id == id;
  }

  void create_started(const CreateStarted& started) {
    grant_.create_operation_id = started.operation_id;
    start_operation(Operation::Kind::kCreate, started.operation_id);
    operation_answered(started.status);
  }

  // The clock; but once access was created its run has begun, even if the clock is set back behind
  // that: it must not end what was given in time.
  TimePoint time_in_run() const {
    if (!grant_.created) return now_;
    std::optional<TimePoint> began;
    for (const Lease& lease : grant_.leases) {
      if (lease.generation != grant_.generation) continue;
      began = std::min(began.value_or(lease.start), lease.start);
    }
    return std::max(now_, began.value_or(now_));
  }

  void refresh_deadline() {
    std::vector<Lease> current;
    for (const Lease& lease : grant_.leases) {
      if (lease.generation == grant_.generation) current.push_back(lease);
    }
    grant_.deadline = end_of_run(current, time_in_run());
  }

  // Leases that are over while the run goes on leave the grant; the others wait for the end.
  void close_ended_leases() {
    refresh_deadline();
    if (grant_.deadline <= now_) return;
    std::erase_if(grant_.leases, [&](const Lease& lease) {
      if (lease.generation != grant_.generation || lease.end > now_) return false;
      tell(lease, NewsKind::kLeaseEnded, "", "");
      return true;
    });
  }

  // Leases that begin after the run has ended wait in their requests again, and enter at their
  // start: a gap is never bridged (I3).
  void reschedule_later_leases() {
    const TimePoint now = time_in_run();
    std::erase_if(grant_.leases, [&](const Lease& lease) {
      if (lease.generation != grant_.generation || lease.start <= now || lease.end <= now_) {
        return false;
      }
      tell(lease, NewsKind::kRescheduled,
           "the access before it ended early; it begins again at its own start", "");
      return true;
    });
  }

  void start_revoking() {
    reschedule_later_leases();
    enter(Phase::kRevoking);
    grant_.deadline = std::min(grant_.deadline, now_);
    grant_.delete_needed = true;
    grant_.vanishing = false;
    grant_.gone_since.reset();
    grant_.retry = {};
    grant_.overdue_told_at = {};
  }

  void stop_preparing(std::string why) {
    grant_.failure = std::move(why);
    if (grant_.created || grant_.operation) return start_revoking();
    reschedule_later_leases();
    finish_generation(grant_.failure.empty() ? NewsKind::kRevoked : NewsKind::kFailed,
                      grant_.failure);
  }

  // Access of an ended generation turned up: it is taken back; leases that wait go on waiting.
  void revoke_again() {
    for (Lease& lease : grant_.leases) lease.generation = grant_.generation + 1;
    grant_.created = true;
    start_revoking();
  }

  void start_operation(Operation::Kind kind, const std::string& id) {
    grant_.operation = Operation{kind, id, now_, now_ + base::Seconds(1)};
    progressed();
  }

  void operation_answered(const OperationStatus& status) {
    CHECK_THAT(grant_.operation.has_value(), "only a stored operation is answered");
    const bool create = grant_.operation->kind == Operation::Kind::kCreate;
    switch (status.progress) {
      case Progress::kInProgress:
        // Of access that was not given here nobody waits for the end.
        grant_.operation->poll_at = next_poll(*grant_.operation, now_, grant_.created);
        progressed();
        return;
      case Progress::kSucceeded:
        grant_.operation.reset();
        progressed();
        if (create) return create_succeeded();
        grant_.delete_needed = false;
        return;
      case Progress::kFailed:
        grant_.operation.reset();
        call_failed(base::unavailable(status.failure));
        if (create) return create_failed(status);
        grant_.delete_needed = false;  // the next look tells whether it is still there
        return;
    }
  }

  void create_succeeded() {
    if (grant_.phase == Phase::kRevoking) return seen_late();  // delete_needed stays set
    if (grant_.phase != Phase::kPreparing) return;
    enter(Phase::kActive);
    grant_.watch_until.reset();
    grant_.failure.clear();
    for (Lease& lease : grant_.leases) {
      if (lease.announced || lease.generation != grant_.generation) continue;
      lease.announced = true;
      tell(lease, NewsKind::kGranted, "", grant_.create_operation_id);
    }
    on(Tick{});  // the deadline may have passed while AWS was working
  }

  // AWS's answer came after we had given the creation up: the log must not say that there was no
  // access.
  void seen_late() {
    for (Lease& lease : grant_.leases) {
      if (lease.announced || lease.generation != grant_.generation) continue;
      lease.announced = true;
      tell(lease, NewsKind::kSeenLate, "", grant_.create_operation_id);
    }
  }

  void create_failed(const OperationStatus& status) {
    if (grant_.phase == Phase::kPreparing && !status.retryable) stop_preparing(status.failure);
  }

  void looked_before_create(const Looked& looked) {
    if (grant_.created) return;
    called_well();
    if (!looked.present) {
      grant_.looked = true;
      return;
    }
    if (grant_.watch_until && *grant_.watch_until > now_) return revoke_again();
    grant_.failure = kAlreadyThere;
    finish_generation(NewsKind::kFailed, grant_.failure);
  }

  void looked_while_revoking(const Looked& looked) {
    if (looked.present) {
      seen_late();
      grant_.vanishing = grant_.retry.attempts > 0 && !grant_.delete_needed;
      grant_.delete_needed = true;
      call_failed(base::unavailable("the access is still there after it was deleted"));
      return;
    }
    // A look from before the revocation proves nothing: the delete comes first.
    if (grant_.delete_needed || grant_.operation) return;
    if (looked.creation_in_flight) {
      call_failed(base::unavailable("AWS is still working on a creation of this access"));
      grant_.delete_needed = true;
      return;
    }
    // I2: not while an attempt of ours could still be alive; the planner looks again then.
    if (grant_.attempt_until && *grant_.attempt_until > now_) return;
    finish_generation(NewsKind::kRevoked, grant_.failure);
  }

  NewsKind kind_for(const Lease& lease, NewsKind kind) const {
    if (kind == NewsKind::kRevoked && !lease.announced && !grant_.failure.empty()) {
      return NewsKind::kFailed;
    }
    return kind;
  }

  // A creation without a known result may have given access until the deletion.
  std::string doubt() const {
    const bool unknown = grant_.create_unknown || grant_.attempt_until || grant_.operation;
    if (!grant_.created || !unknown) return "";
    return "; AWS never said whether the access was there for a moment before it was taken back";
  }

  void finish_generation(NewsKind kind, const std::string& detail) {
    // What is gone gives no access to anybody, however late a create of ours arrives. Of access
    // that the sweep found there never was one: whatever comes after is the next sweep's.
    const bool watched = grant_.watch_until && *grant_.watch_until > now_;
    const bool watch = kind != NewsKind::kGone && (grant_.created || watched);
    std::erase_if(grant_.leases, [&](const Lease& lease) {
      if (lease.generation != grant_.generation) return false;
      const NewsKind told = kind_for(lease, kind);
      tell(lease, told, told == NewsKind::kFailed ? detail + doubt() : detail,
           grant_.delete_operation_id);
      return true;
    });
    called_well();
    grant_.operation.reset();
    // The watch asks AWS for running creations when an attempt never had an answer.
    if (grant_.attempt_until) grant_.create_unknown = true;
    grant_.attempt_until.reset();
    grant_.delete_needed = false;
    grant_.vanishing = false;
    grant_.gone_since.reset();
    if (watch) grant_.watch_until = now_ + timing_.attempt_limit;
    enter(watch ? Phase::kWatching : Phase::kEnded);
    if (!grant_.leases.empty()) start_next_generation();
  }

  void start_next_generation() {
    grant_.generation += 1;
    for (Lease& lease : grant_.leases) lease.generation = grant_.generation;
    enter(Phase::kPreparing);
    grant_.looked = false;
    grant_.created = false;
    grant_.create_unknown = false;
    grant_.attempt_until.reset();
    grant_.operation.reset();
    grant_.create_operation_id.clear();
    grant_.delete_operation_id.clear();
    grant_.failure.clear();
    grant_.retry = {};
    refresh_deadline();
  }

  GrantChange change_;
  Grant& grant_;
  TimePoint now_;
  const Timing& timing_;
};

}  // namespace

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::kPreparing:
      return "preparing";
    case Phase::kActive:
      return "active";
    case Phase::kRevoking:
      return "revoking";
    case Phase::kWatching:
      return "watching";
    case Phase::kEnded:
      return "ended";
  }
  return "ended";
}

Grant new_grant(const Assignment& assignment) {
  Grant grant{.assignment = assignment};
  grant.generation = 0;
  grant.phase = Phase::kEnded;
  return grant;
}

Grant adopted_grant(const Assignment& assignment, const RequestId& request, TimePoint start,
                    TimePoint end, TimePoint now) {
  Grant grant{.assignment = assignment};
  grant.phase = Phase::kActive;
  grant.phase_since = now;
  grant.leases.push_back(Lease{request, start, end, grant.generation, true});
  grant.deadline = std::max(end, now);
  grant.looked = true;
  grant.created = true;
  return grant;
}

GrantChange apply(const Grant& grant, const GrantEvent& event, TimePoint now,
                  const Timing& timing) {
  GrantTransition transition(grant, now, timing);
  std::visit([&](const auto& one) { transition.on(one); }, event);
  return std::move(transition).take();
}

bool has_room(const Grant& grant) { return grant.leases.size() < kMaxLiveLeases; }

bool may_enter(const Grant& grant, TimePoint start, TimePoint now) {
  if (start <= now) return true;
  const bool running = grant.phase == Phase::kPreparing || grant.phase == Phase::kActive;
  return running && start <= grant.deadline && grant.deadline > now;
}

std::optional<TimePoint> next_tick(const Grant& grant, const Timing& timing) {
  if (grant.phase != Phase::kPreparing && grant.phase != Phase::kActive) return std::nullopt;
  TimePoint next = grant.deadline;
  for (const Lease& lease : grant.leases) {
    if (lease.generation == grant.generation) next = std::min(next, lease.end);
  }
  if (grant.phase == Phase::kPreparing) {
    next = std::min(next, grant.phase_since + timing.give_up_creating_after);
  }
  return next;
}

std::optional<TimePoint> next_alert(const Grant& grant) {
  if (grant.phase != Phase::kRevoking) return std::nullopt;
  const TimePoint first = grant.phase_since + base::minutes(1);
  if (grant.overdue_told_at == TimePoint{}) return first;
  return std::max(first, grant.overdue_told_at + kBetweenAlerts);
}

bool is_overdue(const Grant& grant, TimePoint now) {
  switch (grant.phase) {
    case Phase::kPreparing:
      return grant.created && grant.deadline <= now;
    case Phase::kActive:
      return grant.deadline <= now;
    case Phase::kRevoking:
      return true;
    case Phase::kWatching:
    case Phase::kEnded:
      return false;
  }
  return false;
}

}  // namespace elevator::domain
