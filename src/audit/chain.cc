#include "audit/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/crypto.h"

namespace elevator::audit {
namespace {

bool is_stream_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '_' || c == '-';
}

std::string day_of(base::TimePoint time, char separator) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{:04}{}{:02}{}{:02}", int(date.year()), separator, unsigned(date.month()),
                     separator, unsigned(date.day()));
}

}  // namespace

Stream Stream::request(const domain::RequestId& id) { return Stream("request-" + id.str()); }

Stream Stream::found(std::string_view assignment_key, base::TimePoint found_at) {
  const std::string what =
      fmt::format("{}\n{}", assignment_key, base::to_unix_milliseconds(found_at));
  return Stream("found-" + base::sha256_hex(what).substr(0, 32));
}

Stream Stream::sweep(base::TimePoint started_at) {
  return Stream(fmt::format("sweep-{}", base::to_unix_milliseconds(started_at)));
}

Stream Stream::sync(const domain::GroupId& group) { return Stream("sync-" + group.str()); }
Stream Stream::rules() { return Stream("rules"); }
Stream Stream::drift(base::TimePoint at) { return Stream("drift-" + day_of(at, '-')); }
Stream Stream::checkpoints() { return Stream("checkpoint"); }

base::Result<Stream> Stream::parse(std::string_view text) {
  const bool valid = !text.empty() && text.size() <= 128 && text.front() != '.' &&
                     std::all_of(text.begin(), text.end(), is_stream_character);
  if (!valid) {
    return base::corrupt(
        fmt::format("\"{}\" is not the name of an audit stream", text.substr(0, 80)));
  }
  return Stream(std::string(text));
}

std::string event_id_of(const Stream& stream, std::int64_t sequence) {
  return fmt::format("{}-{:06}", stream.str(), sequence);
}

base::Result<EventId> parse_event_id(std::string_view text) {
  const size_t dash = text.rfind('-');
  const std::string_view digits = dash == text.npos ? std::string_view() : text.substr(dash + 1);
  std::int64_t sequence = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  if (digits.empty() || code != std::errc() || end != digits.data() + digits.size()) {
    return base::corrupt(fmt::format("\"{}\" is not an event id", text.substr(0, 80)));
  }
  TRY(auto stream, Stream::parse(text.substr(0, dash)));
  if (sequence < 1 || event_id_of(stream, sequence) != text) {
    return base::corrupt(fmt::format("\"{}\" is not an event id", text.substr(0, 80)));
  }
  return EventId{std::move(stream), sequence};
}

std::string key_of(base::TimePoint time, std::string_view event_id) {
  return fmt::format("{}/{}.json", day_of(time, '/'), event_id);
}

Sealed seal(const Stream& stream, const Chain& chain, const Entry& entry) {
  CHECK_THAT((chain.sequence == 0) == chain.hash.empty(),
             "I7: only the first entry of a chain has no predecessor");
  Proof proof;
  proof.sequence = static_cast<std::int64_t>(chain.sequence) + 1;
  proof.event_id = event_id_of(stream, proof.sequence);
  if (!chain.hash.empty()) proof.previous_hash = chain.hash;
  Sealed sealed;
  sealed.bytes = encode_without_hash(entry, proof);
  proof.hash = base::sha256_hex(sealed.bytes);
  sealed.bytes += fmt::format(",\"hash\":\"{}\"}}", proof.hash);
  sealed.event_id = proof.event_id;
  sealed.key = key_of(entry.time, proof.event_id);
  sealed.chain = {chain.sequence + 1, proof.hash};
  return sealed;
}

std::vector<Entry> checkpoint_entries(std::vector<Head> heads, base::TimePoint now) {
  std::sort(heads.begin(), heads.end(),
            [](const Head& a, const Head& b) { return a.stream < b.stream; });
  std::vector<Entry> entries;
  for (size_t first = 0; first < heads.size(); first += kHeadsPerCheckpoint) {
    const size_t last = std::min(heads.size(), first + kHeadsPerCheckpoint);
    Entry entry;
    entry.reason = "hourly checkpoint";
    entry.operation = Operation::kCheckpoint;
    entry.audit_entry_type = "checkpoint";
    entry.time = now;
    entry.heads.assign(heads.begin() + static_cast<std::ptrdiff_t>(first),
                       heads.begin() + static_cast<std::ptrdiff_t>(last));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace elevator::audit
