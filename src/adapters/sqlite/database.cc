#include "adapters/sqlite/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace elevator::adapters::sqlite {
namespace {

using base::Effect;
using base::Error;
using base::Kind;

struct Meaning {
  int code;
  Kind kind;
  base::Retry retry;
  std::string_view what_to_do;
};

// By primary result code (sqlite.org/rescode.html). What is not here is our own mistake.
constexpr Meaning kMeanings[] = {
    {SQLITE_BUSY, Kind::kUnavailable, base::Retry::kBackoff, "another process holds the database"},
    {SQLITE_LOCKED, Kind::kUnavailable, base::Retry::kBackoff, "the database is locked"},
    {SQLITE_FULL, Kind::kUnavailable, base::Retry::kBackoff, "the disk is full: make room"},
    {SQLITE_IOERR, Kind::kUnavailable, base::Retry::kBackoff,
     "the disk cannot be read or written: look at the system's log"},
    {SQLITE_NOMEM, Kind::kUnavailable, base::Retry::kBackoff, "there is no memory left"},
    {SQLITE_INTERRUPT, Kind::kUnavailable, base::Retry::kBackoff, "the call was interrupted"},
    {SQLITE_PROTOCOL, Kind::kUnavailable, base::Retry::kBackoff,
     "another process holds the database"},
    {SQLITE_READONLY, Kind::kDenied, base::Retry::kBackoff,
     "the database is read-only: its file and its folder must be writable"},
    {SQLITE_PERM, Kind::kDenied, base::Retry::kBackoff, "the file may not be used by this user"},
    {SQLITE_AUTH, Kind::kDenied, base::Retry::kBackoff, "the file may not be used by this user"},
    {SQLITE_CANTOPEN, Kind::kDenied, base::Retry::kBackoff,
     "the file cannot be opened: its folder must exist and be writable"},
    {SQLITE_CORRUPT, Kind::kCorrupt, base::Retry::kNever,
     "the database is damaged: stop, keep a copy, and restore a backup (docs/operations.md)"},
    {SQLITE_NOTADB, Kind::kCorrupt, base::Retry::kNever,
     "the file is not a database of this program: choose another --state folder"},
};

// Creates the file for its owner alone; SQLite gives the log files beside it the same mode.
base::Status ensure_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    const std::string why = std::system_category().message(errno);
    return Error{Kind::kDenied, fmt::format("the database {} cannot be opened: {}", path, why)};
  }
  const bool is_private = ::fchmod(file, 0600) == 0;
  ::close(file);
  if (!is_private) {
    return Error{Kind::kDenied,
                 fmt::format("the database {} belongs to another user: it holds the key of request "
                             "ids and must be readable by its owner alone",
                             path)};
  }
  return {};
}

base::Status quick_check(SQLite::Database& database, const std::string& path) {
  SQLite::Statement check(database, "PRAGMA quick_check(1)");
  const std::string answer = check.executeStep() ? check.getColumn(0).getString() : "no answer";
  if (answer == "ok") return {};
  return base::corrupt(
      fmt::format("the database {} is damaged ({}): stop, keep a copy, and restore a backup "
                  "(docs/operations.md)",
                  path, answer));
}

// The address of a file for SQLite (sqlite.org/uri.html).
std::string uri_of(const std::string& path) {
  std::string out = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// Whoever has the database open keeps a log and shared memory beside it; a program that was killed
// leaves them. Those are read as they are. Without them nobody writes.
base::Result<std::string> uri_to_look(const std::string& path) {
  std::error_code error;
  const auto logged = std::filesystem::file_size(path + "-wal", error);
  const bool has_log = !error && logged > 0;
  if (std::filesystem::exists(path + "-shm", error)) return uri_of(path) + "?readonly_shm=1";
  if (!has_log) return uri_of(path) + "?immutable=1";
  return base::unavailable(fmt::format(
      "{} was not closed, and {}-shm, which was beside it, is gone: start `serve` with it once",
      path, path));
}

}  // namespace

Error to_error(const SQLite::Exception& exception, Effect effect) {
  const int primary = exception.getErrorCode() & 0xFF;
  for (const Meaning& meaning : kMeanings) {
    if (meaning.code != primary) continue;
    return Error{meaning.kind,
                 fmt::format("the store: {} ({})", meaning.what_to_do, exception.what()),
                 meaning.retry, effect};
  }
  return Error{Kind::kInternal, fmt::format("the store: {}", exception.what()),
               base::Retry::kBackoff, effect};
}

Error to_error(std::exception_ptr exception, Effect effect) {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const SQLite::Exception& sqlite) {
    return to_error(sqlite, effect);
  } catch (const std::exception& other) {
    return Error{Kind::kInternal, fmt::format("the store: {}", other.what()), base::Retry::kBackoff,
                 effect};
  }
}

base::Result<std::unique_ptr<SQLite::Database>> open_database(const std::string& path,
                                                              Access access,
                                                              base::Milliseconds busy_timeout) {
  using Opened = base::Result<std::unique_ptr<SQLite::Database>>;
  std::string name = path;
  int flags = access == Access::kReadWrite ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY;
  if (access == Access::kLook) {
    TRY(name, uri_to_look(path));
    flags |= SQLite::OPEN_URI;
  }
  return guarded(Effect::kNone, [&]() -> Opened {
    auto database =
        std::make_unique<SQLite::Database>(name, flags, static_cast<int>(busy_timeout.count()));
    database->exec("PRAGMA synchronous = FULL");
    database->exec("PRAGMA foreign_keys = ON");
    database->exec("PRAGMA trusted_schema = OFF");
    return database;
  });
}

base::Status prepare_database(const std::string& path, base::Milliseconds busy_timeout) {
  TRY_VOID(ensure_private_file(path));
  TRY(auto database, open_database(path, Access::kReadWrite, busy_timeout));
  return guarded(Effect::kNone, [&]() -> base::Status {
    TRY_VOID(quick_check(*database, path));
    const std::string mode = database->execAndGet("PRAGMA journal_mode = WAL").getString();
    if (mode != "wal") {
      return base::internal(fmt::format(
          "the database {} cannot use a write-ahead log (it answered \"{}\"): is it on a network "
          "file system? Choose a local --state folder",
          path, mode));
    }
    return migrate(*database);
  });
}

}  // namespace elevator::adapters::sqlite
