// Record: what every store writes for one row. The row's bytes, and the facts that are searched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/store.h"
#include "wire/rows/rows.h"

namespace elevator::adapters {

struct Record {
  ports::RowRef ref;
  ports::Version expected = 0;
  std::optional<base::TimePoint> due;
  std::string state;  // of a request; of a grant "live" or "ended"; empty otherwise
  std::optional<std::string> requester;
  std::string target;  // of a request
  bool open = false;   // a request that is not final
  std::optional<base::TimePoint> created_at;
  domain::Chain chain;
  std::string body;
  size_t outbox = 0;
};

Record record_of(const ports::Write& write);

// A commit that is too large, or names a row twice, is refused before anything is written.
base::Status check_limits(const std::vector<Record>& records);

ports::NamedRow from_wire(wire::rows::Named row);

}  // namespace elevator::adapters
