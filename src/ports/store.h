// Store: rows, and one way to write them.
//
// commit() writes up to 25 rows, each with the version it was read at, all or none. A row that
// changed in between is Kind::kConflict (nothing written: read again). When the outcome is not
// known the error has Effect::kUnknown: read again and compare, never assume. Implementations
// are thread-safe and throw nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/grant.h"
#include "domain/request.h"

namespace elevator::ports {

// 0 = the row does not exist yet. Grows by one with every commit.
using Version = std::uint64_t;

template <typename T>
struct Versioned {
  T value;
  Version version = 0;
};

// A named row of free-form text: the rules in force, sweep progress, checkpoints. `body` is JSON
// owned by whoever owns the name. Carries an audit chain and outbox of its own.
struct NamedRow {
  std::string name;  // "rules", "checkpoint", "sweep", ...
  std::string body;
  domain::Chain chain;
  std::vector<domain::SealedEntry> audit;
  domain::Retry audit_retry;
  friend bool operator==(const NamedRow&, const NamedRow&) = default;
};

using Row = std::variant<domain::Request, domain::Grant, NamedRow>;

enum class RowKind { kRequest, kGrant, kNamed };

struct RowRef {
  RowKind kind = RowKind::kRequest;
  std::string key;  // request id, to_key(assignment), or name
  friend auto operator<=>(const RowRef&, const RowRef&) = default;
  friend bool operator==(const RowRef&, const RowRef&) = default;
};

RowRef ref_of(const Row& row);

struct Write {
  Row row;
  Version expected = 0;                // as read; 0 = must not exist
  std::optional<base::TimePoint> due;  // when the planner has something to do; none = never
};

inline constexpr size_t kMaxRowsPerCommit = 25;
inline constexpr size_t kMaxRowBytes = 128 * 1024;

// The last entry of an audit stream, for the hourly checkpoint.
struct StreamHead {
  std::string stream;  // "request/ID" or the name of a NamedRow
  domain::Chain chain;
};

// What limits and lists per person need of a request, without reading its row.
struct RequestBrief {
  domain::RequestId id;
  domain::RequestState state = domain::RequestState::kReceived;
  std::string target;  // domain::to_string() of the target
  friend bool operator==(const RequestBrief&, const RequestBrief&) = default;
};

class Store {
 public:
  virtual ~Store() = default;

  virtual base::Result<std::optional<Versioned<domain::Request>>> request(
      const domain::RequestId& id) = 0;
  virtual base::Result<std::optional<Versioned<domain::Grant>>> grant(
      const domain::Assignment& assignment) = 0;
  virtual base::Result<std::optional<Versioned<NamedRow>>> named(const std::string& name) = 0;

  virtual base::Status commit(const std::vector<Write>& writes) = 0;

  // Rows due at or before `now`, the longest overdue first. The index may lag: read rows again.
  virtual base::Result<std::vector<RowRef>> due(base::TimePoint now, size_t limit) = 0;
  // The grants among them, however many other rows are due.
  virtual base::Result<std::vector<RowRef>> due_grants(base::TimePoint now, size_t limit) = 0;
  // When the next row becomes due; none = no row is ever due.
  virtual base::Result<std::optional<base::TimePoint>> next_due() = 0;

  // A person's requests that are not final, newest first: one query of an index by requester that
  // holds open requests alone, so that a long history costs nothing. May lag like every index.
  virtual base::Result<std::vector<RequestBrief>> open_requests_of(
      const domain::SlackUserId& requester) = 0;
  virtual base::Result<std::vector<domain::RequestId>> requests_in(domain::RequestState state,
                                                                   size_t limit) = 0;
  // All grants that are not ended: for the sweep, the metrics and "live access".
  virtual base::Result<std::vector<Versioned<domain::Grant>>> live_grants() = 0;
  // Streams whose head moved at or after `since`.
  virtual base::Result<std::vector<StreamHead>> heads_moved_since(base::TimePoint since) = 0;

  // 32 random bytes made at first use and kept: the key of request ids (DESIGN 3.2).
  virtual base::Result<std::string> id_key() = 0;
  // Whether writing works now: /readyz.
  virtual base::Status check_writable() = 0;
};

}  // namespace elevator::ports
