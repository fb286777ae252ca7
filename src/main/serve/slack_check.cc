#include "main/serve/slack_check.h"

#include <fmt/format.h>

#include "main/serve/readiness.h"
#include "wire/slack/payload.h"

namespace elevator::serve {
namespace {

using wire::slack::value_at;

bool truth(const boost::json::value& answer, std::string_view name, bool fallback) {
  const auto* value = value_at(answer, {"channel", name});
  return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

}  // namespace

base::Status check_channel(adapters::slack::Api& api, const domain::ChannelId& channel,
                           base::Logger& log, const std::string& named_by) {
  const auto read = api.read("conversations.info", {{"channel", channel.str()}});
  if (!read) {
    const base::Error& error = read.error();
    if (error.kind == base::Kind::kNotFound) {
      return base::not_found(fmt::format(
          "Slack knows no channel {} that this app may see: check {}, and invite the app when the "
          "channel is private (/invite @APP in the channel)",
          channel.str(), named_by));
    }
    if (is_temporary(error)) return error;
    log.warning("slack_channel_not_checked", {{"error", error.message}});
    return {};
  }
  const boost::json::value answer = *read;
  if (truth(answer, "is_archived", false)) {
    return base::invalid(fmt::format("the channel {} is archived: unarchive it, or give another {}",
                                     channel.str(), named_by));
  }
  if (!truth(answer, "is_member", true)) {
    return base::invalid(
        fmt::format("the app is not in the channel {}: invite it (/invite @APP in the channel)",
                    channel.str()));
  }
  return {};
}

}  // namespace elevator::serve
