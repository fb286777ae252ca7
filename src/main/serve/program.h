// Program: the running `serve`: the graph, its threads, its server.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "adapters/telemetry/prometheus.h"
#include "entry/http/router.h"
#include "main/serve/arguments.h"
#include "main/serve/crew.h"
#include "main/serve/graph.h"
#include "main/serve/housekeeping.h"
#include "main/serve/in_flight.h"
#include "main/serve/readiness.h"
#include "main/serve/rules_keeper.h"
#include "main/serve/slack_door.h"
#include "main/serve/target_check.h"
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
  Crew::Work grant_work();
  Crew::Work request_work();
  Crew::Work audit_work();
  std::vector<ports::RowRef> due_requests();
  bool timed(const char* kind, const std::function<bool()>& drive);
  std::string metrics_text();
  void nudge_crews();
  void announce_start() const;
  net::Reply handle(const net::Request& request);
  entry::ReadyAnswer ready();
  bool has_references() const;
  // Under the test hooks the crews do not wake each other: settle() asks one after the other.
  bool is_hooked() const { return start_.arguments.hooks_descriptor.has_value(); }
  base::Status look_at_secrets();
  base::Status look_at_identity_center();
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
  TargetCheck targets_;
  SlackDoor slack_;
  entry::Router router_;
  InFlight after_;
  Housekeeping keeping_;
  Housekeeping listing_;
  Housekeeping upkeep_;
  Crew grants_;
  Crew requests_;
  Crew audits_;
  Worker reconciler_;
  Worker keeper_;
  Worker lister_;
  Worker sweeper_;  // its own: a sweep takes long, and nobody waits for it
  std::unique_ptr<net::Server> server_;
  std::atomic<net::Server*> counted_server_{nullptr};  // once it answers
};

}  // namespace elevator::serve
