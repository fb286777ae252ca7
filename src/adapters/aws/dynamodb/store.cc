#include "adapters/aws/dynamodb/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

#include "adapters/aws/dynamodb/items.h"
#include "adapters/aws/dynamodb/table.h"
#include "adapters/record.h"
#include "base/crypto.h"
#include "wire/rows/rows.h"

namespace elevator::adapters::aws::dynamodb {
namespace {

namespace api = wire::aws::dynamodb;
using base::Result;
using base::Status;
using ports::RowKind;
using ports::RowRef;
using ports::Version;
using ports::Versioned;
using ports::Write;

// Beside the body an item has its key (checked), a target, a person, a hash and a few numbers.
constexpr size_t kMostBesideBody = api::kMaxKeyBytes + 4096;
static_assert(ports::kMaxRowsPerCommit <= api::kMaxTransactionItems);
static_assert(ports::kMaxRowBytes + kMostBesideBody <= api::kMaxItemBytes);
static_assert(ports::kMaxRowsPerCommit * (ports::kMaxRowBytes + kMostBesideBody) <=
              api::kMaxTransactionBytes);

constexpr const char* kIdKey = "setting#id_key";
constexpr const char* kProbe = "setting#probe";
constexpr size_t kIdKeyBytes = 32;

// Heads of the rows that were read or written, so that a commit knows whether the chain grew
// without reading once more. What is true of a row at a version stays true: nothing here goes out
// of date, and forgetting costs a call. Thread-safe.
class Heads {
 public:
  void remember(const std::string& key, const Head& head) {
    const std::scoped_lock lock(mutex_);
    if (known_.size() >= kMost && !known_.contains(key)) known_.clear();
    known_.insert_or_assign(key, head);
  }
  std::optional<Head> at(const std::string& key, Version version) const {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(key);
    if (found == known_.end() || found->second.version != version) return std::nullopt;
    return found->second;
  }

 private:
  static constexpr size_t kMost = 4096;
  mutable std::mutex mutex_;
  std::map<std::string, Head> known_;
};

base::Error changed_by_somebody(const std::string& key) {
  return base::conflict("the row " + key + " was changed by somebody else");
}

Status check_key(const std::string& key) {
  if (key.size() <= api::kMaxKeyBytes) return {};
  return base::invalid(fmt::format("a row's key has {} bytes; DynamoDB takes at most {}",
                                   key.size(), api::kMaxKeyBytes));
}

class DynamoDbStore final : public ports::Store {
 public:
  DynamoDbStore(Client& client, StoreOptions options, const base::Clock& clock)
      : table_(client, std::move(options.table), options.budget), clock_(clock) {}

  Result<std::optional<Versioned<domain::Request>>> request(const domain::RequestId& id) override {
    return row<domain::Request>({RowKind::kRequest, id.str()}, wire::rows::decode_request);
  }

  Result<std::optional<Versioned<domain::Grant>>> grant(
      const domain::Assignment& assignment) override {
    return row<domain::Grant>({RowKind::kGrant, domain::to_key(assignment)},
                              wire::rows::decode_grant);
  }

  Result<std::optional<Versioned<ports::NamedRow>>> named(const std::string& name) override {
    return row<ports::NamedRow>({RowKind::kNamed, name},
                                [](std::string_view bytes) -> Result<ports::NamedRow> {
                                  TRY(auto read, wire::rows::decode_named(bytes));
                                  return from_wire(std::move(read));
                                });
  }

  Status commit(const std::vector<Write>& writes) override {
    std::vector<Record> records;
    records.reserve(writes.size());
    for (const Write& write : writes) records.push_back(record_of(write));
    TRY_VOID(check_limits(records));
    for (const Record& record : records) TRY_VOID(check_key(partition_key(record.ref)));
    if (records.empty()) return {};
    TRY_VOID(learn_heads(records));

    std::vector<api::Put> puts;
    std::vector<std::pair<std::string, Head>> heads;
    for (const Record& record : records) {
      const auto moved_at = head_moved_at(record);
      heads.push_back(
          {partition_key(record.ref), {record.expected + 1, sequence_of(record), moved_at}});
      puts.push_back(put_of(record, moved_at));
    }
    TRY_VOID(table_.put_together(std::move(puts)));
    for (const auto& [key, head] : heads) heads_.remember(key, head);
    return {};
  }

  Result<std::vector<RowRef>> due(base::TimePoint now, size_t limit) override {
    TRY(auto others, due_in(kDueOthers, now, limit));
    TRY(auto grants, due_in(kDueGrants, now, limit));
    std::vector<DueRow> rows;
    rows.reserve(others.size() + grants.size());
    std::merge(std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()),
               std::make_move_iterator(grants.begin()), std::make_move_iterator(grants.end()),
               std::back_inserter(rows),
               [](const DueRow& left, const DueRow& right) { return left.at < right.at; });
    return first_of(std::move(rows), limit);
  }

  Result<std::vector<RowRef>> due_grants(base::TimePoint now, size_t limit) override {
    TRY(auto grants, due_in(kDueGrants, now, limit));
    return first_of(std::move(grants), limit);
  }

  Result<std::optional<base::TimePoint>> next_due() override {
    std::optional<base::TimePoint> next;
    for (const std::string_view bucket : {kDueOthers, kDueGrants}) {
      TRY(const auto found, table_.find(due_rows(bucket), 1));
      if (found.empty()) continue;
      TRY(const base::TimePoint at, due_at_of(found.front()));
      if (!next || at < *next) next = at;
    }
    return next;
  }

  Result<std::vector<ports::RequestBrief>> open_requests_of(
      const domain::SlackUserId& requester) override {
    TRY(const auto found, table_.find({.index = "requester",
                                       .partition_name = "requester",
                                       .partition = requester.str(),
                                       .ascending = false}));
    std::vector<ports::RequestBrief> briefs;
    briefs.reserve(found.size());
    for (const Attributes& item : found) {
      TRY(auto brief, brief_of(item));
      briefs.push_back(std::move(brief));
    }
    return briefs;
  }

  Result<std::vector<domain::RequestId>> requests_in(domain::RequestState state,
                                                     size_t limit) override {
    Search search = in_state(state_key(state));
    search.ascending = false;
    TRY(const auto found, refs(search, limit));
    std::vector<domain::RequestId> ids;
    ids.reserve(found.size());
    for (const RowRef& ref : found) {
      TRY(auto id, domain::RequestId::parse(ref.key));
      ids.push_back(std::move(id));
    }
    return ids;
  }

  Result<std::vector<Versioned<domain::Grant>>> live_grants() override {
    TRY(const auto named, refs(in_state(std::string(kLiveGrants))));
    std::vector<std::string> keys;
    keys.reserve(named.size());
    for (const RowRef& ref : named) keys.push_back(partition_key(ref));
    TRY(const auto items, table_.get_all(keys));
    std::vector<Versioned<domain::Grant>> grants;
    for (const Attributes& item : items) {
      TRY(const std::string body, body_of(item));
      TRY(auto grant, wire::rows::decode_grant(body));
      TRY(const Version version, version_of(item));
      // The index may lag behind the row.
      if (grant.phase == domain::Phase::kEnded) continue;
      grants.push_back({std::move(grant), version});
    }
    return grants;
  }

  Result<std::vector<ports::StreamHead>> heads_moved_since(base::TimePoint since) override {
    TRY(const auto found, table_.find({.index = "head",
                                       .partition_name = "head_bucket",
                                       .partition = std::string(kHeads),
                                       .sort_name = "head_moved_at",
                                       .bound = ">=",
                                       .limit_value = base::to_unix_milliseconds(since)}));
    std::vector<ports::StreamHead> heads;
    heads.reserve(found.size());
    for (const Attributes& item : found) {
      TRY(auto head, stream_head_of(item));
      heads.push_back(std::move(head));
    }
    return heads;
  }

  Result<std::string> id_key() override {
    TRY(auto kept, setting(kIdKey));
    if (!kept) {
      std::string fresh = base::random_bytes(kIdKeyBytes);
      api::Put put = table_.put_of({{"pk", api::text(kIdKey)}, {"value", api::binary(fresh)}});
      put.condition = "attribute_not_exists(pk)";
      const Status made = table_.put(put);
      if (made) return fresh;
      // Somebody was faster; or our own answer was lost.
      if (made.error().kind != base::Kind::kConflict) return made.error();
      TRY(kept, setting(kIdKey));
    }
    if (!kept) return base::internal("the store lost the key of request ids");
    if (kept->size() != kIdKeyBytes) {
      return base::corrupt("the store's key of request ids is damaged");
    }
    return *std::move(kept);
  }

  Status check_writable() override {
    const std::string now = std::to_string(base::to_unix_milliseconds(clock_.now()));
    return table_.put(table_.put_of({{"pk", api::text(kProbe)}, {"value", api::binary(now)}}));
  }

 private:
  static std::int64_t sequence_of(const Record& record) {
    return static_cast<std::int64_t>(record.chain.sequence);
  }

  struct DueRow {
    base::TimePoint at;
    RowRef ref;
  };

  static Search due_rows(std::string_view bucket) {
    return {.index = "due",
            .partition_name = "due_bucket",
            .partition = std::string(bucket),
            .sort_name = "due_at"};
  }

  Result<std::vector<DueRow>> due_in(std::string_view bucket, base::TimePoint now, size_t limit) {
    Search search = due_rows(bucket);
    search.bound = "<=";
    search.limit_value = base::to_unix_milliseconds(now);
    TRY(const auto found, table_.find(search, limit));
    std::vector<DueRow> rows;
    rows.reserve(found.size());
    for (const Attributes& item : found) {
      TRY(const base::TimePoint at, due_at_of(item));
      TRY(auto ref, ref_of(item));
      rows.push_back({at, std::move(ref)});
    }
    return rows;
  }

  static std::vector<RowRef> first_of(std::vector<DueRow> rows, size_t limit) {
    std::vector<RowRef> refs;
    refs.reserve(std::min(rows.size(), limit));
    for (DueRow& row : rows) {
      if (refs.size() == limit) break;
      refs.push_back(std::move(row.ref));
    }
    return refs;
  }

  static Search in_state(std::string state) {
    return {.index = "state", .partition_name = "state", .partition = std::move(state)};
  }

  Result<std::vector<RowRef>> refs(const Search& search, std::optional<size_t> most = {}) {
    TRY(const auto found, table_.find(search, most));
    std::vector<RowRef> result;
    result.reserve(found.size());
    for (const Attributes& item : found) {
      TRY(auto ref, ref_of(item));
      result.push_back(std::move(ref));
    }
    return result;
  }

  template <typename T, typename Decode>
  Result<std::optional<Versioned<T>>> row(const RowRef& ref, Decode decode) {
    const std::string key = partition_key(ref);
    TRY_VOID(check_key(key));
    TRY(const auto item, table_.get(key));
    if (!item) return std::optional<Versioned<T>>();
    TRY(const Head head, head_of(*item));
    TRY(const std::string body, body_of(*item));
    auto value = decode(body);
    if (!value) return base::with_context("the row " + ref.key, value.error());
    if (head.sequence > 0) heads_.remember(key, head);
    return std::optional(Versioned<T>{*std::move(value), head.version});
  }

  Result<std::optional<std::string>> setting(const char* key) {
    TRY(const auto item, table_.get(key));
    if (!item) return std::optional<std::string>();
    return std::optional(api::binary_of(*item, "value").value_or(""));
  }

  static bool has_a_past(const Record& record) {
    return record.expected > 0 && record.chain.sequence > 0;
  }

  // What is known of all rows that have an audit chain, as they are expected. A row that nobody
  // read through this store is read now; one that has moved on is the conflict already.
  Status learn_heads(const std::vector<Record>& records) {
    std::map<std::string, Version> unknown;
    for (const Record& record : records) {
      const std::string key = partition_key(record.ref);
      if (has_a_past(record) && !heads_.at(key, record.expected)) {
        unknown.emplace(key, record.expected);
      }
    }
    if (unknown.empty()) return {};
    std::vector<std::string> keys;
    for (const auto& [key, version] : unknown) keys.push_back(key);
    TRY(const auto items, table_.get_all(keys, {"pk", "version", "sequence", "head_moved_at"}));
    for (const Attributes& item : items) {
      const std::string key = api::text_of(item, "pk").value_or("");
      TRY(const Head head, head_of(item));
      if (head.version != unknown[key]) return changed_by_somebody(key);
      heads_.remember(key, head);
      unknown.erase(key);
    }
    if (!unknown.empty()) return changed_by_somebody(unknown.begin()->first);
    return {};
  }

  // As before when the chain has not grown.
  std::optional<std::int64_t> head_moved_at(const Record& record) const {
    if (record.chain.sequence == 0) return std::nullopt;
    if (has_a_past(record)) {
      const auto before = heads_.at(partition_key(record.ref), record.expected);
      if (before && before->sequence == sequence_of(record) && before->moved_at) {
        return before->moved_at;
      }
    }
    return base::to_unix_milliseconds(clock_.now());
  }

  api::Put put_of(const Record& record, std::optional<std::int64_t> moved_at) const {
    api::Put put = table_.put_of(item_of(record, moved_at));
    if (record.expected == 0) {
      put.condition = "attribute_not_exists(pk)";
      return put;
    }
    put.condition = "#v = :expected";
    put.names = api::Names{{"#v", "version"}};
    put.values = Attributes{{":expected", api::number(static_cast<std::int64_t>(record.expected))}};
    return put;
  }

  Table table_;
  const base::Clock& clock_;
  Heads heads_;
};

}  // namespace

std::unique_ptr<ports::Store> make_store(Client& client, StoreOptions options,
                                         const base::Clock& clock) {
  return std::make_unique<DynamoDbStore>(client, std::move(options), clock);
}

}  // namespace elevator::adapters::aws::dynamodb
