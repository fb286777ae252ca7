#include "workflow/sync/group_row.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "audit/chain.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "workflow/named_row.h"

namespace elevator::workflow::sync {
namespace {

namespace json = boost::json;
using codec::Reader;

json::object encode_action(const Action& action) {
  json::object out;
  codec::put(out, "action", to_string(action.kind));
  codec::put(out, "user", action.user);
  codec::put(out, "email", action.email);
  if (action.matched) {
    json::object matched;
    for (const auto& [name, value] : *action.matched) matched[name] = value;
    out["matched"] = std::move(matched);
  }
  return out;
}

std::optional<Action> decode_action(const Reader& reader, const ports::Group& group) {
  const auto kind = reader.required_enum<ActionKind>(
      "action", {{"add", ActionKind::kAdd}, {"remove", ActionKind::kRemove}});
  const auto user = reader.required_as("user", domain::PrincipalId::parse);
  const std::string email = reader.required_string("email");
  if (!kind || !user) return std::nullopt;
  Action action{*kind, *user, email, group, std::nullopt};
  if (const auto matched = reader.optional_child("matched")) {
    action.matched.emplace();
    for (const auto& [name, value] : matched->members()) (*action.matched)[name] = value.string();
  }
  return action;
}

}  // namespace

std::string row_of(const domain::GroupId& group) { return audit::Stream::sync(group).str(); }

base::Result<GroupState> decode_state(const ports::NamedRow& row, const ports::Group& group) {
  GroupState state;
  if (row.body.empty()) return state;
  TRY(const auto value, codec::parse_json(row.body));
  codec::Problems problems;
  const Reader reader(value, problems);
  for (const Reader& element : reader.array("begun")) {
    if (auto action = decode_action(element, group)) state.begun.push_back(*std::move(action));
  }
  for (const Reader& element : reader.array("strangers")) {
    if (auto user = element.as(domain::PrincipalId::parse)) state.strangers.insert(*user);
  }
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return state;
}

std::string encode_state(const GroupState& state) {
  json::object body;
  json::array begun;
  for (const Action& action : state.begun) begun.push_back(encode_action(action));
  body["begun"] = std::move(begun);
  codec::put(body, "strangers", state.strangers);
  return codec::to_json_text(body);
}

base::Status change_group(ports::Store& store, const ports::Group& group,
                          const std::function<std::vector<audit::Entry>(GroupState&)>& change) {
  const audit::Stream stream = audit::Stream::sync(group.id);
  return change_named_row(store, stream.str(), [&](ports::NamedRow& row) -> base::Status {
    TRY(GroupState state, decode_state(row, group));
    const auto entries = change(state);
    row.body = encode_state(state);
    for (const audit::Entry& entry : entries) record(row, stream, entry);
    return {};
  });
}

audit::Entry entry_of(const Action& action, base::TimePoint now) {
  audit::Entry entry;
  switch (action.kind) {
    case ActionKind::kAdd:
      entry.operation = audit::Operation::kSyncAdd;
      entry.reason =
          fmt::format("User matches the attribute rules of group '{}'", action.group.name);
      break;
    case ActionKind::kRemove:
      entry.operation = audit::Operation::kSyncRemove;
      entry.reason = fmt::format(
          "User does not match the attribute rules of group '{}', and the policy is remove",
          action.group.name);
      break;
    case ActionKind::kWarn:
      entry.operation = audit::Operation::kManualDetected;
      entry.reason = fmt::format(
          "User does not match the attribute rules of group '{}': manual assignment detected",
          action.group.name);
      break;
  }
  entry.audit_entry_type = std::string(audit::to_string(entry.operation));
  entry.sso_user_principal_id = action.user.str();
  entry.group_name = action.group.name;
  entry.group_id = action.group.id.str();
  entry.sync_operation = "attribute_sync";
  entry.matched_attributes = action.matched;
  if (!action.email.empty()) entry.sso_user_email = action.email;
  entry.time = now;
  return entry;
}

}  // namespace elevator::workflow::sync
