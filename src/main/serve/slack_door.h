// SlackDoor: where what Slack sends comes in: the use cases behind the signing secret in force and,
// for an hour after it was changed, the one before. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "entry/slack_events.h"
#include "main/serve/graph.h"

namespace elevator::serve {

class SlackDoor {
 public:
  SlackDoor(Graph& graph, const base::Clock& clock) : graph_(graph), clock_(clock) {}

  // Null while it is not known which workspace is served, or what signs its requests.
  entry::SlackEvents* events();
  // Reads the secret; one that is kept elsewhere is read anew.
  base::Status refresh();

 private:
  void end_former();
  void renew();

  Graph& graph_;
  const base::Clock& clock_;
  std::mutex mutex_;
  // A changed secret makes another one; answers of those before may still be running.
  std::vector<std::unique_ptr<entry::SlackEvents>> events_;
  std::vector<base::Secret> secrets_;  // the newest first, then the one before
  base::TimePoint former_until_{};
};

}  // namespace elevator::serve
