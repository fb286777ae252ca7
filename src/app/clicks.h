// Clicks: somebody pressed a button of a request's message. The click is written into the row,
// unverified, before anybody is answered; whether it counts is the planner's to judge, with the
// rules in force and the person as the chat system knows them at that moment. Thread-safe.
#pragma once

#include "app/types.h"
#include "workflow/engine.h"

namespace elevator::app {

class Clicks {
 public:
  Clicks(workflow::Engine& engine, const Settings& settings);

  struct Press {
    domain::SlackUserId person;
    domain::RequestId request;
    std::uint32_t revision = 0;  // of the facts that were shown
    domain::Act act = domain::Act::kApprove;
    std::string comment{};
  };
  base::Result<Clicked> click(const Press& press);

  // What to do before a denial (an early end) is clicked: ask for a reason. Comes after the
  // answer. A text: nothing was opened, and that is why; whoever may not do it is told before they
  // write anything. An error: nothing was opened, either.
  base::Result<std::string> ask_why(const std::string& trigger_id, const Press& press);

 private:
  // kNotFound: there is no such request of this workspace.
  base::Result<domain::Request> find(const domain::RequestId& id);
  // Why this click would not count; empty when it would, or when that cannot be known now.
  std::string why_not(const domain::Request& request, const Press& press);

  workflow::Engine& engine_;
  const Settings& settings_;
};

}  // namespace elevator::app
