#include "workflow/checkpoint.h"

#include <algorithm>
#include <boost/json/object.hpp>

#include "audit/chain.h"
#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"
#include "workflow/named_row.h"

namespace elevator::workflow {
namespace {

constexpr const char* kCheckpointRow = "checkpoint";

// When the last checkpoint looked at the heads; epoch = never.
base::Result<base::TimePoint> decode(const std::string& body) {
  if (body.empty()) return base::TimePoint{};
  TRY(const auto value, codec::parse_json(body));
  codec::Problems problems;
  const base::TimePoint at = codec::Reader(value, problems).required_time("at");
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return at;
}

std::string encode(base::TimePoint at) {
  boost::json::object body;
  codec::put(body, "at", at);
  return codec::to_json_text(body);
}

// The audit stream of a row: "request/ID", or the row's own name.
std::optional<audit::Stream> stream_of(const std::string& row) {
  constexpr std::string_view kRequest = "request/";
  if (row.starts_with(kRequest)) {
    const auto id = domain::RequestId::parse(std::string_view(row).substr(kRequest.size()));
    if (!id) return std::nullopt;
    return audit::Stream::request(*id);
  }
  if (row == kCheckpointRow) return std::nullopt;  // itself: its own chain proves it
  const auto stream = audit::Stream::parse(row);
  if (!stream) return std::nullopt;
  return *stream;
}

}  // namespace

base::Result<base::TimePoint> Checkpoints::run() {
  // What is still to be delivered first: the row must not grow while the audit log is away.
  TRY_VOID(deliver_named_row(store_, audit_, kCheckpointRow));
  const base::TimePoint now = clock_.now();
  TRY(const auto read, store_.named(kCheckpointRow));
  TRY(const base::TimePoint last, decode(read ? read->value.body : ""));
  base::TimePoint next = last + kCheckpointInterval;
  // A time in the future was written by a clock that was wrong.
  if (next <= now || last > now) {
    // Commits stamp their rows before they are visible, and clocks differ: look back a little.
    TRY(const auto moved, store_.heads_moved_since(std::min(last, now) - base::minutes(5)));
    std::vector<audit::Head> heads;
    for (const ports::StreamHead& head : moved) {
      const auto stream = stream_of(head.stream);
      if (!stream || head.chain.sequence == 0) continue;
      heads.push_back(
          {stream->str(), static_cast<std::int64_t>(head.chain.sequence), head.chain.hash});
    }
    TRY_VOID(change_named_row(store_, kCheckpointRow, [&](ports::NamedRow& row) -> base::Status {
      TRY(const base::TimePoint written, decode(row.body));
      if (written != last) return {};  // another process was faster
      row.body = encode(now);
      for (const audit::Entry& entry : audit::checkpoint_entries(heads, now)) {
        record(row, audit::Stream::checkpoints(), entry);
      }
      return {};
    }));
    next = now + kCheckpointInterval;
  }
  TRY_VOID(deliver_named_row(store_, audit_, kCheckpointRow));
  return next;
}

}  // namespace elevator::workflow
