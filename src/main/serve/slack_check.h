// Looks whether the bot can post in its channel.
#pragma once

#include "adapters/slack/api.h"
#include "domain/ids.h"

namespace elevator::serve {

// The channel exists, is not archived, and the bot is in it. What an app without the scope, or
// something that only resembles Slack, does not answer is not held against the channel.
// `named_by` is what to correct: "SLACK_CHANNEL_ID", a rule's "Channel".
base::Status check_channel(adapters::slack::Api& api, const domain::ChannelId& channel,
                           base::Logger& log, const std::string& named_by = "SLACK_CHANNEL_ID");

}  // namespace elevator::serve
