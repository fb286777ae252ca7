#include "main/serve/workspace.h"

#include <fmt/format.h>

namespace elevator::serve {
namespace {

constexpr const char* kRow = "workspace";

}  // namespace

base::Result<domain::WorkspaceId> agreed_workspace(const settings::Settings& settings,
                                                   const adapters::slack::Identity& identity) {
  if (!settings.slack_team) return identity.workspace;
  const bool agrees =
      *settings.slack_team == identity.workspace || settings.slack_team == identity.enterprise;
  if (agrees) return *settings.slack_team;
  return base::invalid(fmt::format(
      "SLACK_BOT_TOKEN belongs to the workspace {} ({}), but SLACK_TEAM_ID says {}: correct one of "
      "them, or leave SLACK_TEAM_ID out",
      identity.workspace.str(), identity.workspace_name, settings.slack_team->str()));
}

void remember_workspace(ports::Store& store, const domain::WorkspaceId& workspace,
                        base::Logger& log) {
  const auto read = store.named(kRow);
  if (!read) return;
  if (*read && (*read)->value.body == workspace.str()) return;
  ports::NamedRow row{.name = kRow, .body = workspace.str()};
  const auto status = store.commit({{row, *read ? (*read)->version : 0, std::nullopt}});
  if (!status) log.warning("workspace_not_remembered", {{"error", status.error().message}});
}

base::Result<std::optional<domain::WorkspaceId>> known_workspace(const settings::Settings& settings,
                                                                 ports::Store& store) {
  if (settings.slack_team) return settings.slack_team;
  TRY(const auto read, store.named(kRow));
  if (!read) return std::optional<domain::WorkspaceId>();
  TRY(auto workspace, domain::WorkspaceId::parse(read->value.body));
  return std::optional(std::move(workspace));
}

}  // namespace elevator::serve
