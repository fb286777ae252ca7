// Client: signed calls to AWS, one class for every service and operation. Thread-safe.
//
//   TRY(auto reply, client.call<sso_admin::ListInstances>({}, {.priority = Priority::kList}));
//
// Within the budget of one call it waits for the service's rate limiter, signs, sends, and repeats
// with full jitter what is safe to repeat: anything that surely had no effect, and lost answers of
// reads and idempotent writes. An effect that is unknown of any attempt goes back to the caller.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/aws/credentials.h"
#include "adapters/aws/endpoints.h"
#include "adapters/aws/rate_limiter.h"
#include "base/log.h"
#include "base/metrics.h"
#include "net/client.h"
#include "wire/aws/error.h"
#include "wire/aws/message.h"
#include "wire/aws/operation.h"

namespace elevator::adapters::aws {

struct CallOptions {
  Priority priority = Priority::kList;
  base::Milliseconds budget{20'000};  // the whole call: waiting, attempts, pauses
  // Nothing is sent once the clock shows this; checked immediately before each attempt.
  std::optional<base::TimePoint> not_after{};
};

struct ClientOptions {
  base::Milliseconds attempt_limit{10'000};  // one try
  base::Milliseconds first_pause{100};       // doubled with every failure, then jittered
  base::Milliseconds longest_pause{20'000};
  Rate identity_center{};  // sso-admin and identitystore together: AWS counts per instance
  Rate organizations{.per_second = 8, .burst = 4};
  Rate other{.per_second = 200, .burst = 50};
  // A number in [0, 1); replaced in tests.
  std::function<double()> random = {};
};

struct ClientDependencies {
  net::HttpClient& http;
  CredentialsChain& credentials;
  const base::Clock& clock;
  Waiter& waiter;
  base::Metrics& metrics;
  base::Logger& log;
};

class Client {
 public:
  Client(Endpoints endpoints, ClientDependencies dependencies, ClientOptions options = {});

  // A JSON operation. An answer that cannot be understood is an error; after a write its effect is
  // unknown.
  template <typename Operation>
  base::Result<typename Operation::Response> call(const typename Operation::Request& request,
                                                  const CallOptions& options = {}) {
    TRY(const std::string body,
        call_json(Operation::kOperation, wire::aws::encode(request), options));
    auto response = wire::aws::decode<typename Operation::Response>(body);
    if (!response) return not_understood(Operation::kOperation, std::move(response).error());
    return response;
  }

  // The other protocols: `build` makes the request for the endpoint, again for each attempt.
  using Build = std::function<wire::aws::SignableRequest(const Endpoint&)>;
  base::Result<wire::aws::Reply> send(const wire::aws::Operation& operation, const Build& build,
                                      const CallOptions& options);

  // Nothing is sent any more and nothing repeated: for the end of the program. Calls in flight are
  // the HttpClient's to cancel.
  void stop() { stopped_ = true; }

  const base::Clock& clock() const { return dependencies_.clock; }

 private:
  struct Attempt {
    base::Result<wire::aws::Reply> result;
    wire::aws::Remedy remedy = wire::aws::Remedy::kNone;
    std::string access_key_id;
  };

  base::Result<std::string> call_json(const wire::aws::Operation& operation, std::string body,
                                      const CallOptions& options);
  static base::Error not_understood(const wire::aws::Operation& operation, base::Error error);

  class Limits;
  Attempt attempt(const wire::aws::Operation& operation, const Endpoint& endpoint,
                  const Build& build, Limits& limits, Priority priority);
  base::Result<wire::aws::Reply> transmit(const wire::aws::Operation& operation,
                                          const Endpoint& endpoint,
                                          wire::aws::SignableRequest request,
                                          base::Milliseconds limit);
  bool apply_remedy(const Attempt& attempt);
  void learn_clock(const wire::aws::Reply& reply);
  RateLimiter& limiter_for(const wire::aws::Service& service);
  base::Milliseconds pause_after(int failures, const base::Error& error) const;
  void tell(const wire::aws::Operation& operation, const base::Error& error,
            const std::string& code, std::string_view request_id);
  void count(const wire::aws::Operation& operation, const base::Result<wire::aws::Reply>& result,
             base::TimePoint started) const;

  Endpoints endpoints_;
  ClientDependencies dependencies_;
  ClientOptions options_;
  RateLimiter identity_center_;
  RateLimiter organizations_;
  RateLimiter other_;
  std::atomic<std::int64_t> clock_offset_milliseconds_{0};
  std::atomic<std::int64_t> offered_offset_milliseconds_{0};
  std::atomic<bool> stopped_{false};
  struct Told {
    base::TimePoint at;
    size_t repeated = 0;  // since then
  };
  std::mutex told_mutex_;
  std::map<std::string, Told> told_;  // by operation and error
};

}  // namespace elevator::adapters::aws
