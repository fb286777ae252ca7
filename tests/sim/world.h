// World: everything that exists in a simulation between two steps. The planner keeps nothing in
// memory, so rows, AWS, Slack, timers, clock, effects in flight and faults left are all there is:
// equal worlds have equal futures, and are explored once.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/store.h"
#include "ports/timer.h"

namespace elevator::sim {

using base::TimePoint;
using domain::Assignment;

// 128 bits; two worlds with the same fingerprint are taken for equal.
struct Fingerprint {
  std::uint64_t high = 0, low = 0;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

// A stored row. Immutable and shared between worlds; fingerprinted once.
template <typename T>
struct StoredRow {
  T value;
  ports::Version version = 0;
  std::optional<TimePoint> due;
  Fingerprint print;
};

struct AwsOperation {
  std::string id;
  domain::Operation::Kind kind{};
  Assignment assignment;
  domain::Progress progress = domain::Progress::kInProgress;
  bool late = false;                    // one more poll says "in progress"
  std::optional<TimePoint> lands_at{};  // nobody polls it: takes effect by itself then
};

// A create that a worker sent and whose answer nobody will read.
struct InFlightCreate {
  Assignment assignment;
  TimePoint lands_at{};
  bool before_jump = false;  // the clock stepped forward since: nobody can know that it may live
};

struct PostedMessage {
  domain::RequestId request;
  std::uint32_t shown = 0;
  friend bool operator==(const PostedMessage&, const PostedMessage&) = default;
};

// The second half of a commit that was torn apart (a mutant): it is written later.
struct LateWrite {
  std::vector<ports::Write> writes;
  TimePoint lands_at{};
};

// Who clicked "approve" on which request, whatever rows say of it.
using Approvals = std::set<std::pair<domain::RequestId, domain::SlackUserId>>;

struct World {
  std::map<domain::RequestId, std::shared_ptr<const StoredRow<domain::Request>>> requests;
  std::map<Assignment, std::shared_ptr<const StoredRow<domain::Grant>>> grants;
  std::map<std::string, std::shared_ptr<const StoredRow<ports::NamedRow>>> named;

  std::set<Assignment> present;  // assignments that give access now
  std::set<Assignment> foreign;  // those of them that are not ours
  std::vector<AwsOperation> operations;
  std::vector<InFlightCreate> in_flight;
  std::uint32_t operations_started = 0;
  bool principal_deleted = false;
  bool principal_hidden = false;                      // AWS does not find it for a while
  std::optional<Assignment> broken;                   // every call about it fails
  std::optional<domain::AccountId> broken_account{};  // every call about it fails
  TimePoint storm_until{};                            // AWS throttles most calls until then
  bool clock_jumped = false;
  std::uint32_t announcements = 0;
  std::optional<TimePoint> reported_at{};  // the first report of a sweep

  std::vector<PostedMessage> messages;
  std::set<std::pair<Assignment, std::pair<std::uint32_t, TimePoint>>> timers;
  // Timers that fired for a row that is not there; delivered until somebody takes them.
  std::vector<std::pair<Assignment, domain::ArmedTimer>> fired;
  // Of the existing product: those that stand, and those that fired and nobody has taken.
  std::map<std::string, std::shared_ptr<const ports::ForeignTimer>> old_timers;
  std::vector<std::shared_ptr<const ports::ForeignTimer>> old_fired;
  // What the timer of an assignment tells of its request.
  std::map<Assignment, std::shared_ptr<const domain::Request>> payloads;
  std::map<std::string, std::shared_ptr<const std::string>> audit;
  std::shared_ptr<const Approvals> approvals;  // none yet: null
  std::shared_ptr<const LateWrite> late_write;

  TimePoint now{};
  size_t rules = 0;       // index of the document in force
  size_t next_event = 0;  // of the scenario
  int faults_left = 0;
  TimePoint last_fault{};
};

bool is_broken(const World& world, const Assignment& assignment);
void remember_approval(World& world, const domain::RequestId& request,
                       const domain::SlackUserId& person);

Fingerprint fingerprint(const domain::Request& request);
Fingerprint fingerprint(const domain::Grant& grant);
Fingerprint fingerprint(const ports::NamedRow& row);
Fingerprint fingerprint(const World& world);

}  // namespace elevator::sim
