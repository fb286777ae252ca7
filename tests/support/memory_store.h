// A Store in memory for unit tests of what stands above it: versions and conflicts as the contract
// says, indexes by looking at everything. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "ports/store.h"

namespace elevator::tests {

class MemoryStore final : public ports::Store {
 public:
  int commits = 0;
  int conflicts_to_come = 0;  // the next commits fail as if somebody had been faster
  bool broken = false;
  bool index_is_lost = false;              // live_grants() answers with nothing
  std::string key = std::string(32, 'k');  // of request ids
  std::function<void()> while_committing = [] {};

  int reads = 0;  // of rows by key
  base::Result<std::optional<ports::Versioned<domain::Request>>> request(
      const domain::RequestId& id) override {
    ++reads;
    return read<domain::Request>({ports::RowKind::kRequest, id.str()});
  }
  base::Result<std::optional<ports::Versioned<domain::Grant>>> grant(
      const domain::Assignment& assignment) override {
    return read<domain::Grant>({ports::RowKind::kGrant, domain::to_key(assignment)});
  }
  base::Result<std::optional<ports::Versioned<ports::NamedRow>>> named(
      const std::string& name) override {
    return read<ports::NamedRow>({ports::RowKind::kNamed, name});
  }

  base::Status commit(const std::vector<ports::Write>& writes) override {
    if (broken) return base::unavailable("the disk is full");
    while_committing();
    TRY_VOID(check_limits(writes));
    if (conflicts_to_come > 0) {
      --conflicts_to_come;
      return base::conflict("somebody was faster");
    }
    for (const auto& write : writes) {
      const auto found = rows_.find(ports::ref_of(write.row));
      const ports::Version version = found == rows_.end() ? 0 : found->second.version;
      if (version != write.expected) return base::conflict("the row changed");
    }
    for (const auto& write : writes) {
      rows_.insert_or_assign(ports::ref_of(write.row),
                             Stored{write.row, write.expected + 1, write.due});
    }
    ++commits;
    return {};
  }

  base::Result<std::vector<ports::RowRef>> due(base::TimePoint now, size_t limit) override {
    std::vector<ports::RowRef> out;
    for (const auto& [ref, row] : rows_) {
      if (row.due && *row.due <= now && out.size() < limit) out.push_back(ref);
    }
    return out;
  }
  base::Result<std::vector<ports::RowRef>> due_grants(base::TimePoint now, size_t limit) override {
    std::vector<ports::RowRef> out;
    for (const auto& [ref, row] : rows_) {
      const bool is_due = ref.kind == ports::RowKind::kGrant && row.due && *row.due <= now;
      if (is_due && out.size() < limit) out.push_back(ref);
    }
    return out;
  }
  base::Result<std::optional<base::TimePoint>> next_due() override {
    std::optional<base::TimePoint> next;
    for (const auto& [ref, row] : rows_) {
      if (row.due && (!next || *row.due < *next)) next = row.due;
    }
    return next;
  }

  base::Result<std::vector<ports::RequestBrief>> open_requests_of(
      const domain::SlackUserId& requester) override {
    std::vector<ports::RequestBrief> out;
    for (const auto& [ref, row] : rows_) {
      const auto* request = std::get_if<domain::Request>(&row.row);
      if (request == nullptr || request->requester != requester) continue;
      if (domain::is_final(request->state)) continue;
      out.push_back({request->id, request->state, domain::to_string(request->target)});
    }
    return out;
  }
  base::Result<std::vector<domain::RequestId>> requests_in(domain::RequestState state,
                                                           size_t limit) override {
    return requests([&](const domain::Request& r) { return r.state == state; }, limit);
  }
  base::Result<std::vector<ports::Versioned<domain::Grant>>> live_grants() override {
    std::vector<ports::Versioned<domain::Grant>> grants;
    if (index_is_lost) return grants;
    for (const auto& [ref, row] : rows_) {
      const auto* grant = std::get_if<domain::Grant>(&row.row);
      if (grant != nullptr && grant->phase != domain::Phase::kEnded) {
        grants.push_back({*grant, row.version});
      }
    }
    return grants;
  }
  base::Result<std::vector<ports::StreamHead>> heads_moved_since(base::TimePoint) override {
    std::vector<ports::StreamHead> heads;
    for (const auto& [ref, row] : rows_) {
      if (const auto* request = std::get_if<domain::Request>(&row.row)) {
        heads.push_back({"request/" + ref.key, request->chain});
      } else if (const auto* named = std::get_if<ports::NamedRow>(&row.row)) {
        heads.push_back({ref.key, named->chain});
      }
    }
    return heads;
  }
  base::Result<std::string> id_key() override { return key; }
  base::Status check_writable() override {
    return broken ? base::Status(base::unavailable("the disk is full")) : base::Status();
  }

 private:
  // What every store refuses (adapters/record.h), as far as it can be said without their format.
  static base::Status check_limits(const std::vector<ports::Write>& writes) {
    if (writes.size() > ports::kMaxRowsPerCommit) return base::internal("too many rows");
    for (const ports::Write& write : writes) {
      const auto* named = std::get_if<ports::NamedRow>(&write.row);
      if (named == nullptr) continue;
      // A text within a text: quotes take two bytes.
      size_t bytes = named->body.size() + static_cast<size_t>(std::ranges::count_if(
                                              named->body, [](char c) { return c == '"'; }));
      for (const domain::SealedEntry& entry : named->audit) bytes += entry.bytes.size();
      if (bytes > ports::kMaxRowBytes) return base::invalid("the row is too large");
      if (named->audit.size() > domain::kMaxOutboxEntries) return base::invalid("too many entries");
    }
    return {};
  }

  struct Stored {
    ports::Row row;
    ports::Version version = 0;
    std::optional<base::TimePoint> due;
  };

  template <typename T>
  base::Result<std::optional<ports::Versioned<T>>> read(const ports::RowRef& ref) const {
    const auto found = rows_.find(ref);
    if (found == rows_.end()) return std::optional<ports::Versioned<T>>();
    return std::optional(
        ports::Versioned<T>{std::get<T>(found->second.row), found->second.version});
  }

  template <typename Wanted>
  std::vector<domain::RequestId> requests(const Wanted& wanted, size_t limit) const {
    std::vector<const domain::Request*> found;
    for (const auto& [ref, row] : rows_) {
      const auto* request = std::get_if<domain::Request>(&row.row);
      if (request != nullptr && wanted(*request)) found.push_back(request);
    }
    std::ranges::sort(found, [](const auto* left, const auto* right) {
      return std::tie(right->created_at, left->id) < std::tie(left->created_at, right->id);
    });
    std::vector<domain::RequestId> out;
    for (const auto* request : found) {
      if (out.size() < limit) out.push_back(request->id);
    }
    return out;
  }

  std::map<ports::RowRef, Stored> rows_;
};

}  // namespace elevator::tests
