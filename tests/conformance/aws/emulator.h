// The AWS that the conformance suite talks to over real HTTP: tests/e2e/moto_server.py, started as
// a child of this process; with ELEVATOR_AWS_EMULATOR=sandbox our own sandbox; or whatever
// ELEVATOR_AWS_EMULATOR_URL names (it has to offer the same /_control calls). ELEVATOR_PYTHON is
// the interpreter that has moto.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>

#include "adapters/aws/client.h"
#include "adapters/aws/identity_center.h"
#include "net/client.h"
#include "ports/snapshots.h"

namespace elevator::conformance {

// Time that passes only when somebody waits. Thread-safe.
class VirtualTime final : public base::Clock, public adapters::aws::Waiter {
 public:
  base::TimePoint now() const override { return base::from_unix_milliseconds(milliseconds_); }
  void wait(base::Milliseconds time) override { milliseconds_ += time.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_{1'772'366'400'000};  // 2026-03-01T12:00:00Z
};

// The one time of this process: the clients' and the sandbox's.
VirtualTime& the_time();

class MemorySnapshots final : public ports::Snapshots {
 public:
  base::Result<std::optional<ports::Snapshot>> read(const std::string& name) override {
    const auto found = kept.find(name);
    if (found == kept.end()) return std::optional<ports::Snapshot>();
    return std::optional<ports::Snapshot>(found->second);
  }
  base::Status write(const std::string& name, const ports::Snapshot& snapshot) override {
    kept[name] = snapshot;
    return {};
  }
  std::map<std::string, ports::Snapshot> kept;
};

class Emulator {
 public:
  // One for the process; nothing when it cannot be started (the reason has been printed).
  static Emulator* get();

  const std::string& url() const { return url_; }
  // Resets, seeds, and returns the ids that were given, as "users/ann", "instance_arn" and so on.
  std::map<std::string, std::string> seed(const std::string& json);
  // POST /_control/NAME; the answer's body.
  std::string control(const std::string& name, const std::string& json = "{}");
  // Calls of "sso-admin:ListInstances" since the last reset.
  int calls(const std::string& operation);
  // Every call since the last reset.
  int all_calls();
  // How often a text occurs in the state: ids and names of what lives there.
  size_t count_in_state(const std::string& text);

 private:
  explicit Emulator(std::string url);
  std::string get_text(const std::string& name);

  std::string url_;
  net::Client http_;
};

// A client and the adapters' surroundings, pointed at the emulator.
struct Aws {
  explicit Aws(const std::string& url);

  static adapters::aws::Environment environment(const std::string& url);

  VirtualTime& time = the_time();
  base::NullMetrics metrics;
  base::NullLogger log;
  net::Client http;
  adapters::aws::CredentialsChain credentials;
  adapters::aws::Client client;
  MemorySnapshots snapshots;
};

}  // namespace elevator::conformance

// The emulator, or the end of the test case.
#define EMULATOR_OR_SKIP(name)                                           \
  auto* const name##_pointer = ::elevator::conformance::Emulator::get(); \
  if (name##_pointer == nullptr) return;                                 \
  auto& name = *name##_pointer
