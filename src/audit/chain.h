// Chains: each stream of audit entries is a hash chain without gaps (I7), and checkpoints chain
// the heads of all the others, so that a missing tail shows.
//
//   auto sealed = audit::seal(audit::Stream::request(id), row.chain, entry);
//   row.audit.push_back(sealed.entry());
//   row.chain = sealed.chain;
//
// Pure and deterministic: the same stream, chain and entry give the same bytes and the same id,
// so delivering twice is delivering once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/entry.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/outbox.h"

namespace elevator::audit {

// The name of a chain: "request-<id>", "rules". Letters, digits, '.', '_' and '-' only, so that it
// can be part of a file name and of an S3 key.
class Stream {
 public:
  static Stream request(const domain::RequestId& id);
  // `assignment_key` is the grant's key; the time of the finding keeps two findings apart.
  static Stream found(std::string_view assignment_key, base::TimePoint found_at);
  static Stream sweep(base::TimePoint started_at);
  static Stream sync(const domain::GroupId& group);
  static Stream rules();
  static Stream drift(base::TimePoint at);  // one for each day, UTC
  static Stream checkpoints();

  static base::Result<Stream> parse(std::string_view text);

  const std::string& str() const { return text_; }
  friend auto operator<=>(const Stream&, const Stream&) = default;
  friend bool operator==(const Stream&, const Stream&) = default;

 private:
  explicit Stream(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Where a chain stands. Kept in the row that owns the stream, moved in the same commit (I7).
using Chain = domain::Chain;

struct Sealed {
  std::string event_id;  // "<stream>-<sequence, at least six digits>"
  std::string key;       // "YYYY/MM/DD/<event id>.json"; the AuditLog puts its prefix before it
  std::string bytes;     // one JSON object, no newline
  Chain chain;           // with this entry as its last

  domain::SealedEntry entry() const { return {key, bytes}; }
};

Sealed seal(const Stream& stream, const Chain& chain, const Entry& entry);

std::string event_id_of(const Stream& stream, std::int64_t sequence);

struct EventId {
  Stream stream;
  std::int64_t sequence;
};
base::Result<EventId> parse_event_id(std::string_view text);

// "YYYY/MM/DD/<event id>.json", the day in UTC.
std::string key_of(base::TimePoint time, std::string_view event_id);

// The entries of one checkpoint: heads sorted by stream, at most kHeadsPerCheckpoint in each
// entry, so that an entry always fits into a row. No heads, no entries.
inline constexpr size_t kHeadsPerCheckpoint = 200;
std::vector<Entry> checkpoint_entries(std::vector<Head> heads, base::TimePoint now);

}  // namespace elevator::audit
