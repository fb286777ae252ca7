// Request: the durable row of what a person asks for, from the click to the end of the access.
//
// A request owns its audit chain, its message and its notices. `apply` is the total transition
// function; an event that does not fit the state changes nothing. No I/O, no clock.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/assignment.h"
#include "domain/grant.h"
#include "domain/outbox.h"
#include "domain/person.h"
#include "domain/target.h"

namespace elevator::domain {

enum class Origin {
  kAsked,     // a person asked
  kAdopted,   // a running grant of the existing product
  kFound,     // the sweep found access that nobody asked for
  kSchedule,  // a timer fired whose row was lost
};

enum class RequestState {
  kReceived,   // written down; not yet resolved and decided
  kPending,    // waits for reviews
  kApproved,   // decided in favour; the principal is resolved again, then the lease is fixed
  kScheduled,  // approved; its lease waits for its start
  kGranting,   // its lease is in the grant; the access is being set up
  kActive,     // access was confirmed
  kEnding,     // its lease is over; the absence is being observed
  kEnded,
  kFailed,     // approved, but the access could not be set up; cleaned up
  kRefused,    // the rules say no
  kDenied,     // a reviewer said no
  kCancelled,  // the requester withdrew it
  kExpired,    // nobody answered
};

std::string_view to_string(RequestState state);
std::string_view to_string(Origin origin);
bool is_final(RequestState state);

enum class Outcome { kGrant, kReview, kRefuse };

struct Approver {
  Email email;
  std::optional<SlackUserId> slack;  // none: nobody in the workspace has this address
  friend bool operator==(const Approver&, const Approver&) = default;
};

// The stored decision (I4): what was decided, by which rules, on which facts.
struct Decision {
  Outcome outcome = Outcome::kRefuse;
  std::string reason;                    // "RequiresApproval", "NoStatements", ...
  std::optional<RuleDigest> rules;       // of the document in force
  std::vector<std::string> applied;      // the rules that applied: "statements[0] (name)"
  std::vector<std::string> explanation;  // sentences: what each contributed, why this follows
  std::vector<Approver> approvers;
  std::vector<Email> mention;  // those approvers who are to be told
  std::uint32_t required_approvals = 1;
  bool require_deny_reason = false;
  bool allow_extension = false;
  bool break_glass = false;
  std::optional<ChannelId> channel;  // where the request is posted; none = the default channel
  bool direct_message = false;
  friend bool operator==(const Decision&, const Decision&) = default;
};

// What somebody clicked. First written down unverified, then judged by the planner with the
// rules in force and the person's identity read at that moment.
enum class Act { kApprove, kDeny, kCancel, kEnd };
std::string_view to_string(Act act);

struct Click {
  // Lapsed: an approval that counted, until it was judged again when the last one came.
  enum class State { kUnverified, kCounted, kRejected, kLapsed };
  SlackUserId person;
  Act act = Act::kApprove;
  std::uint32_t revision = 0;  // of the facts that were shown
  std::string comment;         // the reason of a denial
  base::TimePoint at{};
  State state = State::kUnverified;
  std::string name;                      // filled in when judged
  std::optional<Email> email;            // filled in when judged
  std::string rejection;                 // why it does not count (any more)
  std::uint32_t required_approvals = 1;  // by the rules with which it was judged
  friend bool operator==(const Click&, const Click&) = default;
};

struct MessageRef {
  ChannelId channel;
  std::string timestamp;  // Slack's "ts"
  friend bool operator==(const MessageRef&, const MessageRef&) = default;
};

// The one message of a request: posted once, then edited.
struct MessageState {
  std::optional<MessageRef> ref;
  // A post may have happened: nobody else posts before this time, and whoever does then looks for
  // the message first.
  std::optional<base::TimePoint> posting_until;
  std::uint32_t version = 1;  // of what the message should show
  std::uint32_t shown = 0;    // of what it shows
  Retry retry;
  friend bool operator==(const MessageState&, const MessageState&) = default;
};

// Another message with buttons of this request: a direct message, or (without a person) the
// request's own message in the channel from which it moved. Closed when its buttons have no use any
// more.
struct Copy {
  std::optional<SlackUserId> person;
  MessageRef ref;
  friend bool operator==(const Copy&, const Copy&) = default;
};

// What `why` of an early end begins with; ": " and what the person wrote may follow.
inline constexpr std::string_view kEndedEarly = "ended early";

// Why and by whom a lease ended, for the message and the audit log.
struct Ending {
  std::string why;                    // "its time was over", "ended early", ...
  std::optional<SlackUserId> person;  // who asked for it
  std::string person_email;
  base::TimePoint at{};
  std::optional<base::TimePoint> removed_at;  // when AWS was seen without the access
  bool access_stays = false;                  // other requests of the same person keep it
  friend bool operator==(const Ending&, const Ending&) = default;
};

struct Request {
  RequestId id;
  Origin origin = Origin::kAsked;
  std::optional<WorkspaceId> workspace;
  RequestState state = RequestState::kReceived;
  std::string detail;          // why it was refused or failed, for people
  std::uint32_t revision = 1;  // of the facts: target, duration, start, reason

  // Facts as asked for.
  SlackUserId requester;
  Target target;
  base::Seconds duration{};
  std::string reason;
  std::optional<base::TimePoint> start;  // absent = at once
  std::optional<RequestId> extends;      // the request whose lease this one prolongs
  base::TimePoint created_at{};
  base::TimePoint expires_at{};  // of an unanswered request; epoch = never

  // Facts as resolved.
  std::string requester_name;
  std::optional<Email> requester_email;
  std::string requester_time_zone;
  bool requester_in_channel = true;  // else the requester is also told directly
  std::optional<Principal> principal;
  std::string target_name;               // account or group name: untrusted text
  base::Seconds session_duration{};      // of the permission set; zero = unknown
  std::optional<Assignment> assignment;  // key of the grant
  std::optional<Decision> decision;

  std::vector<Click> clicks;
  std::optional<base::TimePoint> decided_at;              // enough reviews, or none needed
  std::optional<base::TimePoint> approved_at;             // the lease was fixed
  std::optional<base::TimePoint> lease_start, lease_end;  // fixed at approval (I3)
  // The leases of other requests keep the access longer than this one: until then.
  std::optional<base::TimePoint> goes_on_until;
  std::optional<base::TimePoint> granted_at;
  std::optional<Ending> ending;
  bool end_soon_told = false;

  base::TimePoint next_reminder_at{};  // epoch = none
  std::uint32_t reminders = 0;

  MessageState message;
  std::vector<Copy> copies;
  std::vector<Notice> notices;
  std::uint32_t last_notice = 0;
  // The first notice may be on its way: nobody else sends it before this time.
  std::optional<base::TimePoint> telling_until;
  Retry notice_retry;
  std::vector<SealedEntry> audit;  // finished, not yet delivered
  Chain chain;
  Retry audit_retry;
  Retry work_retry;  // of resolving, judging and approving

  friend bool operator==(const Request&, const Request&) = default;
};

inline constexpr size_t kMaxOutboxEntries = 64;
inline constexpr size_t kMaxClicks = 40;
inline constexpr size_t kMaxCopies = 40;

// --- events ---

// Who asks for what was looked up, and the rules decided.
struct Assessed {
  std::string requester_name;
  std::optional<Email> requester_email;
  std::string requester_time_zone;
  bool requester_in_channel = true;
  std::optional<Principal> principal;
  std::optional<Assignment> assignment;
  std::string target_name;
  base::Seconds session_duration{};
  Decision decision;
  std::string refusal;  // for people, when the outcome is a refusal
};
struct ClickJudged {
  size_t index = 0;
  Click judged;  // counted or rejected, with name and e-mail
  // When this approval completes the count: all that counted before, judged again by the rules and
  // people of now. Without them the request is not approved; the click is judged anew.
  std::vector<Click> earlier{};
};
struct LeaseFixed {  // approved, or its start has come: the lease enters the grant
  base::TimePoint start, end;
  bool entered = true;  // false: it waits for its start
};
struct ApprovalFailed {  // at approval or start: principal changed, grant full, rules changed
  std::string why;
};
struct NewsArrived {  // from the grant
  LeaseNews news;
};
struct TimePassed {};  // expiry, reminders, the end of the lease
struct WorkFailed {    // resolving, judging or approving met trouble: again after a back-off
  base::Error error;
};

struct RequestTiming {
  base::Milliseconds first_reminder_after = base::minutes(15);  // zero = no reminders
  std::uint32_t reminder_factor = 2;
  base::Milliseconds ends_soon_before = base::minutes(15);
  base::Milliseconds approval_limit = base::minutes(14);  // of kApproved (L2)
};

using RequestEvent = std::variant<Assessed, ClickJudged, LeaseFixed, ApprovalFailed, NewsArrived,
                                  TimePassed, WorkFailed>;

// What a transition writes into the audit log; the workflow seals it into the chain (I7).
enum class Record {
  kRequest,
  kRefuse,
  kReview,
  kApprove,
  kDeny,
  kGrant,
  kRevoke,
  kExpire,
  kExtend,
  kEndLease,
  kFail,
  kCancel,
  kAdopt,
  kGone,
  kDrift
};

struct RecordEntry {
  Record record;
  std::optional<size_t> click;  // the click it speaks of
  std::string detail;
  std::string operation_id;
};

struct RequestChange {
  Request request;
  std::vector<RecordEntry> records;
};

RequestChange apply(const Request& request, const RequestEvent& event, base::TimePoint now,
                    const RequestTiming& timing = {});

// Writes a click down, unverified. The same person's same act on the same revision is one click:
// false, nothing changes (I8). Also false when the state has no use for the act.
bool add_click(Request& request, Click click);

// Whether an act means anything in this state.
bool takes_act(RequestState state, Act act);

// Whether the same thing was clicked by the same person at the same time, whatever became of it.
bool is_same_click(const Click& left, const Click& right);
// Whether this judgement of the click would give the request all approvals that it needs.
bool completes_approval(const Request& request, size_t index, const Click& judged);

// Approvals that count, of distinct people.
std::uint32_t counted_approvals(const Request& request);
std::optional<size_t> next_unverified_click(const Request& request);
bool has_live_lease(RequestState state);

// The access goes on after the end of this request's lease, until then; none: it does not.
void set_goes_on_until(Request& request, std::optional<base::TimePoint> until);

// Whether it has been waiting to be decided for about a minute, so that people are to see it.
bool waits_long(const Request& request);

// Whether the buttons of this copy have no use any more.
bool is_over(const Request& request, const Copy& copy);

}  // namespace elevator::domain
