// WebApi: Slack's HTTP side of a workspace.
//
//   POST /api/METHOD        the Web API, for whoever holds the bot token
//   POST /response/TOKEN    response URLs
//
// While the workspace is down every answer is 503. Thread-safe.
#pragma once

#include <string>

#include "base/secret.h"
#include "net/server.h"
#include "sandbox/slack/workspace.h"

namespace elevator::sandbox::slack {

class WebApi {
 public:
  WebApi(Workspace& workspace, base::Secret bot_token)
      : workspace_(workspace), bot_token_(std::move(bot_token)) {}

  net::Reply handle(const net::Request& request);

 private:
  boost::json::object call(const net::Request& request, std::string_view method);
  boost::json::object respond(const net::Request& request, std::string_view token);

  Workspace& workspace_;
  base::Secret bot_token_;
};

}  // namespace elevator::sandbox::slack
