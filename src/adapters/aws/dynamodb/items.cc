#include "adapters/aws/dynamodb/items.h"

#include <array>

#include "wire/rows/names.h"

namespace elevator::adapters::aws::dynamodb {
namespace {

namespace api = wire::aws::dynamodb;
using base::Result;
using ports::RowKind;

struct Prefix {
  RowKind kind;
  std::string_view text;
};
constexpr std::array kPrefixes{Prefix{RowKind::kRequest, "request#"},
                               Prefix{RowKind::kGrant, "grant#"},
                               Prefix{RowKind::kNamed, "named#"}};
constexpr std::string_view kRequestState = "request#";

base::Error damaged(const Attributes& item, std::string_view what) {
  return base::corrupt("the item " + api::text_of(item, "pk").value_or("without a key") +
                       " of the state table has no " + std::string(what) +
                       " that this release understands");
}

Result<domain::RequestState> request_state_of(const Attributes& item) {
  const std::string text = api::text_of(item, "state").value_or("");
  if (text.starts_with(kRequestState)) {
    for (const auto& [state, name] : wire::rows::kNames<domain::RequestState>) {
      if (text.substr(kRequestState.size()) == name) return state;
    }
  }
  return damaged(item, "state");
}

}  // namespace

std::string partition_key(const ports::RowRef& ref) {
  for (const Prefix& prefix : kPrefixes) {
    if (prefix.kind == ref.kind) return std::string(prefix.text) + ref.key;
  }
  return ref.key;
}

Result<ports::RowRef> ref_of(const Attributes& item) {
  const std::string key = api::text_of(item, "pk").value_or("");
  for (const Prefix& prefix : kPrefixes) {
    if (key.starts_with(prefix.text)) {
      return ports::RowRef{prefix.kind, key.substr(prefix.text.size())};
    }
  }
  return damaged(item, "kind");
}

std::string state_key(domain::RequestState state) {
  return std::string(kRequestState) + std::string(domain::to_string(state));
}

Attributes item_of(const Record& record, std::optional<std::int64_t> head_moved_at) {
  Attributes item;
  item["pk"] = api::text(partition_key(record.ref));
  item["version"] = api::number(static_cast<std::int64_t>(record.expected) + 1);
  item["body"] = api::text(record.body);
  item["sequence"] = api::number(static_cast<std::int64_t>(record.chain.sequence));
  if (!record.chain.hash.empty()) item["hash"] = api::text(record.chain.hash);
  if (record.due) {
    const bool is_grant = record.ref.kind == RowKind::kGrant;
    item["due_bucket"] = api::text(is_grant ? kDueGrants : kDueOthers);
    item["due_at"] = api::number(base::to_unix_milliseconds(*record.due));
  }
  if (record.ref.kind == RowKind::kRequest) {
    item["state"] = api::text(std::string(kRequestState) + record.state);
    const auto created = record.created_at.value_or(base::TimePoint{});
    item["created_at"] = api::number(base::to_unix_milliseconds(created));
  }
  if (record.ref.kind == RowKind::kGrant && record.state == "live") {
    item["state"] = api::text(kLiveGrants);
    item["created_at"] = api::number(0);
  }
  if (record.open && record.requester) {
    item["requester"] = api::text(*record.requester);
    item["open_target"] = api::text(record.target);
  }
  if (head_moved_at) {
    item["head_bucket"] = api::text(kHeads);
    item["head_moved_at"] = api::number(*head_moved_at);
  }
  return item;
}

Result<ports::Version> version_of(const Attributes& item) {
  const auto version = api::number_of(item, "version");
  if (!version || *version < 1) return damaged(item, "version");
  return static_cast<ports::Version>(*version);
}

Result<std::string> body_of(const Attributes& item) {
  auto body = api::text_of(item, "body");
  if (!body) return damaged(item, "body");
  return *std::move(body);
}

Result<Head> head_of(const Attributes& item) {
  TRY(const ports::Version version, version_of(item));
  const auto sequence = api::number_of(item, "sequence");
  if (!sequence) return damaged(item, "sequence");
  return Head{version, *sequence, api::number_of(item, "head_moved_at")};
}

Result<base::TimePoint> due_at_of(const Attributes& item) {
  const auto at = api::number_of(item, "due_at");
  if (!at) return damaged(item, "time at which it is due");
  return base::from_unix_milliseconds(*at);
}

Result<ports::RequestBrief> brief_of(const Attributes& item) {
  TRY(const ports::RowRef ref, ref_of(item));
  TRY(auto id, domain::RequestId::parse(ref.key));
  TRY(const auto state, request_state_of(item));
  auto target = api::text_of(item, "open_target");
  if (!target) return damaged(item, "target");
  return ports::RequestBrief{std::move(id), state, *std::move(target)};
}

Result<ports::StreamHead> stream_head_of(const Attributes& item) {
  TRY(const ports::RowRef ref, ref_of(item));
  const auto sequence = api::number_of(item, "sequence");
  auto hash = api::text_of(item, "hash");
  if (!sequence || *sequence < 0 || !hash) return damaged(item, "audit chain");
  return ports::StreamHead{ref.kind == RowKind::kRequest ? "request/" + ref.key : ref.key,
                           {static_cast<std::uint64_t>(*sequence), *std::move(hash)}};
}

}  // namespace elevator::adapters::aws::dynamodb
