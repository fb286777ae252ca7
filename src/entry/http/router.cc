#include "entry/http/router.h"

namespace elevator::entry {
namespace {

net::Reply text(int status, std::string body) {
  net::Reply reply;
  reply.response.status = status;
  reply.response.headers.set("Content-Type", "text/plain; charset=utf-8");
  reply.response.body = std::move(body);
  return reply;
}

}  // namespace

net::Reply Router::slack_events(const net::Request& request) {
  if (request.method != "POST") {
    net::Reply reply = text(405, "Slack posts its requests here; use POST.\n");
    reply.response.headers.set("Allow", "POST");
    return reply;
  }
  SlackEvents* slack = slack_();
  if (slack == nullptr) {
    net::Reply reply = text(503, "Not ready yet: see /readyz.\n");
    reply.response.headers.set("Retry-After", "30");
    return reply;
  }
  SlackAnswer answer = slack->answer({.content_type = request.headers.get("Content-Type"),
                                      .timestamp = request.headers.get("X-Slack-Request-Timestamp"),
                                      .signature = request.headers.get("X-Slack-Signature"),
                                      .body = request.body});
  net::Reply reply;
  reply.response.status = answer.status;
  reply.response.headers.set("Content-Type", std::move(answer.content_type));
  reply.response.body = std::move(answer.body);
  reply.after = std::move(answer.after);
  reply.after_pace = answer.after_is_slow ? net::Pace::kSlow : net::Pace::kPrompt;
  return reply;
}

net::Reply Router::handle(const net::Request& request) {
  const std::string_view path = request.path();
  if (path == "/slack/events") return slack_events(request);
  const bool known = path == "/healthz" || path == "/readyz" || path == "/metrics";
  if (!known) {
    return text(404, "There is nothing here. Slack's request URL ends in /slack/events.\n");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    net::Reply reply = text(405, "Use GET.\n");
    reply.response.headers.set("Allow", "GET");
    return reply;
  }
  if (path == "/healthz") return text(200, "ok\n");
  if (path == "/metrics") return text(200, probes_.metrics());
  ReadyAnswer ready = probes_.ready();
  net::Reply reply = text(ready.ready ? 200 : 503, std::move(ready.json));
  reply.response.headers.set("Content-Type", "application/json");
  return reply;
}

}  // namespace elevator::entry
