// Graph: every object of `serve`, built from the settings, owned in one place and destroyed in the
// right order.
#pragma once

#include <memory>

#include "adapters/aws/rate_limiter.h"
#include "app/application.h"
#include "main/hooks/call_gate.h"
#include "main/settings/settings.h"
#include "workflow/checkpoint.h"
#include "workflow/engine.h"
#include "workflow/rulebook.h"

namespace elevator::serve {

struct Surroundings {
  const settings::Settings& settings;
  const settings::Environment& environment;
  std::string state_folder;
  base::Clock& clock;
  adapters::aws::Waiter& waiter;
  hooks::CallGate& gate;
  base::Logger& log;
  base::Metrics& metrics;
};

class Graph {
 public:
  static base::Result<std::unique_ptr<Graph>> build(const Surroundings& surroundings);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  app::Application& application();
  workflow::Engine& engine();
  workflow::Rulebook& rulebook();
  workflow::Checkpoints& checkpoints();
  // Accounts, permission sets, groups and the index of users, read again.
  base::Status refresh_listings();
  // Ends calls in flight: for the end of a shutdown.
  void cancel_calls();

 private:
  struct Parts;
  explicit Graph(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace elevator::serve
