#include "main/serve/workspace.h"

namespace elevator::serve {
namespace {

constexpr const char* kRow = "workspace";

void remember(ports::Store& store, const domain::WorkspaceId& workspace, base::Logger& log) {
  const auto read = store.named(kRow);
  if (!read) return;
  if (*read && (*read)->value.body == workspace.str()) return;
  ports::NamedRow row{.name = kRow, .body = workspace.str()};
  const auto status = store.commit({{row, *read ? (*read)->version : 0, std::nullopt}});
  if (!status) log.warning("workspace_not_remembered", {{"error", status.error().message}});
}

}  // namespace

base::Result<domain::WorkspaceId> served_workspace(
    const settings::Settings& settings,
    const std::function<base::Result<domain::WorkspaceId>()>& ask_slack, ports::Store& store,
    base::Logger& log) {
  if (settings.slack_team) return *settings.slack_team;
  const auto answer = ask_slack();
  if (answer) {
    remember(store, *answer, log);
    return *answer;
  }
  log.error("slack_does_not_know_us", {{"error", answer.error().message}});
  TRY(const auto read, store.named(kRow));
  if (read) return domain::WorkspaceId::parse(read->value.body);
  return base::with_context(
      "asking Slack which workspace SLACK_BOT_TOKEN belongs to (set SLACK_TEAM_ID to start "
      "without asking)",
      answer.error());
}

}  // namespace elevator::serve
