#include "main/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>

#include "base/sanitizer.h"
#include "net/process.h"

namespace elevator {
namespace {

// A core dump would hold tokens and keys (I9).
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef ELEVATOR_UNDER_ASAN  // the leak checker has to look into this process
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace

void prepare_process() {
  forbid_core_dumps();
  // A limit on the size of files is one more full disk, not a reason to die.
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
  net::ignore_sigpipe();
  net::configure_name_lookup();
}

}  // namespace elevator
