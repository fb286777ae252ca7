// A large organization in one process: the simulated AWS with its limits, the adapters that the
// product talks to AWS with, the workflow above them, and a clock that moves only when somebody
// waits, so that an hour of calls takes seconds. Rows and messages are in memory.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/aws/client.h"
#include "adapters/aws/identity_center.h"
#include "adapters/aws/organization.h"
#include "adapters/aws/survey.h"
#include "net/client.h"
#include "sandbox/aws/gateway.h"
#include "tests/support/fake_ports.h"
#include "tests/support/memory_store.h"
#include "workflow/engine.h"
#include "workflow/sweep/sweep.h"
#include "workflow/sync/run.h"

namespace elevator::scale {

// Time passes when somebody waits. Those who wait at the same time wait one after the other: the
// product is measured as slower than it is, never as faster. Thread-safe.
class VirtualTime final : public base::Clock, public adapters::aws::Waiter {
 public:
  base::TimePoint now() const override { return base::from_unix_milliseconds(milliseconds_); }
  void wait(base::Milliseconds time) override { milliseconds_ += time.count(); }
  void set(base::TimePoint to) { milliseconds_ = base::to_unix_milliseconds(to); }

 private:
  std::atomic<std::int64_t> milliseconds_{1'772'366'400'000};  // 2026-03-01T12:00:00Z
};

// What was asked of AWS since the last look.
struct Calls {
  std::map<std::string, int> by_operation;  // "sso-admin:ListAccountAssignments"
  int all = 0;                              // of Identity Center: sso-admin and identitystore
  int throttled = 0;                        // that AWS refused for its rate limit
  double seconds = 0;                       // of virtual time, from the first call to the last
  int most_in_a_second = 0;
  double per_second() const { return seconds > 0 ? all / seconds : 0; }
};

// Hands requests to the gateway as they would go over the wire, after AWS's latency. Thread-safe.
class Transport final : public net::HttpClient {
 public:
  Transport(sandbox::aws::Gateway& gateway, VirtualTime& time, base::Milliseconds latency)
      : gateway_(gateway), time_(time), latency_(latency) {}
  base::Result<net::Response> send(const net::Request& request,
                                   std::chrono::milliseconds budget) override;
  Calls take();

  // Asked before each call to AWS, by its number since the start: false, and it never arrives.
  std::function<bool(int)> arrives = [](int) { return true; };

 private:
  sandbox::aws::Gateway& gateway_;
  VirtualTime& time_;
  const base::Milliseconds latency_;
  std::mutex mutex_;
  int number_ = 0;
  std::vector<std::int64_t> times_;  // of calls to Identity Center
};

// The fewest calls with which everything in scope can be seen, either way.
struct FewestCalls {
  size_t by_person = 0;   // pages of users, and each user
  size_t by_pair = 0;     // pages of accounts of each permission set, and each provisioned pair
  size_t every_pair = 0;  // the naive walk: each account with each permission set
  size_t least() const { return std::min(by_person, by_pair); }
};

struct LargeOptions {
  sandbox::aws::Scale scale{};
  base::Milliseconds latency{50};
  double share_per_second = 7.5;  // half of what the product allows itself
  // Of AWS's own doing.
  base::Milliseconds deletion_takes{3000};
  size_t page_size = 0;
};

class Large {
 public:
  explicit Large(const LargeOptions& options);

  FewestCalls fewest{};
  VirtualTime time;
  sandbox::aws::Organization aws;
  sandbox::aws::Gateway gateway;
  Transport transport;
  base::NullLogger log;
  base::NullMetrics metrics;
  adapters::aws::CredentialsChain credentials;
  adapters::aws::Client client;
  adapters::aws::IdentityCenter identity_center;
  tests::MemorySnapshots snapshots;
  adapters::aws::Organization organization;
  adapters::aws::Survey survey;
  tests::MemoryStore store;
  tests::FakeChat chat;
  tests::FakeAudit audit;
  tests::FakeDirectory directory;
  tests::NoTimer timer;
  tests::NobodyOnCall on_call;
  tests::FixedRules rules;
  workflow::Engine engine;
  workflow::sweep::Options sweep_options;

  base::Result<workflow::sweep::Outcome> sweep(
      workflow::sweep::Purpose purpose = workflow::sweep::Purpose::kReport,
      base::Milliseconds limit = base::hours(24));
  // Sweeps, two hours apart, until messages have named everything: one has room for some dozens.
  void sweep_until_all_are_warned();
  // So much later. What lists accounts and permission sets in the background did so, and its calls
  // are not counted: a sweep by an old listing removes nothing.
  void later(base::Milliseconds time);
  // Does what is due, second by second.
  void pass(base::Milliseconds time);
  // Until no row is due in the near future.
  void settle();
  size_t assignments_of_users();
  size_t assignments_of_groups();

 private:
  static sandbox::aws::World world_of(const LargeOptions& options, FewestCalls& fewest);
  size_t assignments(sandbox::aws::PrincipalType type);
};

// "VmHWM" (the most that was ever resident) or "VmRSS" (now) of this process.
double memory_mib(const std::string& name);

}  // namespace elevator::scale
