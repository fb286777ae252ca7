// TargetCheck: tells of what the rules in force name and AWS or Slack does not have, in the log and
// in /readyz, whenever that changes: nobody sees a target that is missing in the form, a misspelt
// name looks as if the rule were not there, and a channel without the app shows no request.
// Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "main/serve/readiness.h"
#include "workflow/ports.h"

namespace elevator::serve {

class TargetCheck {
 public:
  TargetCheck(workflow::Ports& ports, Readiness& readiness)
      : ports_(ports), readiness_(readiness) {}

  // Compares the rules in force with what was listed last. Calls nobody.
  void look();

  // The same for people and channels. Asks AWS and Slack.
  using CheckChannel = std::function<base::Status(const domain::ChannelId&)>;
  void look_outside(const CheckChannel& check_channel);

 private:
  void say(std::vector<std::string> missing, std::vector<std::string>& said);
  workflow::Ports& ports_;
  Readiness& readiness_;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::vector<std::string> said_of_outside_;
};

}  // namespace elevator::serve
