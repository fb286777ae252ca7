// Clicks: somebody pressed a button of a request's message. The click is written into the row,
// unverified, before anybody is answered; whether it counts is the planner's to judge, with the
// rules in force and the person as the chat system knows them at that moment. Thread-safe.
#pragma once

#include "app/memberships.h"
#include "app/memory.h"
#include "app/types.h"
#include "workflow/engine.h"

namespace elevator::app {

class Clicks {
 public:
  Clicks(workflow::Engine& engine, const Settings& settings, const Memory& memory,
         Memberships& memberships);

  struct Press {
    domain::SlackUserId person;
    domain::RequestId request;
    std::uint32_t revision = 0;  // of the facts that were shown
    domain::Act act = domain::Act::kApprove;
    std::string comment{};
  };
  base::Result<Clicked> click(const Press& press);

  // What to do before a denial (an early end) is clicked: ask for a reason. Comes after the answer;
  // the window has to open within three seconds, so only caches are asked whether this person may.
  // Whoever may not is not asked: their click is written down as refused. A note: nothing was
  // opened, and that is why. An error: nothing was opened, either.
  base::Result<Clicked> ask_why(const std::string& trigger_id, const Press& press);

 private:
  // kNotFound: there is no such request of this workspace.
  base::Result<domain::Request> find(const domain::RequestId& id);
  // Why this click does not count, if that is known; what is not known is judged when it comes.
  std::string why_not(const domain::Request& request, const Press& press);
  base::Status write_refused(const Press& press, const std::string& why);

  workflow::Engine& engine_;
  const Settings& settings_;
  const Memory& memory_;
  Memberships& memberships_;
};

}  // namespace elevator::app
