// Which Slack workspace is served: SLACK_TEAM_ID, else what Slack says of the bot token, else what
// it said last time. The last one matters when the program starts while Slack is down: access has
// to end on time all the same.
#pragma once

#include <functional>

#include "base/log.h"
#include "main/settings/settings.h"
#include "ports/store.h"

namespace elevator::serve {

base::Result<domain::WorkspaceId> served_workspace(
    const settings::Settings& settings,
    const std::function<base::Result<domain::WorkspaceId>()>& ask_slack, ports::Store& store,
    base::Logger& log);

}  // namespace elevator::serve
