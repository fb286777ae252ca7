#include "adapters/record.h"

#include <fmt/format.h>

#include <set>

#include "base/overloaded.h"

namespace elevator::adapters {
namespace {

wire::rows::Named to_wire(const ports::NamedRow& row) {
  return {row.name, row.body, row.chain, row.audit, row.audit_retry};
}

}  // namespace

ports::NamedRow from_wire(wire::rows::Named row) {
  return {std::move(row.name), std::move(row.body), std::move(row.chain), std::move(row.audit),
          std::move(row.audit_retry)};
}

Record record_of(const ports::Write& write) {
  Record record;
  record.ref = ports::ref_of(write.row);
  record.expected = write.expected;
  record.due = write.due;
  std::visit(base::overloaded{
                 [&](const domain::Request& request) {
                   record.state = domain::to_string(request.state);
                   record.requester = request.requester.str();
                   record.target = domain::to_string(request.target);
                   record.open = !domain::is_final(request.state);
                   record.created_at = request.created_at;
                   record.chain = request.chain;
                   record.outbox = request.audit.size() + request.notices.size();
                   record.body = wire::rows::encode(request);
                 },
                 [&](const domain::Grant& grant) {
                   record.state = grant.phase == domain::Phase::kEnded ? "ended" : "live";
                   record.body = wire::rows::encode(grant);
                 },
                 [&](const ports::NamedRow& named) {
                   record.chain = named.chain;
                   record.outbox = named.audit.size();
                   record.body = wire::rows::encode(to_wire(named));
                 },
             },
             write.row);
  return record;
}

base::Status check_limits(const std::vector<Record>& records) {
  if (records.size() > ports::kMaxRowsPerCommit) {
    return base::internal(fmt::format("a commit of {} rows; at most {} are written together",
                                      records.size(), ports::kMaxRowsPerCommit));
  }
  std::set<ports::RowRef> seen;
  for (const Record& record : records) {
    if (!seen.insert(record.ref).second) {
      return base::internal("a commit names the row " + record.ref.key + " twice");
    }
    if (record.body.size() > ports::kMaxRowBytes) {
      return base::invalid(fmt::format("the row {} would have {} bytes; at most {} are kept",
                                       record.ref.key, record.body.size(), ports::kMaxRowBytes));
    }
    if (record.outbox > domain::kMaxOutboxEntries) {
      return base::invalid(fmt::format("the row {} has {} entries to deliver; at most {} are kept",
                                       record.ref.key, record.outbox, domain::kMaxOutboxEntries));
    }
  }
  return {};
}

}  // namespace elevator::adapters
