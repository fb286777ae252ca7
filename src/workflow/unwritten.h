// What is still done for a grant while no row can be written: the disk is full, or read-only.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "workflow/ports.h"

namespace elevator::workflow {

// Sends the deletion of overdue grants to AWS although that cannot be written down; the rows go
// through the same steps again when they can be written, and close then. No access is ever given
// in this way. Thread-safe.
class UnwrittenRevocations {
 public:
  explicit UnwrittenRevocations(Ports& ports) : ports_(ports) {}

  // To be called when a step of this grant failed. Does nothing while the store takes writes, for
  // a grant that is not overdue, and while AWS works on the last deletion; else once a minute.
  void revoke(const domain::Assignment& assignment);

 private:
  struct Sent {
    std::string operation_id;  // at work in AWS; empty = none
    base::TimePoint again{};   // not before this time
    bool at_work = false;      // somebody asks AWS about it now
  };
  void forget_all();
  bool is_due(Sent& sent, const domain::Assignment& assignment);
  void send(Sent& sent, const domain::Assignment& assignment);

  Ports& ports_;
  std::mutex mutex_;
  std::map<domain::Assignment, Sent> sent_;
};

}  // namespace elevator::workflow
