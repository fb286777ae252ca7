// Graph: every object of `serve`, built from the settings, owned in one place and destroyed in the
// right order.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "adapters/aws/rate_limiter.h"
#include "app/application.h"
#include "main/hooks/call_gate.h"
#include "main/serve/keeping.h"
#include "main/serve/readiness.h"
#include "main/settings/settings.h"
#include "main/upkeep/upkeep.h"
#include "workflow/checkpoint.h"
#include "workflow/engine.h"
#include "workflow/rulebook.h"

namespace elevator::serve {

struct Surroundings {
  const settings::Settings& settings;
  const settings::Environment& environment;
  Keep keep;
  std::string region;
  base::Clock& clock;
  adapters::aws::Waiter& waiter;
  hooks::CallGate& gate;
  Readiness& readiness;
  base::Logger& log;
  base::Metrics& metrics;
  // When nothing may be begun and no call may run any more; none at the moment: there is no end.
  // Empty: never.
  std::function<std::optional<base::TimePoint>()> out_of_time_at{};
  // There are hands of their own for audit entries (Engine::deliver_audit).
  bool audit_is_delivered_apart = false;
};

class Graph {
 public:
  // Opens the state; asks nobody.
  static base::Result<std::unique_ptr<Graph>> build(const Surroundings& surroundings);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  // Null until it is known which workspace is served. Thread-safe.
  app::Application* application();
  workflow::Engine& engine();
  workflow::Rulebook& rulebook();
  workflow::Checkpoints& checkpoints();
  Upkeep& upkeep();
  // Takes over what the existing product granted, where there may be something.
  void adopt(base::TimePoint until);
  // Accounts, permission sets, groups and the index of users, read again.
  base::Status refresh_listings();
  // The same from where another process left them.
  void reload_listings();
  ports::Snapshots& snapshots();

  // Keys to sign with are there; whether AWS accepts them shows when they are used.
  base::Status check_credentials();
  // AWS accepts the keys, and they may see the one instance that is used.
  base::Status check_identity_center();
  // What is given by reference can be read.
  base::Status check_secrets();
  // The one in force: given, or read once and kept until it is forgotten.
  base::Result<base::Secret> signing_secret();
  void forget_signing_secret();
  // Why no call to AWS can be signed, as it was last seen.
  std::optional<std::string> credentials_trouble();
  // Which workspace is served: given, remembered, or asked of Slack.
  base::Status know_workspace();
  // Slack accepts the token, and it belongs to the workspace that is served. The first time also
  // decides which that is.
  base::Status check_slack();
  base::Status check_channel();
  base::Status check_channel_of_rule(const domain::ChannelId& channel);
  // The bucket, or the folder, of the audit log is there.
  base::Status check_audit();
  std::string audit_destination() const;

  // Ends calls in flight and refuses new ones: for the end of the program. From any thread.
  void cancel_calls();

 private:
  base::Status check_served_workspace();
  struct Parts;
  explicit Graph(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace elevator::serve
