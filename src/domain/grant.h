// Grant: the durable row per (principal, target). A grant is a row with a deadline; everything
// else is a loop that makes AWS agree with it.
//
// `apply` is the total transition function: every event is defined in every phase, and an event
// that no longer fits (another generation, another attempt) changes nothing. No I/O, no clock.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/assignment.h"
#include "domain/lease.h"
#include "domain/outbox.h"

namespace elevator::domain {

enum class Phase {
  kPreparing,  // leases wait for access: look, arm the timer, create
  kActive,     // access was confirmed
  kRevoking,   // access must be absent, and the absence observed
  kWatching,   // ended; listed once more when no frozen attempt of ours can be alive any longer
  kEnded,      // nothing left but timers to disarm
};

std::string_view to_string(Phase phase);

// What AWS says of an asynchronous operation.
enum class Progress { kInProgress, kSucceeded, kFailed };

struct OperationStatus {
  Progress progress = Progress::kInProgress;
  std::string failure;     // AWS's reason when it failed
  bool retryable = false;  // whether asking again can help
  friend bool operator==(const OperationStatus&, const OperationStatus&) = default;
};

struct Operation {
  enum class Kind { kCreate, kDelete };
  Kind kind = Kind::kCreate;
  std::string id;
  base::TimePoint started_at{};
  base::TimePoint poll_at{};
  friend bool operator==(const Operation&, const Operation&) = default;
};

struct ArmedTimer {
  std::uint32_t generation = 0;
  base::TimePoint deadline{};
  friend bool operator==(const ArmedTimer&, const ArmedTimer&) = default;
};

struct Grant {
  Assignment assignment;
  std::uint32_t generation = 1;  // counts the times access was taken back and given again
  Phase phase = Phase::kPreparing;
  base::TimePoint phase_since{};
  std::vector<Lease> leases;   // of this generation, and of the next while this one is revoked
  base::TimePoint deadline{};  // the end of the unbroken run of leases, as of the last change

  bool looked = false;  // the absence before our first create of this generation was observed
  std::optional<base::TimePoint> attempt_until;  // until then a create of ours may be alive
  bool create_unknown = false;                   // a create of this generation had no known result
  // A create of this generation was ever begun, here or by the existing product.
  bool created = false;
  std::optional<Operation> operation;  // in flight at AWS
  bool delete_needed = false;          // kRevoking: delete first, then observe
  bool vanishing = false;              // kRevoking: something of ours cannot be found any more
  std::optional<base::TimePoint> gone_since;  // first time the principal or target was missing
  std::optional<base::TimePoint> watch_until;
  std::string create_operation_id;  // the last one, for the audit log
  std::string delete_operation_id;
  std::string failure;  // why this generation is being torn down before it was active

  std::vector<ArmedTimer> timers;
  Retry retry;        // of calls to Identity Center and the identity store
  Retry timer_retry;  // of the timer, so that its trouble never delays a revocation
  base::TimePoint
      overdue_told_at{};  // the last alert, or an hour before the next one; epoch = none

  friend bool operator==(const Grant&, const Grant&) = default;
};

// Bounds of time that the transitions and the planner use.
struct Timing {
  base::Milliseconds attempt_limit = base::Seconds(60);  // a create of ours lives no longer
  base::Milliseconds give_up_creating_after = base::minutes(10);  // L2 allows 15
  base::Milliseconds gone_needs = base::hours(1);
};

// The failure of a grant whose access somebody had given before, elsewhere.
inline constexpr std::string_view kAlreadyThere =
    "this access exists already and was not given here: nothing was changed";

inline constexpr size_t kMaxLiveLeases = 20;

// --- events ---

struct Tick {};  // time has passed
struct LeaseEnters {
  RequestId request;
  base::TimePoint start, end;
};
struct LeaseEndsEarly {
  RequestId request;
};
struct Looked {  // the assignment was listed, completely
  bool present = false;
  bool creation_in_flight = false;  // AWS is still working on a create of it
};
struct TimerArmed {
  ArmedTimer timer;
};
struct TimerDisarmed {
  ArmedTimer timer;
};
struct TimerFailed {
  base::Error error;
};
struct AttemptBegun {  // committed before the create is sent
  base::TimePoint until;
};
struct CreateStarted {
  std::uint32_t generation = 0;
  base::TimePoint attempt_until;  // names the attempt
  std::string operation_id;
  OperationStatus status;
};
struct CreateFailed {
  base::TimePoint attempt_until;
  base::Error error;
};
struct DeleteStarted {
  std::string operation_id;
  OperationStatus status;
};
struct DeleteFoundNothing {};
struct OperationPolled {
  std::string operation_id;
  OperationStatus status;
};
struct OperationUnknown {  // AWS does not know the operation's id any more
  std::string operation_id;
};
struct CallFailed {  // look, delete or poll
  base::Error error;
  bool not_found = false;
};
struct ExistenceChecked {  // is the principal, account, permission set or group still there?
  enum class Answer { kExists, kMissing, kInconclusive };
  Answer answer = Answer::kInconclusive;
};
struct OverdueClaimed {  // somebody alerts people now: nobody else does before this time
  base::TimePoint until;
};
struct OverdueTold {  // people were alerted, or the chat system could not be reached
  bool delivered = true;
};

using GrantEvent =
    std::variant<Tick, LeaseEnters, LeaseEndsEarly, Looked, TimerArmed, TimerDisarmed, TimerFailed,
                 AttemptBegun, CreateStarted, CreateFailed, DeleteStarted, DeleteFoundNothing,
                 OperationPolled, OperationUnknown, CallFailed, ExistenceChecked, OverdueClaimed,
                 OverdueTold>;

// What a transition means for the requests whose leases it touched; committed together with them.
enum class NewsKind {
  kGranted,      // the access is there (audit: `grant`)
  kSeenLate,     // it was there, as is known only while it is taken back (audit: `grant`)
  kLeaseEnded,   // this lease is over, others keep the access (audit: `end_lease`)
  kRevoked,      // the absence was observed (audit: `revoke`)
  kFailed,       // it never became active, and is cleaned up (audit: `fail`)
  kGone,         // principal or target does not exist any more (audit: `gone`)
  kRescheduled,  // the lease starts later and waits in its request again
};

struct LeaseNews {
  RequestId request;
  NewsKind kind;
  std::string detail;        // why, for people
  std::string operation_id;  // AWS's, when one belongs to it
  friend bool operator==(const LeaseNews&, const LeaseNews&) = default;
};

struct GrantChange {
  Grant grant;
  std::vector<LeaseNews> news;
};

// A row for an assignment that has none yet: ended, generation 0; the first lease starts 1.
Grant new_grant(const Assignment& assignment);

// A row for access that exists already and whose end is known: taken over from the existing
// product, found by the sweep, or told by a timer whose row was lost.
Grant adopted_grant(const Assignment& assignment, const RequestId& request, base::TimePoint start,
                    base::TimePoint end, base::TimePoint now);

GrantChange apply(const Grant& grant, const GrantEvent& event, base::TimePoint now,
                  const Timing& timing = {});

// Whether another lease fits (kMaxLiveLeases).
bool has_room(const Grant& grant);
// Whether a lease with this start joins now, or has to wait in its request row (DESIGN 3.6).
bool may_enter(const Grant& grant, base::TimePoint start, base::TimePoint now);
// When time alone changes something: a lease or the run ends, or creating is given up. None when
// only calls to AWS can.
std::optional<base::TimePoint> next_tick(const Grant& grant, const Timing& timing = {});
// When people are alerted that the access is still there: from the first overdue minute, hourly
// (L3). None: it is not overdue.
std::optional<base::TimePoint> next_alert(const Grant& grant);
// Access past its deadline that is not yet observed absent (L1, L3).
bool is_overdue(const Grant& grant, base::TimePoint now);

}  // namespace elevator::domain
