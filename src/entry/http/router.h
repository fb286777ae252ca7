// Router: the addresses of the server.
//
//   POST /slack/events   everything Slack sends
//   GET  /healthz        the process answers
//   GET  /readyz         it can do its work: rows can be written, rules are in force
//   GET  /metrics        Prometheus text
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "entry/slack_events.h"
#include "net/server.h"

namespace elevator::entry {

struct Probes {
  std::function<base::Status()> ready;
  std::function<std::string()> metrics;
};

class Router {
 public:
  Router(SlackEvents& slack, Probes probes) : slack_(slack), probes_(std::move(probes)) {}

  net::Reply handle(const net::Request& request);

 private:
  net::Reply slack_events(const net::Request& request);

  SlackEvents& slack_;
  Probes probes_;
};

}  // namespace elevator::entry
