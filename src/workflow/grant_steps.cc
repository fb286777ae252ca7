#include <algorithm>

#include "base/overloaded.h"
#include "workflow/steps.h"
#include "workflow/transaction.h"

namespace elevator::workflow {
namespace {

using domain::Grant;
using domain::GrantEvent;

// Alerting people takes no longer; the chat adapter's own limit is shorter.
constexpr base::Milliseconds kAlertLimit = base::Seconds(30);

class GrantSteps {
 public:
  GrantSteps(Ports& ports, const Settings& settings, const Grant& grant,
             std::set<ports::RowRef>& touched)
      : ports_(ports), settings_(settings), grant_(grant), touched_(touched) {}

  base::Status operator()(const Wait&) { return {}; }

  base::Status operator()(const ApplyGrantEvent& step) { return record(step.event); }

  base::Status operator()(const LookAtAws& step) {
    const auto seen = ports_.identity_center.look(grant_.assignment, step.also_creations_in_flight);
    if (!seen) return record(call_failed(seen.error()));
    return record(domain::Looked{seen->present, seen->creation_in_flight});
  }

  base::Status operator()(const ArmTimer& step) {
    ports::TimerPayload payload{grant_.assignment, step.timer, newest_request()};
    const auto armed = ports_.timer.arm(payload);
    if (!armed) return record(domain::TimerFailed{armed.error()});
    return record(domain::TimerArmed{step.timer});
  }

  base::Status operator()(const DisarmTimer& step) {
    const auto disarmed = ports_.timer.disarm(grant_.assignment, step.timer);
    if (!disarmed) return record(domain::TimerFailed{disarmed.error()});
    return record(domain::TimerDisarmed{step.timer});
  }

  // The attempt is durable before the create is sent, and only whoever wrote it sends one.
  base::Status operator()(const CreateAccess&) {
    if (ports_.gate != nullptr) {
      const auto open = ports_.gate->open();
      if (!open) return record(domain::CallFailed{open.error()});
    }
    const base::TimePoint until = ports_.clock.now() + settings_.timing.attempt_limit;
    bool ours = false;
    TRY_VOID(transact(
        ports_, settings_,
        [&](Transaction& transaction) -> base::Status {
          ours = false;
          TRY(Grant * fresh, transaction.grant(grant_.assignment));
          const auto step =
              settings_.strategy.plan_grant(*fresh, transaction.now(), settings_.timing);
          if (!std::holds_alternative<CreateAccess>(step)) return {};
          ours = true;
          return transaction.apply(*fresh, domain::AttemptBegun{until});
        },
        &touched_));
    if (!ours) return {};
    return send_create(until);
  }

  base::Status operator()(const PollOperation&) {
    const auto& operation = *grant_.operation;
    const auto status =
        ports_.identity_center.poll(grant_.assignment, operation.kind, operation.id);
    if (status) return record(domain::OperationPolled{operation.id, *status});
    if (status.error().kind == base::Kind::kNotFound) {
      return record(domain::OperationUnknown{operation.id});
    }
    return record(domain::CallFailed{status.error()});
  }

  base::Status operator()(const DeleteAccess&) {
    const auto started = ports_.identity_center.remove(grant_.assignment);
    if (started) return record(domain::DeleteStarted{started->operation_id, started->status});
    if (started.error().kind == base::Kind::kNotFound) {
      return record(domain::DeleteFoundNothing{});
    }
    return record(call_failed(started.error()));
  }

  base::Status operator()(const CheckExistence&) {
    const auto answer = ports_.identity_center.existence(grant_.assignment);
    if (!answer) return record(domain::CallFailed{answer.error()});
    return record(domain::ExistenceChecked{*answer});
  }

  // Written down before it is sent, so that several workers tell it once. Whoever dies in between
  // leaves it to the next one.
  base::Status operator()(const TellOverdue&) {
    const base::TimePoint until = ports_.clock.now() + kAlertLimit;
    TRY(const bool ours, claim_alert(until));
    if (!ours || ports_.clock.now() >= until) return {};
    const auto late =
        std::chrono::duration_cast<base::Seconds>(ports_.clock.now() - grant_.phase_since);
    ports_.log.error("revocation_overdue", {{"grant", domain::to_key(grant_.assignment)},
                                            {"seconds", late.count()},
                                            {"last_error", grant_.retry.last_error}});
    const auto told = ports_.chat.announce(overdue_text(late));
    return record(domain::OverdueTold{told.has_value()});
  }

 private:
  static GrantEvent call_failed(const base::Error& error) {
    return domain::CallFailed{error, error.kind == base::Kind::kNotFound};
  }

  base::Status record(const GrantEvent& event) {
    return transact(
        ports_, settings_,
        [&](Transaction& transaction) -> base::Status {
          TRY(Grant * fresh, transaction.grant(grant_.assignment));
          // An answer of an older generation is about access that is not there any more.
          if (fresh->generation != grant_.generation &&
              !std::holds_alternative<domain::CreateStarted>(event)) {
            return {};
          }
          return transaction.apply(*fresh, event);
        },
        &touched_);
  }

  base::Result<bool> claim_alert(base::TimePoint until) {
    bool ours = false;
    TRY_VOID(transact(
        ports_, settings_,
        [&](Transaction& transaction) -> base::Status {
          TRY(Grant * fresh, transaction.grant(grant_.assignment));
          ours = fresh->generation == grant_.generation &&
                 fresh->overdue_told_at == grant_.overdue_told_at &&
                 fresh->phase == domain::Phase::kRevoking;
          return ours ? transaction.apply(*fresh, domain::OverdueClaimed{until}) : base::Status();
        },
        &touched_));
    return ours;
  }

  base::Status send_create(base::TimePoint until) {
    // Frozen between the commit and here (Lambda does that): read the clock once more.
    const base::TimePoint not_after = std::min(until, grant_.deadline);
    if (settings_.strategy.too_late(ports_.clock.now(), not_after)) {
      return record(domain::CreateFailed{
          until, base::Error{base::Kind::kTimeout, "too late to create this access",
                             base::Retry::kBackoff}});
    }
    const auto started = ports_.identity_center.create(grant_.assignment, not_after);
    if (!started) return record(domain::CreateFailed{until, started.error()});
    return record(
        domain::CreateStarted{grant_.generation, until, started->operation_id, started->status});
  }

  // Whose people and reason the timer carries, should the row be lost.
  std::optional<domain::Request> newest_request() const {
    for (auto lease = grant_.leases.rbegin(); lease != grant_.leases.rend(); ++lease) {
      const auto read = ports_.store.request(lease->request);
      if (read && *read) return (*read)->value;
    }
    return std::nullopt;
  }

  std::string overdue_text(base::Seconds late) const {
    return "Access that should have ended " + base::to_human_duration(late) +
           " ago is still there: " + whose_access() +
           ". AWS has not removed it yet; it is tried again until it is gone. Last error: " +
           (grant_.retry.last_error.empty() ? "none" : grant_.retry.last_error);
  }

  std::string whose_access() const {
    const auto request = newest_request();
    if (!request) return domain::to_key(grant_.assignment);
    const std::string person =
        request->requester_email ? request->requester_email->str() : request->requester.str();
    const std::string name = request->target_name.empty() ? "" : " (" + request->target_name + ")";
    return person + ", " + domain::to_string(request->target) + name;
  }

  Ports& ports_;
  const Settings& settings_;
  const Grant& grant_;
  std::set<ports::RowRef>& touched_;
};

}  // namespace

base::Status perform(Ports& ports, const Settings& settings, const domain::Grant& grant,
                     const GrantStep& step, std::set<ports::RowRef>& touched) {
  return std::visit(GrantSteps(ports, settings, grant, touched), step);
}

}  // namespace elevator::workflow
