#include <type_traits>

#include "base/overloaded.h"
#include "sim/world.h"

namespace elevator::sim {
namespace {

// Two independent 64-bit mixers over the same input.
class Mixer {
 public:
  void number(std::uint64_t value) {
    high_ = (high_ ^ value) * 0x9E3779B97F4A7C15ULL;
    high_ ^= high_ >> 29;
    low_ = (low_ + value) * 0xC2B2AE3D27D4EB4FULL;
    low_ ^= low_ >> 31;
  }
  void add(const std::string& text) {
    number(text.size());
    std::uint64_t word = 0;
    size_t filled = 0;
    for (const char c : text) {
      word = (word << 8) | static_cast<unsigned char>(c);
      if (++filled % 8 == 0) number(word);
    }
    number(word);
  }
  template <typename Integer>
    requires std::is_integral_v<Integer> || std::is_enum_v<Integer>
  void add(Integer value) {
    number(static_cast<std::uint64_t>(value));
  }
  void add(TimePoint time) { number(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
  template <typename Rep, typename Period>
  void add(std::chrono::duration<Rep, Period> duration) {
    number(static_cast<std::uint64_t>(duration.count()));
  }
  template <typename Rule>
  void add(const base::Id<Rule>& id) {
    add(id.str());
  }
  void add(const domain::Email& email) { add(email.str()); }
  void add(const Assignment& assignment) { add(domain::to_key(assignment)); }
  void add(const Fingerprint& print) {
    number(print.high);
    number(print.low);
  }
  template <typename T>
  void add(const std::optional<T>& value) {
    number(value.has_value());
    if (value) add(*value);
  }
  // What was tried and when again; the error's text changes nothing.
  void add(const domain::Retry& retry) {
    add(retry.attempts);
    add(retry.not_before);
  }
  Fingerprint take() const { return {high_, low_}; }

 private:
  std::uint64_t high_ = 0x1234567;
  std::uint64_t low_ = 0x89ABCDEF;
};

void add_lease(Mixer& mixer, const domain::Lease& lease) {
  mixer.add(lease.request);
  mixer.add(lease.start);
  mixer.add(lease.end);
  mixer.add(lease.generation);
  mixer.add(lease.announced);
}

void add_click(Mixer& mixer, const domain::Click& click) {
  mixer.add(click.person);
  mixer.add(click.act);
  mixer.add(click.revision);
  mixer.add(click.state);
  mixer.add(click.email);
}

void add_message(Mixer& mixer, const domain::MessageState& message) {
  mixer.add(message.ref.has_value());
  mixer.add(message.posting_until);
  mixer.add(message.version);
  mixer.add(message.shown);
  mixer.add(message.retry);
}

}  // namespace

// A new field must be fingerprinted, or worlds that differ would be taken for equal.
static_assert(sizeof(domain::Grant) == 544, "fingerprint() must know every field of Grant");
static_assert(sizeof(domain::Request) == 1672, "fingerprint() must know every field of Request");
static_assert(sizeof(ports::NamedRow) == 176, "fingerprint() must know every field of NamedRow");

Fingerprint fingerprint(const domain::Grant& grant) {
  Mixer mixer;
  mixer.add(grant.assignment);
  mixer.add(grant.generation);
  mixer.add(grant.phase);
  mixer.add(grant.phase_since);
  mixer.add(grant.leases.size());
  for (const auto& lease : grant.leases) add_lease(mixer, lease);
  mixer.add(grant.deadline);
  mixer.add(grant.looked);
  mixer.add(grant.attempt_until);
  mixer.add(grant.create_unknown);
  mixer.add(grant.created);
  mixer.add(grant.operation.has_value());
  if (grant.operation) {
    mixer.add(grant.operation->kind);
    mixer.add(grant.operation->id);
    mixer.add(grant.operation->started_at);
    mixer.add(grant.operation->poll_at);
  }
  mixer.add(grant.delete_needed);
  mixer.add(grant.vanishing);
  mixer.add(grant.gone_since);
  mixer.add(grant.watch_until);
  mixer.add(grant.failure);
  mixer.add(grant.timers.size());
  for (const auto& timer : grant.timers) {
    mixer.add(timer.generation);
    mixer.add(timer.deadline);
  }
  mixer.add(grant.retry);
  mixer.add(grant.timer_retry);
  mixer.add(grant.overdue_told_at);
  return mixer.take();
}

Fingerprint fingerprint(const domain::Request& request) {
  Mixer mixer;
  mixer.add(request.id);
  mixer.add(request.origin);
  mixer.add(request.state);
  mixer.add(request.revision);
  mixer.add(request.duration);
  mixer.add(request.start);
  mixer.add(request.extends);
  mixer.add(request.expires_at);
  mixer.add(request.principal.has_value());
  if (request.principal) mixer.add(request.principal->id);
  mixer.add(request.assignment);
  mixer.add(request.decision.has_value());
  if (request.decision) mixer.add(request.decision->reason);
  mixer.add(request.clicks.size());
  for (const auto& click : request.clicks) add_click(mixer, click);
  mixer.add(request.decided_at);
  mixer.add(request.approved_at);
  mixer.add(request.lease_start);
  mixer.add(request.lease_end);
  mixer.add(request.goes_on_until);
  mixer.add(request.granted_at);
  mixer.add(request.ending.has_value());
  mixer.add(request.end_soon_told);
  mixer.add(request.next_reminder_at);
  mixer.add(request.reminders);
  add_message(mixer, request.message);
  mixer.add(request.copies.size());
  mixer.add(request.notices.size());
  mixer.add(request.last_notice);
  mixer.add(request.notice_retry);
  mixer.add(request.telling_until);
  mixer.add(request.audit.size());
  mixer.add(request.chain.sequence);
  mixer.add(request.chain.hash);
  mixer.add(request.audit_retry);
  mixer.add(request.work_retry);
  return mixer.take();
}

Fingerprint fingerprint(const ports::NamedRow& row) {
  Mixer mixer;
  mixer.add(row.name);
  mixer.add(row.body);
  mixer.add(row.chain.sequence);
  mixer.add(row.chain.hash);
  mixer.add(row.audit.size());
  mixer.add(row.audit_retry);
  return mixer.take();
}

Fingerprint fingerprint(const World& world) {
  Mixer mixer;
  for (const auto& [id, row] : world.requests) mixer.add(row->print);
  for (const auto& [assignment, row] : world.grants) mixer.add(row->print);
  for (const auto& [name, row] : world.named) mixer.add(row->print);
  for (const auto& assignment : world.present) mixer.add(assignment);
  mixer.add(world.present.size());
  for (const auto& assignment : world.foreign) mixer.add(assignment);
  mixer.add(world.foreign.size());
  for (const auto& operation : world.operations) {
    mixer.add(operation.id);
    mixer.add(operation.kind);
    mixer.add(operation.progress);
    mixer.add(operation.late);
    mixer.add(operation.lands_at);
  }
  for (const auto& create : world.in_flight) {
    mixer.add(create.assignment);
    mixer.add(create.lands_at);
  }
  for (const auto& message : world.messages) {
    mixer.add(message.request);
    mixer.add(message.shown);
  }
  for (const auto& [assignment, timer] : world.timers) {
    mixer.add(assignment);
    mixer.add(timer.first);
    mixer.add(timer.second);
  }
  for (const auto& [name, timer] : world.old_timers) mixer.add(name);
  for (const auto& timer : world.old_fired) mixer.add(timer->name);
  mixer.add(world.old_timers.size());
  mixer.add(world.fired.size());
  mixer.add(world.audit.size());
  if (world.approvals) {
    for (const auto& [request, person] : *world.approvals) {
      mixer.add(request);
      mixer.add(person);
    }
  }
  if (world.late_write) mixer.add(world.late_write->lands_at);
  mixer.add(world.principal_deleted);
  mixer.add(world.principal_hidden);
  mixer.add(world.broken.has_value());
  mixer.add(world.reported_at);
  mixer.add(world.now);
  mixer.add(world.rules);
  mixer.add(world.next_event);
  mixer.add(world.faults_left);
  mixer.add(world.last_fault);
  return mixer.take();
}

}  // namespace elevator::sim
