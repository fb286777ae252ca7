#include "workflow/plan_grant.h"

#include <algorithm>

namespace elevator::workflow {
namespace {

using base::TimePoint;
using domain::ArmedTimer;
using domain::Grant;
using domain::Phase;

// The earlier of two times, either of which may be "never".
std::optional<TimePoint> earlier(std::optional<TimePoint> left, std::optional<TimePoint> right) {
  if (!left) return right;
  if (!right) return left;
  return std::min(*left, *right);
}

ArmedTimer wanted_timer(const Grant& grant) { return {grant.generation, grant.deadline}; }

bool is_armed(const Grant& grant) {
  return std::find(grant.timers.begin(), grant.timers.end(), wanted_timer(grant)) !=
         grant.timers.end();
}

std::optional<ArmedTimer> stale_timer(const Grant& grant) {
  const bool needs_one = grant.phase == Phase::kPreparing || grant.phase == Phase::kActive;
  for (const ArmedTimer& timer : grant.timers) {
    if (!needs_one || timer != wanted_timer(grant)) return timer;
  }
  return std::nullopt;
}

bool attempt_alive(const Grant& grant, TimePoint now) {
  return grant.attempt_until && *grant.attempt_until > now;
}

// A create of this generation never had an answer: AWS may still be working on it.
bool unanswered(const Grant& grant) {
  return grant.create_unknown || grant.attempt_until.has_value();
}

GrantStep poll_or_wait(const Grant& grant, TimePoint now, std::optional<TimePoint> tick) {
  if (grant.operation->poll_at <= now) return PollOperation{};
  return Wait{earlier(grant.operation->poll_at, tick)};
}

GrantStep arm_or_wait(const Grant& grant, TimePoint now, std::optional<TimePoint> tick) {
  if (grant.timer_retry.waits(now)) return Wait{earlier(grant.timer_retry.not_before, tick)};
  return ArmTimer{wanted_timer(grant)};
}

GrantStep disarm_or_wait(const Grant& grant, TimePoint now, std::optional<TimePoint> until) {
  const auto stale = stale_timer(grant);
  if (!stale) return Wait{until};
  if (grant.timer_retry.waits(now)) return Wait{earlier(grant.timer_retry.not_before, until)};
  return DisarmTimer{*stale};
}

GrantStep plan_preparing(const Grant& grant, TimePoint now, std::optional<TimePoint> tick) {
  if (grant.operation) return poll_or_wait(grant, now, tick);
  // Somebody else may be inside a create: nobody else sends one before its limit.
  if (attempt_alive(grant, now)) return Wait{earlier(grant.attempt_until, tick)};
  if (grant.retry.waits(now)) return Wait{earlier(grant.retry.not_before, tick)};
  if (!grant.looked && !grant.created) return LookAtAws{};
  // I1: the timer is armed before the assignment exists.
  if (!is_armed(grant)) return arm_or_wait(grant, now, tick);
  return CreateAccess{};
}

GrantStep plan_active(const Grant& grant, TimePoint now, std::optional<TimePoint> tick) {
  if (grant.operation && !grant.retry.waits(now) && grant.operation->poll_at <= now) {
    return PollOperation{};
  }
  const auto poll = grant.operation ? std::optional(grant.operation->poll_at) : std::nullopt;
  if (!is_armed(grant)) return arm_or_wait(grant, now, earlier(tick, poll));
  return disarm_or_wait(grant, now, earlier(tick, poll));
}

GrantStep plan_revoking(const Grant& grant, TimePoint now) {
  if (grant.operation) return poll_or_wait(grant, now, std::nullopt);
  if (grant.retry.waits(now)) return Wait{grant.retry.not_before};
  if (grant.vanishing) return CheckExistence{};
  if (grant.delete_needed) return DeleteAccess{};
  // I2: an absence seen while an attempt of ours may be alive proves nothing.
  if (attempt_alive(grant, now)) return Wait{grant.attempt_until};
  return LookAtAws{.also_creations_in_flight = unanswered(grant)};
}

GrantStep plan_watching(const Grant& grant, TimePoint now) {
  if (!grant.watch_until || *grant.watch_until <= now) {
    if (grant.retry.waits(now)) return disarm_or_wait(grant, now, grant.retry.not_before);
    return LookAtAws{.also_creations_in_flight = unanswered(grant)};
  }
  return disarm_or_wait(grant, now, grant.watch_until);
}

}  // namespace

GrantStep plan_grant(const Grant& grant, TimePoint now, const domain::Timing& timing) {
  const auto tick = domain::next_tick(grant, timing);
  if (tick && *tick <= now) return ApplyGrantEvent{domain::Tick{}};
  const auto alert = domain::next_alert(grant);
  switch (grant.phase) {
    case Phase::kPreparing:
      return plan_preparing(grant, now, tick);
    case Phase::kActive:
      return plan_active(grant, now, tick);
    case Phase::kRevoking: {
      GrantStep step = plan_revoking(grant, now);
      if (auto* wait = std::get_if<Wait>(&step)) {
        if (alert && *alert <= now) return TellOverdue{};
        wait->until = earlier(wait->until, alert);
      }
      return step;
    }
    case Phase::kWatching:
      return plan_watching(grant, now);
    case Phase::kEnded:
      return disarm_or_wait(grant, now, std::nullopt);
  }
  return Wait{};
}

}  // namespace elevator::workflow
