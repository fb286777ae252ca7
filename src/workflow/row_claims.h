// RowClaims: who of this process is at which row. Two threads that step the same row only ask
// everybody twice; across processes the versions of rows decide. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "ports/store.h"

namespace elevator::workflow {

class RowClaims {
 public:
  // What one thread holds, until it gives it back or ends.
  class Hold {
   public:
    explicit Hold(RowClaims& claims) : claims_(claims) {}
    ~Hold() {
      for (const ports::RowRef& row : rows_) claims_.release(row);
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    // False: somebody else is at it, and will look at it once more before it is done.
    bool take(const ports::RowRef& row) {
      if (rows_.contains(row)) return true;
      if (!claims_.take(row)) return false;
      rows_.insert(row);
      return true;
    }
    // False: somebody wanted it meanwhile, so it is still held and has to be looked at again.
    bool give_back(const ports::RowRef& row) {
      if (!claims_.release_unless_wanted(row)) return false;
      rows_.erase(row);
      return true;
    }

   private:
    RowClaims& claims_;
    std::set<ports::RowRef> rows_;
  };

 private:
  bool take(const ports::RowRef& row) {
    const std::lock_guard lock(mutex_);
    const auto [place, is_free] = wanted_.emplace(row, false);
    if (!is_free) place->second = true;
    return is_free;
  }
  bool release_unless_wanted(const ports::RowRef& row) {
    const std::lock_guard lock(mutex_);
    const auto place = wanted_.find(row);
    if (place->second) {
      place->second = false;
      return false;
    }
    wanted_.erase(place);
    return true;
  }
  void release(const ports::RowRef& row) {
    const std::lock_guard lock(mutex_);
    wanted_.erase(row);
  }

  std::mutex mutex_;
  std::map<ports::RowRef, bool> wanted_;  // the rows that are held: somebody else came meanwhile
};

}  // namespace elevator::workflow
