// Overview: what a person has, and what waits for them. Thread-safe.
#pragma once

#include <functional>

#include "app/memory.h"
#include "app/types.h"
#include "workflow/engine.h"

namespace elevator::app {

class Overview {
 public:
  // Who approves is inside the rows, so each that waits is read until enough are found. Of more
  // than this many that wait at once, in the whole organization, the oldest are not looked at:
  // their messages in Slack are there all the same.
  static constexpr size_t kMostPending = 500;

  Overview(workflow::Engine& engine, Memory& memory) : engine_(engine), memory_(memory) {}

  // Requests of this person that wait or live, newest first; an extension that waits for its start
  // is told by what it extends.
  base::Result<std::vector<domain::Request>> mine(const domain::SlackUserId& person);
  // Those of them whose access is there now, so that it can be ended.
  base::Result<std::vector<domain::Request>> live(const domain::SlackUserId& person);
  // Requests that this person could approve, newest first.
  base::Result<std::vector<domain::Request>> waiting_for(const domain::SlackUserId& person);

  // The person's home tab. Comes after the answer.
  base::Status show_home(const domain::SlackUserId& person);

 private:
  using Wanted = std::function<bool(domain::RequestState)>;
  base::Result<std::vector<domain::Request>> read_open(const domain::SlackUserId& person,
                                                       const Wanted& wanted);

  workflow::Engine& engine_;
  Memory& memory_;
};

}  // namespace elevator::app
