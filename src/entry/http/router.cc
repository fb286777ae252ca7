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
  SlackAnswer answer = slack_.answer({.content_type = request.headers.get("Content-Type"),
                                      .timestamp = request.headers.get("X-Slack-Request-Timestamp"),
                                      .signature = request.headers.get("X-Slack-Signature"),
                                      .body = request.body});
  net::Reply reply;
  reply.response.status = answer.status;
  reply.response.headers.set("Content-Type", std::move(answer.content_type));
  reply.response.body = std::move(answer.body);
  reply.after = std::move(answer.after);
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
  const auto ready = probes_.ready();
  return ready ? text(200, "ready\n") : text(503, ready.error().message + "\n");
}

}  // namespace elevator::entry
