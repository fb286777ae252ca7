#include "adapters/sqlite/store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <mutex>

#include "adapters/record.h"
#include "adapters/sqlite/database.h"
#include "base/crypto.h"
#include "wire/rows/names.h"
#include "wire/rows/rows.h"

namespace elevator::adapters::sqlite {
namespace {

using base::Effect;
using base::Result;
using base::Status;
using ports::RowKind;
using ports::RowRef;
using ports::Version;
using ports::Versioned;
using ports::Write;

int number_of(RowKind kind) {
  switch (kind) {
    case RowKind::kRequest:
      return 1;
    case RowKind::kGrant:
      return 2;
    case RowKind::kNamed:
      return 3;
  }
  return 0;
}

Result<RowKind> kind_of(int number) {
  for (const RowKind kind : {RowKind::kRequest, RowKind::kGrant, RowKind::kNamed}) {
    if (number_of(kind) == number) return kind;
  }
  return base::corrupt("the store has a row of a kind that this release does not know");
}

Result<domain::RequestState> state_of(std::string_view text) {
  for (const auto& [state, name] : wire::rows::kNames<domain::RequestState>) {
    if (name == text) return state;
  }
  return base::corrupt("the store has a request in a state that this release does not know");
}

void bind_time(SQLite::Statement& statement, int index, std::optional<base::TimePoint> time) {
  if (time) {
    statement.bind(index, static_cast<std::int64_t>(base::to_unix_milliseconds(*time)));
  } else {
    statement.bind(index);
  }
}

void bind_row(SQLite::Statement& statement, const Record& record, std::int64_t now) {
  statement.bind(1, number_of(record.ref.kind));
  statement.bind(2, record.ref.key);
  bind_time(statement, 3, record.due);
  if (record.state.empty()) {
    statement.bind(4);
  } else {
    statement.bind(4, record.state);
  }
  if (record.requester) {
    statement.bind(5, *record.requester);
  } else {
    statement.bind(5);
  }
  bind_time(statement, 6, record.created_at);
  statement.bind(7, static_cast<std::int64_t>(record.chain.sequence));
  statement.bind(8, record.chain.hash);
  statement.bind(9, record.body);
  statement.bind(10, now);
  if (record.open) {
    statement.bind(11, record.target);
  } else {
    statement.bind(11);
  }
}

constexpr const char* kInsert =
    "INSERT INTO rows (kind, key, version, due, state, requester, created_at, sequence, hash, "
    "body, head_moved_at, open_target) VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
    "CASE WHEN ?7 > 0 THEN ?10 END, ?11) ON CONFLICT DO NOTHING";
constexpr const char* kUpdate =
    "UPDATE rows SET version = version + 1, due = ?3, state = ?4, requester = ?5, "
    "created_at = ?6, head_moved_at = CASE WHEN sequence <> ?7 THEN ?10 ELSE head_moved_at END, "
    "sequence = ?7, hash = ?8, body = ?9, open_target = ?11 "
    "WHERE kind = ?1 AND key = ?2 AND version = ?12";

struct Stored {
  std::string body;
  Version version = 0;
};

base::Error only_looked_at() {
  return {base::Kind::kDenied, "the store was opened to look at it, so nothing is written"};
}

// Without a writer it is only looked at.
class SqliteStore final : public ports::Store {
 public:
  SqliteStore(std::unique_ptr<SQLite::Database> writer, std::unique_ptr<SQLite::Database> reader,
              const base::Clock& clock)
      : clock_(clock), writer_(std::move(writer)), reader_(std::move(reader)) {}

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
    if (records.empty()) return {};
    if (!writer_) return only_looked_at();
    const std::scoped_lock lock(writer_mutex_);
    // Once COMMIT is sent, a failing disk may or may not keep the transaction.
    Effect effect = Effect::kNone;
    try {
      SQLite::Transaction transaction(*writer_, SQLite::TransactionBehavior::IMMEDIATE);
      for (const Record& record : records) TRY_VOID(put(record));
      effect = Effect::kUnknown;
      transaction.commit();
      return {};
    } catch (...) {
      return to_error(std::current_exception(), effect);
    }
  }

  Result<std::vector<RowRef>> due(base::TimePoint now, size_t limit) override {
    return due_rows("rows_due WHERE due IS NOT NULL", now, limit);
  }

  Result<std::vector<RowRef>> due_grants(base::TimePoint now, size_t limit) override {
    return due_rows("rows_due_grants WHERE due IS NOT NULL AND kind = 2", now, limit);
  }

  Result<std::optional<base::TimePoint>> next_due() override {
    using Answer = Result<std::optional<base::TimePoint>>;
    return read<Answer>([&]() -> Answer {
      SQLite::Statement query(*reader_, "SELECT min(due) FROM rows WHERE due IS NOT NULL");
      if (!query.executeStep() || query.getColumn(0).isNull()) return std::nullopt;
      return base::from_unix_milliseconds(query.getColumn(0).getInt64());
    });
  }

  Result<std::vector<ports::RequestBrief>> open_requests_of(
      const domain::SlackUserId& requester) override {
    using Briefs = std::vector<ports::RequestBrief>;
    return read<Result<Briefs>>([&]() -> Result<Briefs> {
      SQLite::Statement query(*reader_,
                              "SELECT key, state, open_target FROM rows "
                              "WHERE requester = ?1 AND open_target IS NOT NULL "
                              "ORDER BY created_at DESC, key");
      query.bind(1, requester.str());
      Briefs briefs;
      while (query.executeStep()) {
        TRY(auto id, domain::RequestId::parse(query.getColumn(0).getString()));
        TRY(const auto state, state_of(query.getColumn(1).getString()));
        briefs.push_back({std::move(id), state, query.getColumn(2).getString()});
      }
      return briefs;
    });
  }

  Result<std::vector<domain::RequestId>> requests_in(domain::RequestState state,
                                                     size_t limit) override {
    return ids(
        "SELECT kind, key FROM rows WHERE kind = 1 AND state = ?1 "
        "ORDER BY created_at DESC, key LIMIT ?2",
        std::string(domain::to_string(state)), limit);
  }

  Result<std::vector<Versioned<domain::Grant>>> live_grants() override {
    using Grants = std::vector<Versioned<domain::Grant>>;
    return read<Result<Grants>>([&]() -> Result<Grants> {
      SQLite::Statement query(*reader_,
                              "SELECT body, version FROM rows WHERE kind = 2 AND state = 'live' "
                              "ORDER BY key");
      Grants grants;
      while (query.executeStep()) {
        TRY(auto grant, wire::rows::decode_grant(query.getColumn(0).getString()));
        grants.push_back({std::move(grant), static_cast<Version>(query.getColumn(1).getInt64())});
      }
      return grants;
    });
  }

  Result<std::vector<ports::StreamHead>> heads_moved_since(base::TimePoint since) override {
    using Heads = std::vector<ports::StreamHead>;
    return read<Result<Heads>>([&]() -> Result<Heads> {
      SQLite::Statement query(*reader_,
                              "SELECT kind, key, sequence, hash FROM rows "
                              "WHERE head_moved_at IS NOT NULL AND head_moved_at >= ?1 "
                              "ORDER BY kind, key");
      query.bind(1, static_cast<std::int64_t>(base::to_unix_milliseconds(since)));
      Heads heads;
      while (query.executeStep()) {
        TRY(const RowKind kind, kind_of(query.getColumn(0).getInt()));
        const std::string key = query.getColumn(1).getString();
        heads.push_back({kind == RowKind::kRequest ? "request/" + key : key,
                         {static_cast<std::uint64_t>(query.getColumn(2).getInt64()),
                          query.getColumn(3).getString()}});
      }
      return heads;
    });
  }

  Result<std::string> id_key() override {
    if (!writer_) return only_looked_at();
    const std::scoped_lock lock(writer_mutex_);
    return guarded(Effect::kUnknown, [&]() -> Result<std::string> {
      SQLite::Statement make(*writer_,
                             "INSERT INTO settings VALUES ('id_key', ?1) "
                             "ON CONFLICT DO NOTHING");
      const std::string fresh = base::random_bytes(32);
      make.bind(1, fresh.data(), static_cast<int>(fresh.size()));
      make.exec();
      SQLite::Statement query(*writer_, "SELECT value FROM settings WHERE name = 'id_key'");
      if (!query.executeStep()) return base::internal("the store lost the key of request ids");
      std::string key = query.getColumn(0).getString();
      if (key.size() != 32) return base::corrupt("the store's key of request ids is damaged");
      return key;
    });
  }

  Status check_writable() override {
    if (!writer_) return only_looked_at();
    const std::scoped_lock lock(writer_mutex_);
    return guarded(Effect::kNone, [&]() -> Status {
      // A real write: only that finds a full disk or a read-only file system.
      SQLite::Statement probe(*writer_,
                              "INSERT INTO settings VALUES ('probe', ?1) "
                              "ON CONFLICT DO UPDATE SET value = excluded.value");
      const std::string now = std::to_string(base::to_unix_milliseconds(clock_.now()));
      probe.bind(1, now.data(), static_cast<int>(now.size()));
      probe.exec();
      return {};
    });
  }

 private:
  Status put(const Record& record) {
    SQLite::Statement statement(*writer_, record.expected == 0 ? kInsert : kUpdate);
    bind_row(statement, record, base::to_unix_milliseconds(clock_.now()));
    if (record.expected != 0) statement.bind(12, static_cast<std::int64_t>(record.expected));
    if (statement.exec() == 1) return {};
    return base::conflict(record.expected == 0
                              ? "the row " + record.ref.key + " exists already"
                              : "the row " + record.ref.key + " was changed by somebody else");
  }

  template <typename T, typename Work>
  T read(Work work) {
    const std::scoped_lock lock(reader_mutex_);
    return guarded(Effect::kNone, work);
  }

  template <typename T, typename Decode>
  Result<std::optional<Versioned<T>>> row(const RowRef& ref, Decode decode) {
    TRY(auto stored, body(ref));
    if (!stored) return std::optional<Versioned<T>>();
    auto value = decode(stored->body);
    if (!value) return base::with_context("the row " + ref.key, value.error());
    return std::optional(Versioned<T>{*std::move(value), stored->version});
  }

  Result<std::optional<Stored>> body(const RowRef& ref) {
    using Answer = Result<std::optional<Stored>>;
    return read<Answer>([&]() -> Answer {
      SQLite::Statement query(*reader_,
                              "SELECT body, version FROM rows WHERE kind = ?1 AND key = ?2");
      query.bind(1, number_of(ref.kind));
      query.bind(2, ref.key);
      if (!query.executeStep()) return std::nullopt;
      return std::optional(Stored{query.getColumn(0).getString(),
                                  static_cast<Version>(query.getColumn(1).getInt64())});
    });
  }

  // `from`: the index, and the words of its condition. By itself SQLite finds grants by the primary
  // key, which reads all that ever were.
  Result<std::vector<RowRef>> due_rows(std::string_view from, base::TimePoint now, size_t limit) {
    const std::string sql = fmt::format(
        "SELECT kind, key FROM rows INDEXED BY {} AND due <= ?1 ORDER BY due, kind, key LIMIT ?2",
        from);
    return refs(sql, [&](SQLite::Statement& query) {
      query.bind(1, static_cast<std::int64_t>(base::to_unix_milliseconds(now)));
      query.bind(2, static_cast<std::int64_t>(limit));
    });
  }

  template <typename Bind>
  Result<std::vector<RowRef>> refs(const std::string& sql, Bind bind) {
    return read<Result<std::vector<RowRef>>>([&]() -> Result<std::vector<RowRef>> {
      SQLite::Statement query(*reader_, sql);
      bind(query);
      std::vector<RowRef> found;
      while (query.executeStep()) {
        TRY(const RowKind kind, kind_of(query.getColumn(0).getInt()));
        found.push_back({kind, query.getColumn(1).getString()});
      }
      return found;
    });
  }

  Result<std::vector<domain::RequestId>> ids(const std::string& sql, const std::string& first,
                                             size_t limit) {
    TRY(const auto found, refs(sql, [&](SQLite::Statement& query) {
          query.bind(1, first);
          query.bind(2, static_cast<std::int64_t>(limit));
        }));
    std::vector<domain::RequestId> result;
    for (const RowRef& ref : found) {
      TRY(auto id, domain::RequestId::parse(ref.key));
      result.push_back(std::move(id));
    }
    return result;
  }

  const base::Clock& clock_;
  std::mutex writer_mutex_;
  std::mutex reader_mutex_;
  std::unique_ptr<SQLite::Database> writer_;
  std::unique_ptr<SQLite::Database> reader_;
};

}  // namespace

Result<std::unique_ptr<ports::Store>> open_store(const StoreOptions& options,
                                                 const base::Clock& clock) {
  TRY_VOID(prepare_database(options.path, options.busy_timeout));
  TRY(auto writer, open_database(options.path, Access::kReadWrite, options.busy_timeout));
  TRY(auto reader, open_database(options.path, Access::kReadOnly, options.busy_timeout));
  return std::unique_ptr<ports::Store>(
      std::make_unique<SqliteStore>(std::move(writer), std::move(reader), clock));
}

Result<std::unique_ptr<ports::Store>> open_store_to_look(const StoreOptions& options,
                                                         const base::Clock& clock) {
  TRY(auto reader, open_database(options.path, Access::kLook, options.busy_timeout));
  TRY_VOID(guarded(Effect::kNone, [&] { return require_newest_schema(*reader); }));
  return std::unique_ptr<ports::Store>(
      std::make_unique<SqliteStore>(nullptr, std::move(reader), clock));
}

}  // namespace elevator::adapters::sqlite
