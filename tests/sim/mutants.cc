#include "sim/mutants.h"

#include <algorithm>

#include "sim/acts.h"

namespace elevator::sim {
namespace {

using domain::Grant;
using domain::GrantChange;
using domain::GrantEvent;
using domain::Phase;
using domain::Timing;
using workflow::GrantStep;

// Plans with the real planner, then lets the mutant change its mind.
void replan(Scenario& scenario,
            std::function<GrantStep(const Grant&, TimePoint, const GrantStep&)> change) {
  scenario.settings.strategy.plan_grant = [change](const Grant& grant, TimePoint now,
                                                   const Timing& timing) {
    return change(grant, now, workflow::plan_grant(grant, now, timing));
  };
}

// The mutant sees the event first: another event, or none for the real transition.
void mishear(Scenario& scenario,
             std::function<std::optional<GrantEvent>(const Grant&, const GrantEvent&)> change) {
  scenario.settings.strategy.apply_grant = [change](const Grant& grant, const GrantEvent& event,
                                                    TimePoint now, const Timing& timing) {
    const auto heard = change(grant, event);
    if (!heard) return domain::apply(grant, event, now, timing);
    // What the mutant believes is done leaves nothing to do.
    Grant sure = grant;
    sure.delete_needed = false;
    sure.operation.reset();
    return domain::apply(sure, *heard, now, timing);
  };
}

const domain::Looked kAbsent{};

void grant_before_timer(Scenario& scenario) {
  replan(scenario, [](const Grant& grant, TimePoint, const GrantStep& step) -> GrantStep {
    const bool arms = std::holds_alternative<workflow::ArmTimer>(step);
    return arms && grant.phase == Phase::kPreparing ? GrantStep(workflow::CreateAccess{}) : step;
  });
}

void give_up(Scenario& scenario) {
  mishear(scenario, [](const Grant& grant, const GrantEvent& event) -> std::optional<GrantEvent> {
    const auto* looked = std::get_if<domain::Looked>(&event);
    const bool given_up = looked != nullptr && !looked->present && grant.retry.attempts >= 2;
    return given_up ? std::optional(event) : std::nullopt;
  });
  replan(scenario, [](const Grant& grant, TimePoint, const GrantStep& step) -> GrantStep {
    const bool tired = grant.phase == Phase::kRevoking && grant.retry.attempts >= 2;
    return tired ? GrantStep(workflow::ApplyGrantEvent{kAbsent}) : step;
  });
}

void believe_ambiguous_delete(Scenario& scenario) {
  mishear(scenario, [](const Grant& grant, const GrantEvent& event) -> std::optional<GrantEvent> {
    const auto* failed = std::get_if<domain::CallFailed>(&event);
    const bool ambiguous = failed != nullptr && failed->error.may_have_happened();
    if (ambiguous && grant.phase == Phase::kRevoking) return kAbsent;
    return std::nullopt;
  });
}

void believe_accepted_delete(Scenario& scenario) {
  mishear(scenario, [](const Grant&, const GrantEvent& event) -> std::optional<GrantEvent> {
    if (std::holds_alternative<domain::DeleteStarted>(event)) return kAbsent;
    return std::nullopt;
  });
}

void forget_other_leases(Scenario& scenario) {
  scenario.settings.strategy.apply_grant = [](const Grant& grant, const GrantEvent& event,
                                              TimePoint now, const Timing& timing) {
    if (!std::holds_alternative<domain::LeaseEndsEarly>(event)) {
      return domain::apply(grant, event, now, timing);
    }
    Grant all_over = grant;
    for (auto& lease : all_over.leases) lease.end = std::min(lease.end, now);
    all_over.deadline = now;
    return domain::apply(all_over, domain::Tick{}, now, timing);
  };
}

void bridge_gaps(Scenario& scenario) {
  scenario.settings.strategy.apply_grant = [](const Grant& grant, const GrantEvent& event,
                                              TimePoint now, const Timing& timing) {
    const auto* ending = std::get_if<domain::LeaseEndsEarly>(&event);
    if (ending == nullptr) return domain::apply(grant, event, now, timing);
    GrantChange change{grant, {}};
    for (auto& lease : change.grant.leases) {
      if (lease.request == ending->request) lease.end = now;
    }
    for (const auto& lease : change.grant.leases) {
      change.grant.deadline = std::max(change.grant.deadline, lease.end);
      if (lease.end > now && lease.start > now) change.grant.leases.front().end = lease.start;
    }
    return change;
  };
}

void believe_gone(Scenario& scenario) {
  scenario.settings.strategy.apply_grant = [](const Grant& grant, const GrantEvent& event,
                                              TimePoint now, const Timing& timing) {
    Grant hasty = grant;
    if (std::holds_alternative<domain::ExistenceChecked>(event)) {
      hasty.gone_since = now - timing.gone_needs;
    }
    return domain::apply(hasty, event, now, timing);
  };
}

void ignore_attempts(Scenario& scenario) {
  scenario.settings.strategy.apply_grant = [](const Grant& grant, const GrantEvent& event,
                                              TimePoint now, const Timing& timing) {
    Grant careless = grant;
    if (grant.phase == Phase::kRevoking) careless.attempt_until.reset();
    return domain::apply(careless, event, now, timing);
  };
  replan(scenario, [](const Grant& grant, TimePoint now, const GrantStep& step) -> GrantStep {
    const bool waits = std::holds_alternative<workflow::Wait>(step);
    const bool careful = grant.phase == Phase::kRevoking && !grant.operation &&
                         !grant.delete_needed && !grant.retry.waits(now);
    return waits && careful ? GrantStep(workflow::LookAtAws{}) : step;
  });
}

void create_late(Scenario& scenario) {
  scenario.settings.strategy.too_late = [](TimePoint, TimePoint) { return false; };
  scenario.mistakes.create_ignores_its_limit = true;
}

// Short enough for its second half to come before anything else is missed.
void split_commits(Scenario& scenario) {
  scenario.mistakes.split_commits = true;
  scenario.events.front() = asks(0, {.duration = base::minutes(12)});
}

// One idea in two places: what a listing does not have is not there.
void believe_partial_list(Scenario& scenario) {
  scenario.mistakes.partial_listings = true;
  scenario.settings.strategy.is_taken_away = [](const auto&) { return true; };
}

}  // namespace

std::vector<Mutant> mutants() {
  const std::string simple = "grant and revoke";
  return {
      {"grant before timer", simple, 0, "I1", grant_before_timer},
      {"give up after two attempts", simple, 2, "I2", give_up},
      {"ambiguous delete taken as done", simple, 1, "I2", believe_ambiguous_delete},
      {"accepted delete taken as absent", simple, 0, "I2", believe_accepted_delete},
      {"revoke without looking at other leases", "overlapping leases, one ended early", 0, "I5",
       forget_other_leases},
      {"deadline across a gap", "extension whose base is ended early", 0, "L1", bridge_gaps},
      {"gone at first sight", "AWS does not find the user for a while", 0, "I2", believe_gone},
      {"end while an attempt may be alive", "ended while it is being set up", 1, "I2",
       ignore_attempts},
      {"create sent after the deadline", simple, 1, "I3", create_late},
      {"review checked against old rules", "rules change between request and review", 0, "I4",
       [](Scenario& scenario) { scenario.mistakes.old_rules = true; }},
      {"lease added in a second commit and replayed late", simple, 1, "I3", split_commits},
      {"sweep on a partial list", "sweep during grant", 1, "I2", believe_partial_list},
      {"replay of a click", "two reviewers in the same instant", 1, "I4",
       [](Scenario& scenario) { scenario.mistakes.clicks_are_not_known = true; }},
      {"transition without its entry", simple, 0, "I7",
       [](Scenario& scenario) { scenario.mistakes.forgets_entries = true; }},
  };
}

}  // namespace elevator::sim
