// FaultyDisk: while one lives, every SQLite database that is opened writes through it, and the n-th
// write or flush of a file fails, once or from then on. Reading always works. One at a time.
#pragma once

namespace elevator::conformance {

enum class DiskFault { kFull, kBrokenWrite, kBrokenFlush };

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The n-th (1 = the next) operation of the fault's kind fails; with `persistent` all that follow
  // fail, too.
  void fail(DiskFault fault, int nth, bool persistent);
  void heal();
  bool has_failed() const;
};

}  // namespace elevator::conformance
