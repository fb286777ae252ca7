// Rows <-> items of the table (docs/formats/dynamodb.md). No calls here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/record.h"
#include "base/result.h"
#include "ports/store.h"
#include "wire/aws/dynamodb.h"

namespace elevator::adapters::aws::dynamodb {

using wire::aws::dynamodb::Attributes;

// "request#ID", "grant#KEY", "named#NAME".
std::string partition_key(const ports::RowRef& ref);
base::Result<ports::RowRef> ref_of(const Attributes& item);

// When the audit chain of a row moved last, as it stood at `version`.
struct Head {
  ports::Version version = 0;
  std::int64_t sequence = 0;
  std::optional<std::int64_t> moved_at;  // Unix milliseconds
};

// The item of a record whose chain moved at `head_moved_at`.
Attributes item_of(const Record& record, std::optional<std::int64_t> head_moved_at);

base::Result<ports::Version> version_of(const Attributes& item);
base::Result<std::string> body_of(const Attributes& item);
base::Result<Head> head_of(const Attributes& item);

// Of an item of the index `due`.
base::Result<base::TimePoint> due_at_of(const Attributes& item);
// Of an item of the index `requester`.
base::Result<ports::RequestBrief> brief_of(const Attributes& item);
// Of an item of the index `head`.
base::Result<ports::StreamHead> stream_head_of(const Attributes& item);

// The value of `state` that is searched for.
std::string state_key(domain::RequestState state);
inline constexpr std::string_view kLiveGrants = "grant#live";
// Of `due_bucket`: grants are found however many other rows are due (L1).
inline constexpr std::string_view kDueGrants = "grant";
inline constexpr std::string_view kDueOthers = "other";
// Of `head_bucket`.
inline constexpr std::string_view kHeads = "0";

}  // namespace elevator::adapters::aws::dynamodb
