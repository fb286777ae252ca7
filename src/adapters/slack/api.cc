#include "adapters/slack/api.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "adapters/slack/errors.h"
#include "wire/slack/payload.h"

namespace elevator::adapters::slack {
namespace {

namespace json = boost::json;
using base::Effect;
using base::Error;
using base::Kind;
using base::Result;
using base::Retry;
using wire::slack::optional_text;
using wire::slack::value_at;

constexpr size_t kMaxResponse = 16 * 1024 * 1024;

// Seconds as Slack sends them; a value we cannot read means half a minute.
base::Milliseconds retry_after(const net::Response& response) {
  const std::string_view text = response.headers.get("Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool understood = error == std::errc() && end == text.data() + text.size() && seconds >= 0;
  return base::Seconds(understood ? std::min(seconds, 3600) : 30);
}

// Everything Slack adds to an error: the missing scope and the messages about arguments.
std::string detail_of(const json::value& answer) {
  std::string detail;
  const auto add = [&detail](std::string_view text) {
    if (!detail.empty()) detail += "; ";
    detail += text;
  };
  if (const auto needed = optional_text(answer, {"needed"}); needed && *needed) add(**needed);
  const json::value* messages = value_at(answer, {"response_metadata", "messages"});
  if (messages == nullptr || !messages->is_array()) return detail;
  for (const auto& message : messages->get_array()) {
    if (message.is_string()) add({message.get_string().data(), message.get_string().size()});
  }
  return detail;
}

}  // namespace

Api::Api(ApiOptions options, ApiWorld world) : options_(std::move(options)), world_(world) {}

Result<json::object> Api::write(const std::string& method, const json::object& arguments) {
  net::Request request{.method = "POST",
                       .headers = {{"Content-Type", "application/json; charset=utf-8"}},
                       .body = json::serialize(arguments)};
  const bool triggered = arguments.contains("trigger_id");
  return call(method, std::move(request), true,
              triggered ? options_.prompt_limit : options_.call_limit);
}

Result<json::object> Api::read(const std::string& method,
                               const std::vector<base::FormField>& arguments) {
  return read_within(options_.call_limit, method, arguments);
}

Result<json::object> Api::read_promptly(const std::string& method,
                                        const std::vector<base::FormField>& arguments) {
  return read_within(options_.prompt_limit, method, arguments);
}

Result<json::object> Api::read_within(base::Milliseconds limit, const std::string& method,
                                      const std::vector<base::FormField>& arguments) {
  net::Request request{.method = "POST",
                       .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                       .body = base::encode_form(arguments)};
  return call(method, std::move(request), false, limit);
}

base::Status Api::read_pages(const std::string& method,
                             const std::vector<base::FormField>& arguments, size_t max_pages,
                             const UsePage& use) {
  std::string cursor;
  for (size_t page = 0; page < max_pages; ++page) {
    auto page_arguments = arguments;
    if (!cursor.empty()) page_arguments.emplace_back("cursor", cursor);
    TRY(const json::object answer, read(method, page_arguments));
    TRY(const bool more, use(answer));
    const auto next = optional_text(answer, {"response_metadata", "next_cursor"});
    if (!more || !next || !*next || (*next)->empty()) return {};
    cursor = **next;
  }
  return base::unavailable("Slack " + method + ": more pages than we read");
}

Result<json::object> Api::call(const std::string& method, net::Request request, bool changes,
                               base::Milliseconds limit) {
  TRY_VOID(check_not_limited(method));
  request.url = options_.base_url + "/" + method;
  request.headers.set("Authorization", "Bearer " + std::string(options_.bot_token.reveal()));
  const auto started = world_.clock.now();
  auto answer = [&]() -> Result<json::object> {
    TRY(const net::Response response, world_.http.send(request, limit));
    return understand(method, response);
  }();
  const std::chrono::duration<double> took = world_.clock.now() - started;
  world_.metrics.observe("sso_elevator_slack_call_seconds", took.count(), {{"method", method}});
  world_.metrics.count(
      "sso_elevator_slack_calls_total",
      {{"method", method}, {"result", answer ? "ok" : to_string(answer.error().kind)}});
  if (answer) return answer;
  Error error = std::move(answer).error();
  if (!changes) error.effect = Effect::kNone;
  world_.log.warning("slack_call_failed", {{"method", method},
                                           {"kind", to_string(error.kind)},
                                           {"effect", to_string(error.effect)},
                                           {"error", error.message}});
  return error;
}

Result<json::object> Api::understand(const std::string& method, const net::Response& response) {
  if (response.status == 429) return limited(method, response);
  if (response.status >= 500) {
    return base::unavailable("Slack " + method + ": answered " + std::to_string(response.status),
                             Effect::kUnknown);
  }
  auto answer = wire::slack::parse_object(response.body, kMaxResponse);
  if (!answer) {
    return base::unavailable("Slack " + method + ": answered " + std::to_string(response.status) +
                                 " with something that is not JSON",
                             Effect::kUnknown);
  }
  const json::value* ok = value_at(*answer, {"ok"});
  if (ok != nullptr && ok->is_bool() && ok->get_bool()) return std::move(answer->get_object());
  const auto code = optional_text(*answer, {"error"});
  if (!code || !*code) {
    return base::unavailable("Slack " + method + ": an answer without ok and error",
                             Effect::kUnknown);
  }
  if (**code == "ratelimited" || **code == "rate_limited") return limited(method, response);
  return classify(method, **code, detail_of(*answer));
}

base::Status Api::check_not_limited(const std::string& method) {
  const std::lock_guard lock(mutex_);
  const auto found = limits_.find(method);
  if (found == limits_.end()) return {};
  const auto now = world_.clock.now();
  // Also when the clock was set back: asking too early is harmless, not asking for hours is not.
  if (found->second.until <= now || now < found->second.from) {
    limits_.erase(found);
    return {};
  }
  Error error{Kind::kThrottled, "Slack " + method + ": Slack asked to wait", Retry::kBackoff};
  error.retry_after = found->second.until - now;
  return error;
}

Error Api::limited(const std::string& method, const net::Response& response) {
  const auto wait = retry_after(response);
  {
    const std::lock_guard lock(mutex_);
    const base::TimePoint now = world_.clock.now();
    limits_[method] = {now, now + wait};
  }
  Error error{Kind::kThrottled, "Slack " + method + ": too many calls", Retry::kBackoff};
  error.retry_after = wait;
  return error;
}

}  // namespace elevator::adapters::slack
