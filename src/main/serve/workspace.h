// Which Slack workspace is served: SLACK_TEAM_ID, else what Slack says of the bot token, else what
// it said last time. The last one matters when the program starts while Slack is down: people
// have to be able to go on once it is back.
#pragma once

#include "adapters/slack/people.h"
#include "base/log.h"
#include "main/settings/settings.h"
#include "ports/store.h"

namespace elevator::serve {

// What Slack said. An error: SLACK_TEAM_ID names another workspace than the token's.
base::Result<domain::WorkspaceId> agreed_workspace(const settings::Settings& settings,
                                                   const adapters::slack::Identity& identity);

void remember_workspace(ports::Store& store, const domain::WorkspaceId& workspace,
                        base::Logger& log);

// SLACK_TEAM_ID, or the remembered one, for when Slack does not answer.
base::Result<std::optional<domain::WorkspaceId>> known_workspace(const settings::Settings& settings,
                                                                 ports::Store& store);

}  // namespace elevator::serve
