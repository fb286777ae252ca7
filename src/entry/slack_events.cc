#include "entry/slack_events.h"

#include <boost/json/serialize.hpp>

#include "base/crypto.h"
#include "entry/slack_dispatch.h"
#include "wire/slack/signature.h"

namespace elevator::entry {
namespace {

constexpr size_t kLogIdBytes = 8;

// Tells Slack and whoever probes this address what to do, and nothing else.
SlackAnswer refusal(int status, std::string_view text) {
  const boost::json::value body = {{"error", boost::json::string_view(text.data(), text.size())}};
  return {
      .status = status, .content_type = "application/json", .body = boost::json::serialize(body)};
}

}  // namespace

SlackEvents::SlackEvents(app::Application& application, std::vector<base::Secret> secrets)
    : application_(application), secrets_(std::move(secrets)) {}

SlackAnswer SlackEvents::answer(const SlackRequest& request) {
  auto& ports = application_.engine.ports();
  const std::string log_id = base::to_hex(base::random_bytes(kLogIdBytes));
  const auto verified = wire::slack::verify(
      secrets_,
      {.timestamp = request.timestamp, .signature = request.signature, .body = request.body},
      ports.clock.now());
  if (!verified) {
    ports.log.warning("slack_signature_refused",
                      {{"event_id", log_id}, {"reason", verified.error().message}});
    ports.metrics.count("sso_elevator_slack_events_total", {{"result", "unsigned"}});
    return refusal(401, "the request is not signed by Slack with the configured signing secret");
  }
  const auto inbound = wire::slack::parse_inbound(request.body, request.content_type);
  if (!inbound) {
    ports.log.warning("slack_event_refused",
                      {{"event_id", log_id}, {"reason", inbound.error().message}});
    ports.metrics.count("sso_elevator_slack_events_total", {{"result", "invalid"}});
    return refusal(400, "not understood: " + inbound.error().message);
  }
  return answer_verified(*inbound, log_id);
}

SlackAnswer SlackEvents::answer_verified(const wire::slack::Inbound& inbound,
                                         const std::string& log_id) {
  return std::visit(SlackDispatch(application_, log_id), inbound);
}

}  // namespace elevator::entry
