// Faults: how the simulated AWS misbehaves. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace elevator::sandbox::aws {

enum class FaultKind {
  kRefuse,       // answers `code` with `status`
  kCloseBefore,  // nothing happens, the connection is cut
  kCloseAfter,   // it happens, the connection is cut
  kGarbage,      // 200 with a body that is no answer of AWS
};

// An injected failure; each is used up in order.
struct Fault {
  std::string operation = "*";  // "ListUsers"
  FaultKind kind = FaultKind::kRefuse;
  std::string code = "ThrottlingException";
  int status = 400;
  int skip = 0;   // lets so many calls of it pass first
  int times = 1;  // then strikes so often
  int page = 0;   // only on this page of a listing, counted from 1; 0: on any call
};

// What stays until it is switched off.
struct Switches {
  bool throttle_everything = false;  // every service: the demo's "AWS throttles"
  bool down = false;                 // 503 to everything
  base::Milliseconds latency{0};     // of every call
};

class Faults {
 public:
  Switches switches() const;
  void set(const Switches& switches);
  void inject(Fault fault);
  void clear();

  // The fault that strikes this call, if any; uses it up.
  std::optional<Fault> strike(std::string_view operation, int page);

 private:
  mutable std::mutex mutex_;
  Switches switches_;
  std::vector<Fault> pending_;
};

}  // namespace elevator::sandbox::aws
