#include "sandbox/slack/web_api.h"

#include <boost/json.hpp>

#include "base/crypto.h"
#include "base/url.h"
#include "codec/text.h"
#include "sandbox/slack/fields.h"
#include "sandbox/slack/gestures.h"

namespace elevator::sandbox::slack {
namespace {

namespace json = boost::json;

constexpr std::string_view kApi = "/api/";
constexpr std::string_view kResponse = "/response/";

json::object refused(std::string_view code) {
  return {{"ok", false}, {"error", json::string_view(code.data(), code.size())}};
}

net::Reply json_reply(int status, const json::object& body) {
  net::Reply reply;
  reply.response.status = status;
  reply.response.headers.set("Content-Type", "application/json; charset=utf-8");
  reply.response.body = json::serialize(body);
  return reply;
}

// Values of these arguments are JSON in a form, too.
bool is_json_argument(std::string_view name) {
  return name == "view" || name == "blocks" || name == "metadata";
}

base::Result<json::object> read_arguments(const net::Request& request, bool is_json) {
  if (is_json) {
    TRY(json::value value, codec::parse_json(request.body));
    if (!value.is_object()) return base::invalid("not an object");
    return std::move(value.get_object());
  }
  TRY(const auto fields, base::decode_form(request.body));
  json::object arguments;
  for (const auto& [name, value] : fields) {
    if (is_json_argument(name)) {
      TRY(arguments[name], codec::parse_json(value));
    } else {
      arguments[name] = value;
    }
  }
  return arguments;
}

}  // namespace

net::Reply WebApi::handle(const net::Request& request) {
  if (workspace_.is_down()) return json_reply(503, refused("service_unavailable"));
  const std::string_view path = request.path();
  if (path.starts_with(kApi)) return json_reply(200, call(request, path.substr(kApi.size())));
  if (path.starts_with(kResponse)) {
    const json::object answer = respond(request, path.substr(kResponse.size()));
    return json_reply(truth_field(answer, "ok") ? 200 : 404, answer);
  }
  return json_reply(404, refused("unknown_method"));
}

json::object WebApi::call(const net::Request& request, std::string_view method) {
  const std::string_view authorization = request.headers.get("Authorization");
  if (authorization.empty()) return refused("not_authed");
  const std::string expected = "Bearer " + std::string(bot_token_.reveal());
  if (!base::equal_in_constant_time(authorization, expected)) return refused("invalid_auth");
  const bool is_json = request.headers.get("Content-Type").starts_with("application/json");
  const auto arguments = read_arguments(request, is_json);
  if (!arguments) return refused(is_json ? "invalid_json" : "invalid_form_data");
  return workspace_.call(method, *arguments,
                         is_json ? Workspace::Encoding::kJson : Workspace::Encoding::kForm);
}

json::object WebApi::respond(const net::Request& request, std::string_view token) {
  const auto message = read_arguments(request, true);
  if (!message) return refused("invalid_payload");
  return workspace_.change([&](State& state) -> json::object {
    const auto found = state.response_urls.find(std::string(token));
    const auto now = workspace_.clock().now();
    if (found == state.response_urls.end()) return refused("invalid_url");
    ResponseUrl& url = found->second;
    if (now > url.until) return refused("expired_url");
    if (url.uses_left == 0) return refused("used_url");
    --url.uses_left;
    return answer_person(state, url, *message, now);
  });
}

}  // namespace elevator::sandbox::slack
