// Router: the addresses of the server.
//
//   POST /slack/events   everything Slack sends
//   GET  /healthz        the process answers
//   GET  /readyz         whether it can do its work, and what is wrong, in JSON
//   GET  /metrics        Prometheus text
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "entry/slack_events.h"
#include "net/server.h"

namespace elevator::entry {

struct ReadyAnswer {
  bool ready = false;
  std::string json;
};

struct Probes {
  std::function<ReadyAnswer()> ready;
  std::function<std::string()> metrics;
};

class Router {
 public:
  // `slack` answers null while it is not known which workspace is served.
  using FindSlack = std::function<SlackEvents*()>;
  Router(FindSlack slack, Probes probes) : slack_(std::move(slack)), probes_(std::move(probes)) {}

  net::Reply handle(const net::Request& request);

 private:
  net::Reply slack_events(const net::Request& request);

  FindSlack slack_;
  Probes probes_;
};

}  // namespace elevator::entry
