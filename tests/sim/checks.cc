// The promises of DESIGN section 4, each written against the world and not against the code that
// keeps them.
#include <algorithm>
#include <ranges>
#include <set>

#include "audit/verify.h"
#include "sim/people.h"
#include "sim/simulation.h"

namespace elevator::sim {
namespace {

using domain::Grant;
using domain::Phase;
using domain::Request;
using domain::RequestState;

// A worker may sleep for this long at most before another one does its work: one reconcile
// interval, the limit of an attempt, and what AWS takes.
constexpr base::Milliseconds kPromptly = base::Seconds(60 + 60 + 60);

std::string text_of(TimePoint time) { return base::to_rfc3339(time); }

// Until when this request entitles its requester to the access; nothing while it does not.
std::optional<TimePoint> entitled_until(const Request& request) {
  if (!request.lease_start || !request.lease_end) return std::nullopt;
  if (request.state == RequestState::kScheduled) return std::nullopt;
  TimePoint until = *request.lease_end;
  if (request.ending) until = std::min(until, request.ending->at);
  return until;
}

bool is_live(const Grant& grant) { return grant.phase != Phase::kEnded; }

// What an audit entry tells once only: the time of a lease is over when the absence is seen, and
// who ended it early was told then. Waiting for a start that was approved is no step of its own.
bool is_told_elsewhere(const Request& before, const Request& after) {
  const auto waits = [](const Request& request) {
    return request.state == RequestState::kScheduled || request.state == RequestState::kGranting;
  };
  if (waits(before) && waits(after)) return true;
  if (after.state == RequestState::kEnding) return !after.ending->person;
  return before.state == RequestState::kEnding && before.ending->person &&
         after.ending->access_stays;
}

// A click that was not judged, and now counts.
bool counts_now(const domain::Click& before, const domain::Click& after) {
  return before.state == domain::Click::State::kUnverified &&
         after.state == domain::Click::State::kCounted;
}

bool observed_end(const Grant& before, const Grant& after) {
  const bool was_revoking = before.phase == Phase::kRevoking;
  const bool is_over = after.phase == Phase::kWatching || after.generation != before.generation ||
                       after.phase == Phase::kEnded;
  return was_revoking && is_over;
}

}  // namespace

void Simulation::apply_create(const Assignment& assignment, bool ours) {
  const auto row = world_->grants.find(assignment);
  promise("I1", row != world_->grants.end() && is_live(row->second->value),
          [&] { return "access appears that no live grant names: " + domain::to_key(assignment); });
  const bool unknown = std::any_of(
      world_->old_timers.begin(), world_->old_timers.end(),
      [&](const auto& timer) { return !world_->grants.contains(timer.second->assignment); });
  promise("I1", !unknown, [] { return std::string("access is created before the old is known"); });
  const Grant& grant = row->second->value;
  const bool armed = std::any_of(world_->timers.begin(), world_->timers.end(),
                                 [&](const auto& timer) { return timer.first == assignment; });
  const bool over = grant.deadline <= world_->now || grant.phase == Phase::kRevoking ||
                    grant.phase == Phase::kWatching;
  promise("I1", armed || over, [&] { return std::string("access appears before its timer"); });
  if (world_->present.insert(assignment).second && !ours) world_->foreign.insert(assignment);
}

void Simulation::apply_delete(const Assignment& assignment) {
  promise("I6", !world_->foreign.contains(assignment),
          [&] { return std::string("access that is not ours is deleted"); });
  const auto row = world_->grants.find(assignment);
  promise("I1", row != world_->grants.end(),
          [&] { return std::string("access is deleted without a row"); });
  world_->present.erase(assignment);
}

// Access that is not ours becomes ours when a sweep that removes makes it a row, and no sooner than
// people were told, the grace period ago.
void Simulation::check_taken_over(const Request& request) {
  const auto& sweep = scenario_.sweep;
  const bool removes = sweep && sweep->mode == workflow::sweep::Mode::kRemove;
  promise("I6", removes, [] { return std::string("a row for access that nobody asked for"); });
  const bool warned = world_->reported_at && *world_->reported_at + sweep->grace <= world_->now;
  promise("I6", warned, [] { return std::string("access is to be removed without a warning"); });
  world_->foreign.erase(*request.assignment);
}

void Simulation::check_commit(const std::vector<ports::Write>& writes) {
  for (const auto& write : writes) {
    if (const auto* request = std::get_if<Request>(&write.row)) {
      const auto old = world_->requests.find(request->id);
      const bool is_new = old == world_->requests.end();
      if (is_new && request->origin == domain::Origin::kFound) check_taken_over(*request);
      check_request_write(is_new ? nullptr : &old->second->value, *request);
    } else if (const auto* grant = std::get_if<Grant>(&write.row)) {
      const auto old = world_->grants.find(grant->assignment);
      if (old != world_->grants.end()) {
        check_grant_write(old->second->value, *grant, writes);
      }
    }
  }
  for (const auto& write : writes) {
    const auto* grant = std::get_if<Grant>(&write.row);
    if (grant != nullptr) check_leases(*grant, writes);
  }
}

// I3 and I5: a lease in a grant is a request's lease, with the end that was approved.
void Simulation::check_leases(const Grant& grant, const std::vector<ports::Write>& writes) {
  promise("I5", grant.leases.size() <= domain::kMaxLiveLeases,
          [] { return std::string("too many leases"); });
  const auto stored = world_->grants.find(grant.assignment);
  for (const auto& lease : grant.leases) {
    const Request* request = request_after(lease.request, writes);
    const bool carries_its_origin = request != nullptr && request->origin != domain::Origin::kAsked;
    promise("I4", carries_its_origin || (request != nullptr && request->approved_at),
            [] { return std::string("a lease without an approved request"); });
    const bool is_known =
        stored != world_->grants.end() &&
        std::ranges::count(stored->second->value.leases, lease.request, &domain::Lease::request);
    promise("I3", is_known || carries_its_origin || world_->now < lease.end,
            [] { return std::string("a lease is added after its end"); });
    promise("I3", lease.end <= *request->lease_end, [&] {
      return "a lease ends at " + text_of(lease.end) + ", approved until " +
             text_of(*request->lease_end);
    });
    promise("I5", !is_final(request->state), [&] {
      return "the lease of a request that is " + std::string(to_string(request->state)) +
             " is in a grant";
    });
  }
}

// After every write: what is there and ours has a row that will end it. Of a lost row a timer
// knows; what was not taken over yet is not ours; of a user who is gone nothing is listed.
void Simulation::check_rows_of_access() {
  if (world_->principal_deleted) return;
  for (const auto& assignment : world_->present) {
    if (world_->foreign.contains(assignment)) continue;
    const auto is_old_of = [&](const auto& timer) { return timer->assignment == assignment; };
    if (std::ranges::any_of(world_->old_timers | std::views::values, is_old_of) ||
        std::ranges::any_of(world_->old_fired, is_old_of)) {
      continue;
    }
    const auto row = world_->grants.find(assignment);
    const auto is_of = [&](const auto& timer) { return timer.first == assignment; };
    const bool is_known = row != world_->grants.end()
                              ? is_live(row->second->value)
                              : std::ranges::any_of(world_->timers, is_of) ||
                                    std::ranges::any_of(world_->fired, is_of);
    promise("I1", is_known, [&] { return "no row will end " + domain::to_key(assignment); });
  }
}

const Request* Simulation::request_after(const domain::RequestId& id,
                                         const std::vector<ports::Write>& writes) const {
  for (const auto& write : writes) {
    const auto* request = std::get_if<Request>(&write.row);
    if (request != nullptr && request->id == id) return request;
  }
  const auto stored = world_->requests.find(id);
  return stored == world_->requests.end() ? nullptr : &stored->second->value;
}

void Simulation::check_sent_in_time(const Assignment& assignment) {
  const bool in_time =
      std::any_of(world_->requests.begin(), world_->requests.end(), [&](const auto& entry) {
        const Request& request = entry.second->value;
        return request.assignment == assignment && request.lease_end &&
               (*request.lease_start <= world_->now || world_->clock_jumped) &&
               world_->now < *request.lease_end;
      });
  promise("I3", in_time, [] { return std::string("a create is sent after the end"); });
}

void Simulation::check_grant_write(const Grant& before, const Grant& after,
                                   const std::vector<ports::Write>& writes) {
  promise("I5", after.generation >= before.generation,
          [] { return std::string("a generation runs backwards"); });
  if (observed_end(before, after)) {
    const bool gone = world_->principal_deleted;
    promise("I2", gone || !world_->present.contains(after.assignment),
            [] { return std::string("a grant ends while its access is there"); });
    const bool in_flight = std::any_of(
        world_->in_flight.begin(), world_->in_flight.end(), [&](const InFlightCreate& create) {
          return create.assignment == after.assignment && !create.before_jump;
        });
    const bool running = std::any_of(world_->operations.begin(), world_->operations.end(),
                                     [&](const AwsOperation& operation) {
                                       return operation.assignment == after.assignment &&
                                              operation.kind == domain::Operation::Kind::kCreate &&
                                              operation.progress == domain::Progress::kInProgress;
                                     });
    promise("I2", gone || (!in_flight && !running),
            [] { return std::string("a grant ends while a creation of it is in flight"); });
  }
  const bool starts_revoking = before.phase == Phase::kActive && after.phase == Phase::kRevoking;
  if (starts_revoking) {
    for (const auto& lease : before.leases) {
      const Request* request = request_after(lease.request, writes);
      const bool covers = request != nullptr && !request->ending &&
                          *request->lease_start <= world_->now && world_->now < *request->lease_end;
      promise("I5", !covers, [&] {
        return "access is taken while the lease of " + lease.request.str() + " runs";
      });
    }
  }
}

void Simulation::check_request_write(const Request* before, const Request& after) {
  if (before == nullptr) return;
  if (before->lease_end) {
    promise("I3", after.lease_end == before->lease_end && after.lease_start == before->lease_start,
            [] { return std::string("a lease that was fixed moves"); });
  }
  const bool taken_away =
      !before->ending && after.ending && after.ending->why.starts_with("somebody took");
  promise("I2", !taken_away || !world_->present.contains(*after.assignment),
          [] { return std::string("a lease ends as taken away while its access is there"); });
  const bool approved = !before->approved_at && after.approved_at;
  if (approved) {
    promise("I4", after.decision && after.decision->rules.has_value(),
            [] { return std::string("approved without a stored decision"); });
    promise("I3", *after.lease_end - *after.lease_start == after.duration,
            [] { return std::string("the lease is not as long as what was approved"); });
    if (after.decision->outcome == domain::Outcome::kReview) check_reviewers(after);
  }
  const bool more_entries = after.chain.sequence > before->chain.sequence;
  promise("I7", more_entries || before->state == after.state || is_told_elsewhere(*before, after),
          [&] {
            return "a request becomes " + std::string(to_string(after.state)) + " without an entry";
          });
  for (size_t i = 0; i < after.clicks.size() && i < before->clicks.size(); ++i) {
    const auto& click = after.clicks[i];
    if (!counts_now(before->clicks[i], click)) continue;
    promise("I7", more_entries, [] { return std::string("a click counts without an entry"); });
    if (click.act != domain::Act::kApprove) continue;
    // The rules in force now name this reviewer (scenarios change rules between steps only).
    const auto& document = rules_[world_->rules]->document();
    promise("I4", document.find(click.email->str()) != std::string::npos,
            [&] { return click.email->str() + " is not an approver any more, and counts"; });
  }
  promise("I8", after.chain.sequence >= before->chain.sequence,
          [] { return std::string("an audit chain runs backwards"); });
}

// Enough people, none of them the requester, and all of them did click.
void Simulation::check_reviewers(const Request& approved) {
  const auto stored = scenario_.start.requests.find(approved.id);  // clicked before the story began
  const auto clicked = [&](const domain::Click& click) {
    const auto is_known = [&](const auto& other) { return is_same_click(click, other); };
    return (world_->approvals && world_->approvals->contains({approved.id, click.person})) ||
           (stored != scenario_.start.requests.end() &&
            std::ranges::any_of(stored->second->value.clicks, is_known));
  };
  std::set<domain::Email> reviewers;
  for (const auto& click : approved.clicks) {
    if (click.act != domain::Act::kApprove || click.state != domain::Click::State::kCounted) {
      continue;
    }
    promise("I4", click.person != approved.requester,
            [] { return std::string("somebody approves their own request"); });
    if (clicked(click)) reviewers.insert(*click.email);
  }
  promise("I4", reviewers.size() >= approved.decision->required_approvals,
          [] { return std::string("approved with too few reviewers"); });
}

// What somebody may still have, past its end or past the time to set it up (L1, L2). When some
// target always fails, the same shows that it holds nobody else up (L4).
void Simulation::check_lease_ends(bool others_fail) {
  const auto in_time = [&](const char* id, bool holds, const std::function<std::string()>& what) {
    promise(id, holds, what);
    if (others_fail) promise("L4", holds, what);
  };
  for (const auto& assignment : world_->present) {
    if (world_->foreign.contains(assignment) || world_->principal_deleted ||
        world_->principal_hidden || is_broken(*world_, assignment)) {
      continue;
    }
    TimePoint entitled{};
    for (const auto& [id, row] : world_->requests) {
      if (row->value.assignment != assignment) continue;
      if (const auto until = entitled_until(row->value)) {
        const bool begun = *row->value.lease_start <= world_->now || world_->clock_jumped;
        if (begun) entitled = std::max(entitled, *until);
      }
    }
    // Of a lost row only the timer knows until when.
    const bool lost = !world_->grants.contains(assignment);
    for (const auto& [of, timer] : world_->timers) {
      if (lost && of == assignment) entitled = std::max(entitled, timer.second);
    }
    for (const auto& [of, timer] : world_->fired) {
      if (lost && of == assignment) entitled = std::max(entitled, timer.deadline);
    }
    // Of what was not taken over yet, only the old schedule.
    for (const auto& [name, timer] : world_->old_timers) {
      if (timer->assignment == assignment) entitled = std::max(entitled, timer->at);
    }
    for (const auto& timer : world_->old_fired) {
      if (timer->assignment == assignment) entitled = std::max(entitled, timer->at);
    }
    const TimePoint limit = std::max(entitled, world_->last_fault) + kPromptly;
    in_time("L1", world_->now <= limit, [&] {
      return "access that ended at " + text_of(entitled) + " is there at " + text_of(world_->now);
    });
  }
  for (const auto& [id, row] : world_->requests) {
    const Request& request = row->value;
    if (request.state != RequestState::kGranting && request.state != RequestState::kApproved) {
      continue;
    }
    if (request.assignment && is_broken(*world_, *request.assignment)) continue;
    const TimePoint since = std::max(request.lease_start.value_or(TimePoint{}),
                                     request.decided_at.value_or(TimePoint{}));
    const TimePoint limit = std::max(since, world_->last_fault) + base::minutes(15);
    in_time("L2", world_->now <= limit, [&] {
      return "request " + id.str() + " is " + std::string(to_string(request.state)) + " since " +
             text_of(since);
    });
  }
}

void Simulation::check_overdue_told() {
  for (const auto& [assignment, row] : world_->grants) {
    const Grant& grant = row->value;
    if (grant.phase != Phase::kRevoking) continue;
    // From the first overdue minute, one interval later at the latest.
    const TimePoint limit = std::max(grant.phase_since, world_->last_fault) + kPromptly;
    promise("L3", world_->now <= limit || grant.overdue_told_at >= grant.phase_since,
            [&] { return "nobody was told that " + domain::to_key(assignment) + " is overdue"; });
  }
}

void Simulation::check_liveness() {
  check_lease_ends(world_->broken || world_->broken_account);
  check_overdue_told();
}

void Simulation::check_at_rest() {
  for (const auto& assignment : world_->present) {
    const bool allowed = world_->foreign.contains(assignment) || world_->principal_deleted;
    promise("L1", allowed, [] { return std::string("access is there and nothing will end it"); });
  }
  for (const auto& [id, row] : world_->requests) {
    const Request& request = row->value;
    promise("L2", is_final(request.state), [&] {
      return "request " + id.str() + " rests " + std::string(to_string(request.state));
    });
    promise("I7", request.audit.empty(),
            [] { return std::string("audit entries were never delivered"); });
    if (request.origin == domain::Origin::kAsked) {
      promise("L2", request.message.shown == request.message.version && request.notices.empty(),
              [] { return std::string("people were not told the last state"); });
    }
  }
  for (const auto& [assignment, row] : world_->grants) {
    promise(
        "L1",
        row->value.phase == Phase::kEnded && row->value.leases.empty() && row->value.timers.empty(),
        [&] { return "a grant rests " + std::string(to_string(row->value.phase)); });
  }
  for (const auto& [name, row] : world_->named) {
    promise("I7", row->value.audit.empty(),
            [&] { return "audit entries of " + name + " were never delivered"; });
  }
  std::set<domain::RequestId> posted;
  for (const auto& message : world_->messages) {
    promise("I8", posted.insert(message.request).second,
            [] { return std::string("a request has two messages"); });
  }
  audit::Verifier verifier({.now = world_->now, .tolerance = base::hours(24)});
  for (const auto& [key, bytes] : world_->audit) verifier.add(key, *bytes);
  const auto report = verifier.finish();
  promise("I7", report.holds(),
          [&] { return report.problems.front().where + ": " + report.problems.front().what; });
  if (scenario_.at_rest) scenario_.at_rest(*this);
}

}  // namespace elevator::sim
