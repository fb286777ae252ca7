// What the unit tests of this folder share: a scripted HTTP client, and time that passes only
// when somebody waits.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/aws/client.h"
#include "tests/support/recording_logger.h"

namespace elevator::adapters::aws {

class FakeHttp final : public net::HttpClient {
 public:
  using Answer = std::function<base::Result<net::Response>(const net::Request&)>;
  explicit FakeHttp(Answer answer) : answer_(std::move(answer)) {}

  base::Result<net::Response> send(const net::Request& request,
                                   std::chrono::milliseconds budget) override {
    const std::lock_guard lock(mutex_);
    requests.push_back(request);
    budgets.push_back(budget);
    return answer_(request);
  }

  std::vector<net::Request> requests;
  std::vector<std::chrono::milliseconds> budgets;

 private:
  std::mutex mutex_;  // an answer is given to one caller after the other
  Answer answer_;
};

class ClockMovingWaiter final : public Waiter {
 public:
  explicit ClockMovingWaiter(base::ManualClock& clock) : clock_(clock) {}
  void wait(base::Milliseconds time) override {
    const std::lock_guard lock(mutex_);
    waited += time;
    clock_.advance(time);
  }
  base::Milliseconds waited{0};

 private:
  std::mutex mutex_;
  base::ManualClock& clock_;
};

class CountingMetrics final : public base::Metrics {
 public:
  void count(std::string_view name, base::Labels labels, double by) override {
    std::string key(name);
    for (const auto& [label, value] : labels)
      key += "|" + std::string(label) + "=" + std::string(value);
    const std::lock_guard lock(mutex_);
    counts[key] += by;
  }
  void gauge(std::string_view, double, base::Labels) override {}
  void observe(std::string_view, double, base::Labels) override {}
  std::map<std::string, double> counts;

 private:
  std::mutex mutex_;
};

// Keys of the environment, then of the shared files: nobody else is asked.
inline std::vector<std::unique_ptr<CredentialsProvider>> local_providers(
    const Environment& environment) {
  std::vector<std::unique_ptr<CredentialsProvider>> providers;
  providers.push_back(std::make_unique<EnvironmentCredentials>(environment));
  providers.push_back(std::make_unique<ProfileCredentials>(environment));
  return providers;
}

// A client with everything around it that a test wants to look at.
struct World {
  explicit World(FakeHttp::Answer answer, Environment environment = keys(),
                 ClientOptions options = {.random = [] { return 0.5; }})
      : http(std::move(answer)),
        credentials(local_providers(environment), clock),
        client(Endpoints("eu-central-1", environment),
               {http, credentials, clock, waiter, metrics, log}, std::move(options)) {}

  static Environment keys() {
    return {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
  }

  base::ManualClock clock{*base::parse_rfc3339("2026-03-01T12:00:00Z")};
  ClockMovingWaiter waiter{clock};
  CountingMetrics metrics;
  tests::RecordingLogger log;
  FakeHttp http;
  CredentialsChain credentials;
  Client client;
};

inline net::Response reply(int status, std::string body, net::Headers headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

inline net::Response error_reply(int status, const std::string& code) {
  return reply(status, R"({"__type":")" + code + R"(","message":"words"})");
}

}  // namespace elevator::adapters::aws
