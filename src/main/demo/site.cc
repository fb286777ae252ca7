#include "main/demo/site.h"

#include <boost/json.hpp>

#include "codec/text.h"
#include "sandbox/assets.h"

namespace elevator::demo {
namespace {

namespace json = boost::json;

constexpr base::Milliseconds kBetweenSnapshots{100};
constexpr base::Milliseconds kBetweenSigns{15'000};  // that the stream is alive
constexpr base::Milliseconds kLook{1000};            // whether anybody still reads it
constexpr std::int64_t kLongestJump = 31 * 24 * 3600;

net::Reply reply_of(int status, std::string_view type, std::string body) {
  net::Reply reply;
  reply.response.status = status;
  reply.response.headers = {{"Content-Type", std::string(type)},
                            {"Cache-Control", "no-store"},
                            {"X-Content-Type-Options", "nosniff"}};
  reply.response.body = std::move(body);
  return reply;
}

net::Reply json_reply(int status, const json::object& body) {
  return reply_of(status, "application/json; charset=utf-8", json::serialize(body));
}

net::Reply refusal(int status, const std::string& sentence) {
  return json_reply(status, {{"ok", false}, {"error", sentence}});
}

int status_of(base::Kind kind) {
  switch (kind) {
    case base::Kind::kInvalid:
    case base::Kind::kDenied:
      return 400;
    case base::Kind::kNotFound:
      return 404;
    case base::Kind::kConflict:
      return 409;
    case base::Kind::kThrottled:
    case base::Kind::kUnavailable:
      return 503;
    case base::Kind::kTimeout:
      return 504;
    case base::Kind::kCorrupt:
    case base::Kind::kInternal:
      return 502;
  }
  return 500;
}

std::string text_in(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? value->get_string().c_str() : "";
}

// "127.0.0.1:8080" -> "127.0.0.1".
bool is_local_name(std::string_view host) {
  const size_t bracket = host.find(']');
  const size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    host = host.substr(0, colon);
  }
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

net::Reply asset(std::string_view path) {
  const std::string_view name = path == "/" ? "/index.html" : path;
  for (const sandbox::Asset& one : sandbox::assets()) {
    if (one.path != name) continue;
    auto reply = reply_of(200, one.content_type, std::string(one.bytes));
    // The names of everything but the page itself hold a digest of the contents.
    if (name != "/index.html") reply.response.headers.set("Cache-Control", "max-age=31536000");
    return reply;
  }
  if (path != "/") return reply_of(404, "text/plain; charset=utf-8", "There is nothing here.\n");
  return reply_of(200, "text/html; charset=utf-8",
                  "<!doctype html><meta charset=\"utf-8\"><title>SSO Elevator demo</title>"
                  "<body style=\"font:16px/1.5 sans-serif;max-width:40em;margin:3em auto\">"
                  "<h1>The page is missing</h1><p>This build was made without it: " +
                      std::string(sandbox::why_no_assets()) +
                      "</p><p>The demo itself runs: <code>GET /demo/events</code> shows its state, "
                      "and <code>docs/demo.md</code> says how to use it without the page.</p>");
}

}  // namespace

net::Reply Site::handle(const net::Request& request) {
  if (only_local_names_ && !is_local_name(request.headers.get("Host"))) {
    return refusal(403, "The demo answers under the names of this machine only.");
  }
  const std::string_view path = request.path();
  if (path == "/demo/events") {
    net::Reply reply;
    reply.response.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
    reply.stream = [this](net::StreamWriter& writer) { stream(writer); };
    return reply;
  }
  if (path == "/demo/state") {
    return reply_of(200, "application/json; charset=utf-8", *snapshots_.latest());
  }
  if (path.starts_with("/demo/")) return post(request);
  if (request.method != "GET" && request.method != "HEAD") return refusal(405, "Use GET.");
  return asset(path);
}

net::Reply Site::post(const net::Request& request) {
  if (request.method != "POST") return refusal(405, "Use POST.");
  // A form of another site cannot have this type.
  if (!request.headers.get("Content-Type").starts_with("application/json")) {
    return refusal(415, "Send application/json.");
  }
  const auto body = codec::parse_json(request.body.empty() ? "{}" : request.body);
  if (!body || !body->is_object()) return refusal(400, "The body is not a JSON object.");
  auto done = perform(request.path(), body->get_object());
  if (!done) return refusal(status_of(done.error().kind), done.error().message);
  (*done)["ok"] = true;
  return json_reply(200, *done);
}

base::Result<json::object> Site::perform(std::string_view path, const json::object& body) {
  if (path == "/demo/act") {
    const json::value* act = body.if_contains("act");
    if (act == nullptr || !act->is_object()) return base::invalid("There is no act.");
    return driver_.world()->surroundings.gestures().act(text_in(body, "persona"),
                                                        act->get_object());
  }
  base::Status done = base::not_found("There is nothing here.");
  if (path == "/demo/clock") done = move_clock(body);
  if (path == "/demo/fault") done = set_fault(body);
  if (path == "/demo/reset") done = driver_.reset();
  if (path == "/demo/kill") {
    driver_.kill();
    done = base::Status();
  }
  TRY_VOID(done);
  return json::object();
}

base::Status Site::move_clock(const json::object& body) {
  if (text_in(body, "to") == "next_deadline") {
    const auto next = driver_.next_deadline();
    if (!next) return base::conflict("There is no access that ends.");
    return driver_.move_clock_to(*next);
  }
  const json::value* by = body.if_contains("advance_seconds");
  const bool usable =
      by != nullptr && by->is_int64() && by->get_int64() > 0 && by->get_int64() <= kLongestJump;
  if (!usable) return base::invalid("advance_seconds is a number up to 31 days.");
  return driver_.move_clock_to(clock_.now() + base::Seconds(by->get_int64()));
}

base::Status Site::set_fault(const json::object& body) {
  const json::value* on = body.if_contains("on");
  if (on == nullptr || !on->is_bool()) return base::invalid("\"on\" is true or false.");
  const std::string fault = text_in(body, "fault");
  auto& surroundings = driver_.world()->surroundings;
  if (fault == "aws_throttles") {
    surroundings.set_aws_throttles(on->get_bool());
  } else if (fault == "slack_down") {
    surroundings.set_slack_down(on->get_bool());
  } else {
    return base::invalid("The faults are aws_throttles and slack_down.");
  }
  changes_.add();
  return {};
}

void Site::stream(net::StreamWriter& writer) {
  std::uint64_t shown = 0;
  base::Milliseconds quiet{0};
  while (!closed_) {
    const std::uint64_t count = changes_.wait_beyond(shown, kLook);
    if (count == shown) {
      quiet += kLook;
      if (quiet >= kBetweenSigns && !writer.write(":\n\n")) return;
      if (quiet >= kBetweenSigns) quiet = base::Milliseconds(0);
      if (writer.wait_closed(base::Milliseconds(0))) return;
      continue;
    }
    shown = count;
    quiet = base::Milliseconds(0);
    if (!writer.write("event: state\ndata: " + *snapshots_.latest() + "\n\n")) return;
    if (writer.wait_closed(kBetweenSnapshots)) return;
  }
}

void Site::close() {
  closed_ = true;
  changes_.add();
}

}  // namespace elevator::demo
