// The schema, as a list of steps. A step that was released never changes; a new one is added at
// the end. user_version holds the number of steps done, `migrations` says when.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <array>

#include "adapters/sqlite/database.h"

namespace elevator::adapters::sqlite {
namespace {

// "SSOE": marks the file as ours (sqlite.org/fileformat.html, application id).
constexpr int kApplicationId = 0x53534F45;

constexpr std::array kMigrations{
    // 1: rows as JSON (docs/formats/rows.md), with the columns that are searched beside them.
    R"sql(
      CREATE TABLE rows (
        kind          INTEGER NOT NULL,     -- 1 request, 2 grant, 3 named
        key           TEXT    NOT NULL,
        version       INTEGER NOT NULL,
        due           INTEGER,              -- unix milliseconds; NULL: never
        state         TEXT,                 -- of a request; of a grant "live" or "ended"
        requester     TEXT,
        created_at    INTEGER,
        head_moved_at INTEGER,              -- when the audit chain grew last
        sequence      INTEGER NOT NULL,     -- the audit chain: its last entry
        hash          TEXT    NOT NULL,
        body          TEXT    NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT;
      CREATE INDEX rows_due ON rows (due) WHERE due IS NOT NULL;
      CREATE INDEX rows_requester ON rows (requester, created_at) WHERE requester IS NOT NULL;
      CREATE INDEX rows_state ON rows (kind, state, created_at) WHERE state IS NOT NULL;
      CREATE INDEX rows_head ON rows (head_moved_at) WHERE head_moved_at IS NOT NULL;
      CREATE TABLE settings (
        name  TEXT PRIMARY KEY,
        value BLOB NOT NULL
      ) STRICT;
    )sql",
    // 2: what a person has open, found without looking at their history. `open_target` is NULL for
    // requests that are final, so the index holds the others alone.
    R"sql(
      ALTER TABLE rows ADD COLUMN open_target TEXT;
      UPDATE rows
         SET open_target = CASE WHEN json_extract(body, '$.target.group') IS NULL
               THEN json_extract(body, '$.target.account') || '/' ||
                    json_extract(body, '$.target.permission_set')
               ELSE 'group/' || json_extract(body, '$.target.group') END
       WHERE kind = 1 AND state IN ('received', 'pending', 'approved', 'scheduled', 'granting',
                                    'active', 'ending');
      CREATE INDEX rows_open ON rows (requester, created_at) WHERE open_target IS NOT NULL;
    )sql",
    // 3: the grants that are due, found without looking at requests. (For some days step 2 made
    // this index.)
    R"sql(
      CREATE INDEX IF NOT EXISTS rows_due_grants ON rows (due) WHERE due IS NOT NULL AND kind = 2;
    )sql",
};

base::Result<int> read_schema(SQLite::Database& database) {
  const int owner = database.execAndGet("PRAGMA application_id").getInt();
  const int found = database.execAndGet("PRAGMA user_version").getInt();
  const int tables = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt();
  if (owner != kApplicationId && tables != 0) {
    return base::corrupt(fmt::format("{} belongs to another program: choose another --state folder",
                                     database.getFilename()));
  }
  if (found > newest_schema()) {
    return base::corrupt(fmt::format(
        "{} was written by a newer release (schema {}, this release knows {}): run the newer "
        "release, or restore the backup made before the upgrade",
        database.getFilename(), found, newest_schema()));
  }
  return found;
}

}  // namespace

int newest_schema() { return static_cast<int>(kMigrations.size()); }

base::Status require_newest_schema(SQLite::Database& database) {
  TRY(const int found, read_schema(database));
  if (found == newest_schema()) return {};
  return base::invalid(fmt::format(
      "{} was written by an older release (schema {}, this release has {}), and nothing is changed "
      "here: use the release that serves it, or start `serve` of this release with it once",
      database.getFilename(), found, newest_schema()));
}

base::Status migrate(SQLite::Database& database) {
  TRY(const int found, read_schema(database));
  for (int done = found; done < newest_schema(); ++done) {
    SQLite::Transaction step(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Another process may have been faster.
    if (database.execAndGet("PRAGMA user_version").getInt() != done) continue;
    database.exec(
        "CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, done_at TEXT) STRICT");
    database.exec(kMigrations.at(static_cast<size_t>(done)));
    database.exec(fmt::format("INSERT INTO migrations VALUES ({}, datetime('now'))", done + 1));
    database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    database.exec(fmt::format("PRAGMA user_version = {}", done + 1));
    step.commit();
  }
  return {};
}

}  // namespace elevator::adapters::sqlite
