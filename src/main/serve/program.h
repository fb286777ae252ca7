// Program: the running `serve`: the graph, its threads, its server.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/telemetry/prometheus.h"
#include "entry/http/router.h"
#include "main/serve/arguments.h"
#include "main/serve/graph.h"
#include "main/serve/housekeeping.h"
#include "main/serve/in_flight.h"
#include "main/serve/readiness.h"
#include "main/serve/rules_keeper.h"
#include "main/serve/worker.h"
#include "net/server.h"

namespace elevator::serve {

// What was asked for, checked.
struct Start {
  Arguments arguments;
  settings::Environment environment;
  settings::Settings settings;
  std::string region;
};

class Program {
 public:
  struct Surroundings {
    const Start& start;
    Graph& graph;
    base::Clock& clock;
    base::Logger& log;
    adapters::telemetry::Prometheus& metrics;
    Readiness& readiness;
  };
  explicit Program(const Surroundings& surroundings);

  // Looks at everything it needs. Reasons not to start, a line each; empty: it may begin.
  std::string check();
  base::Status begin();
  std::string url() const { return server_->url(); }

  void nudge();
  // Everything that is due now is done; answers when the next row is due.
  base::Result<std::optional<base::TimePoint>> settle();

  // Answers in flight are finished, for a moment; then `cancel` has to end every call to anybody.
  // Rows keep what is not done.
  void end(const std::function<void()>& cancel);

 private:
  void plan_housekeeping();
  void announce_start() const;
  net::Reply handle(const net::Request& request);
  entry::SlackEvents* slack();
  base::Status refresh_signing_secret();
  entry::ReadyAnswer ready();
  bool has_references() const;
  base::Status look_at_secrets();
  base::Status look_at_slack();
  base::Status look_at_audit();
  base::Status refresh_listings();

  const Start& start_;
  Graph& graph_;
  base::Clock& clock_;
  base::Logger& log_;
  adapters::telemetry::Prometheus& metrics_;
  Readiness& readiness_;
  RulesKeeper rules_;
  std::mutex slack_mutex_;
  // Once it is known whom it serves. A changed secret makes another one; answers of those before
  // may still be running.
  std::vector<std::unique_ptr<entry::SlackEvents>> slack_;
  std::vector<base::Secret> signing_secrets_;  // the newest first, then the one before
  base::TimePoint former_secret_until_{};
  entry::Router router_;
  InFlight after_;
  Housekeeping keeping_;
  Housekeeping listing_;
  Housekeeping upkeep_;
  Worker reconciler_;
  Worker keeper_;
  Worker lister_;
  Worker sweeper_;  // its own: a sweep takes long, and nobody waits for it
  std::unique_ptr<net::Server> server_;
};

}  // namespace elevator::serve
