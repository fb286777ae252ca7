// SlackEvents: what Slack sends, however it arrives (HTTP, a function on AWS, Socket Mode):
// signature first, over the raw bytes; then the workspace; then one use case; then the answer.
// Whatever takes time is `after` and comes when the answer is out. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/application.h"
#include "base/secret.h"
#include "wire/slack/interaction.h"

namespace elevator::entry {

struct SlackRequest {
  std::string_view content_type;
  std::string_view timestamp;  // X-Slack-Request-Timestamp
  std::string_view signature;  // X-Slack-Signature
  std::string_view body;       // raw
};

struct SlackAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body{};
  std::function<void()> after{};
  // It may take long, and the reconciler does it if nobody else does.
  bool after_is_slow = false;
};

class SlackEvents {
 public:
  // `secrets`: several while one is being rotated. Everything must outlive this and its answers.
  SlackEvents(app::Application& application, std::vector<base::Secret> secrets);

  SlackAnswer answer(const SlackRequest& request);

  // For bytes whose origin is proven already (Socket Mode).
  SlackAnswer answer_verified(const wire::slack::Inbound& inbound, const std::string& log_id);

 private:
  app::Application& application_;
  std::vector<base::Secret> secrets_;
};

}  // namespace elevator::entry
