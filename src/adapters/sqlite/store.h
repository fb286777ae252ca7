// SqliteStore: the Store port on one SQLite file, for `serve`.
//
// Thread-safe: one connection for writing and one for reading, a mutex each, so that a commit
// that waits for the disk does not keep readers waiting. Several processes may use one file.
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "ports/store.h"

namespace elevator::adapters::sqlite {

struct StoreOptions {
  std::string path;
  base::Milliseconds busy_timeout = base::Seconds(5);
};

// Opens or creates the database. `clock` dates the moves of audit chains; it must outlive the
// store.
base::Result<std::unique_ptr<ports::Store>> open_store(const StoreOptions& options,
                                                       const base::Clock& clock);

// Opens one that is there to look at it, and changes no byte in its folder: commits are refused,
// and so is a schema that is not this release's.
base::Result<std::unique_ptr<ports::Store>> open_store_to_look(const StoreOptions& options,
                                                               const base::Clock& clock);

}  // namespace elevator::adapters::sqlite
