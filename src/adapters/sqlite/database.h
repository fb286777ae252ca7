// Database: one SQLite file, opened the way this product needs it, and the one place where
// SQLite's exceptions become Errors.
//
// Write-ahead log, synchronous=FULL (a commit that returned survives a power cut), file mode 0600.
// A database of a newer release, of another program, or one that is damaged is refused with a
// sentence that says what to do. Not thread-safe: one thread at a time for each Database.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace SQLite {  // NOLINT(readability-identifier-naming): the library's own name
class Database;
class Exception;
}  // namespace SQLite

namespace elevator::adapters::sqlite {

// kLook: not even the files beside the database are made or changed, which reading needs when the
// program that wrote it has ended.
enum class Access { kReadWrite, kReadOnly, kLook };

// The schema of this release. Grows by one with every migration (schema.cc).
int newest_schema();

// Runs quick_check and the migrations. Creates the file, not its folder.
base::Status prepare_database(const std::string& path, base::Milliseconds busy_timeout);

base::Result<std::unique_ptr<SQLite::Database>> open_database(const std::string& path,
                                                              Access access,
                                                              base::Milliseconds busy_timeout);

// For a database that is only looked at: an error unless it is ours and of this release.
base::Status require_newest_schema(SQLite::Database& database);

// What went wrong, from SQLite's result code.
base::Error to_error(const SQLite::Exception& exception, base::Effect effect);

// Runs `work`, which may throw. For writes, `effect` says what a failure leaves behind.
template <typename Work>
auto guarded(base::Effect effect, Work work) -> decltype(work());

// Implementation.
base::Error to_error(std::exception_ptr exception, base::Effect effect);

template <typename Work>
auto guarded(base::Effect effect, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return to_error(std::current_exception(), effect);
  }
}

// Brings the schema to newest_schema(), each step in a transaction of its own. Throws
// SQLite::Exception.
base::Status migrate(SQLite::Database& database);

}  // namespace elevator::adapters::sqlite
