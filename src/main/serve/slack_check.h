// Looks whether Slack accepts the bot token and whether the bot can post in its channel.
#pragma once

#include "adapters/slack/api.h"
#include "domain/ids.h"

namespace elevator::serve {

// An error that is not temporary: Slack does not accept the token.
base::Status check_token(adapters::slack::Api& api);

// The channel exists, is not archived, and the bot is in it. What an app without the scope, or
// something that only resembles Slack, does not answer is not held against the channel.
base::Status check_channel(adapters::slack::Api& api, const domain::ChannelId& channel,
                           base::Logger& log);

}  // namespace elevator::serve
