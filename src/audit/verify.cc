#include "audit/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/chain.h"
#include "audit/story.h"
#include "base/crypto.h"

namespace elevator::audit {
namespace {

// `,"hash":"` and 64 digits and `"}`.
constexpr std::string_view kHashKey = ",\"hash\":\"";
constexpr size_t kHashLength = 64;
constexpr std::string_view kClose = "\"}";
constexpr std::int64_t kLongestGap = 1'000'000;

// The hash is right, and nothing stands where it could be changed unseen.
bool hash_is_right(std::string_view bytes, const std::string& hash) {
  const size_t tail = kHashKey.size() + kHashLength + kClose.size();
  if (bytes.size() < tail || hash.size() != kHashLength || !bytes.ends_with(kClose)) return false;
  const std::string_view body = bytes.substr(0, bytes.size() - tail);
  const std::string_view end = bytes.substr(body.size());
  return end.starts_with(kHashKey) && end.substr(kHashKey.size(), kHashLength) == hash &&
         base::sha256_hex(body) == hash;
}

// "rules/DIGEST.json", below any prefix.
std::optional<std::string_view> digest_of_document(std::string_view key) {
  constexpr std::string_view kFolder = "rules/";
  constexpr std::string_view kEnd = ".json";
  if (!key.ends_with(kEnd)) return std::nullopt;
  key.remove_suffix(kEnd.size());
  if (key.size() < kFolder.size() + kHashLength) return std::nullopt;
  const std::string_view digest = key.substr(key.size() - kHashLength);
  const bool is_hex = digest.find_first_not_of("0123456789abcdef") == digest.npos;
  key.remove_suffix(kHashLength);
  const bool in_folder = key == kFolder || key.ends_with("/rules/");
  return is_hex && in_folder ? std::optional(digest) : std::nullopt;
}

std::string range_text(std::int64_t first, std::int64_t last) {
  if (first == last) return fmt::format("entry {} is missing", first);
  return fmt::format("entries {} to {} are missing", first, last);
}

struct Link {
  Entry entry;
  Text previous_hash;
  std::string hash;
};

struct StreamState {
  std::vector<std::string> hashes;       // 32 bytes each; empty where an entry is missing
  std::map<std::int64_t, Link> waiting;  // met before their predecessors
  std::int64_t checked = 0;              // the highest sequence a checkpoint names
  std::vector<base::TimePoint> unchecked_times;

  std::int64_t length() const { return static_cast<std::int64_t>(hashes.size()); }
};

std::string raw_hash(const std::string& hex) {
  std::string raw;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    raw += static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1]));
  }
  return raw;
}

}  // namespace

struct Verifier::State {
  explicit State(const VerifyOptions& given) : options(given), stories(given) {}

  VerifyOptions options;
  Report report;
  Stories stories;
  std::map<std::string, StreamState> streams;
  struct Claim {
    std::string checkpoint;
    Head head;
  };
  std::vector<Claim> claims;

  void problem(Check check, std::string where, std::string what) {
    report.problems.push_back({check, std::move(where), std::move(what)});
  }
  void unproven(Check check, std::string where, std::string what) {
    report.unproven.push_back({check, std::move(where), std::move(what)});
  }

  void saw(base::TimePoint time) {
    if (!report.first || time < *report.first) report.first = time;
    if (!report.last || *report.last < time) report.last = time;
  }

  bool accept(std::string_view key, std::string_view bytes, const ParsedEntry& parsed,
              const EventId& id);
  void enqueue(std::string_view key, const EventId& id, ParsedEntry parsed);
  void append(const std::string& stream, StreamState& state, const Link& link);
  void advance(const std::string& stream, StreamState& state);
  void close_gaps();
  void check_heads();
  void name_unchecked();
};

// Whether the entry is what it says it is. Everything but its place in the chain.
bool Verifier::State::accept(std::string_view key, std::string_view bytes,
                             const ParsedEntry& parsed, const EventId& id) {
  const std::string where(key);
  if (!hash_is_right(bytes, parsed.proof->hash)) {
    problem(Check::kBytes, where, "its bytes were changed: the hash does not match");
    return false;
  }
  if (id.sequence != parsed.proof->sequence) {
    problem(Check::kBytes, where, "its event id and its sequence differ");
    return false;
  }
  if (!key.ends_with(key_of(parsed.entry.time, parsed.proof->event_id))) {
    problem(Check::kBytes, where,
            "it lies in the wrong place; it belongs to " +
                key_of(parsed.entry.time, parsed.proof->event_id));
    return false;
  }
  return true;
}

void Verifier::State::enqueue(std::string_view key, const EventId& id, ParsedEntry parsed) {
  const std::string& stream = id.stream.str();
  StreamState& state = streams[stream];
  const std::string raw = raw_hash(parsed.proof->hash);
  const auto waiting = state.waiting.find(id.sequence);
  const bool known = id.sequence <= state.length() || waiting != state.waiting.end();
  if (known) {
    const std::string& seen = id.sequence <= state.length()
                                  ? state.hashes[static_cast<size_t>(id.sequence - 1)]
                                  : raw_hash(waiting->second.hash);
    if (seen == raw) {
      ++report.entries_repeated;
    } else {
      problem(Check::kChain, std::string(key), "another entry with the same event id exists");
    }
    return;
  }
  ++report.entries;
  saw(parsed.entry.time);
  state.waiting.emplace(id.sequence,
                        Link{std::move(parsed.entry), std::move(parsed.proof->previous_hash),
                             std::move(parsed.proof->hash)});
  advance(stream, state);
}

void Verifier::State::advance(const std::string& stream, StreamState& state) {
  for (auto next = state.waiting.find(state.length() + 1); next != state.waiting.end();
       next = state.waiting.find(state.length() + 1)) {
    const Link link = next->second;
    state.waiting.erase(next);
    append(stream, state, link);
  }
}

void Verifier::State::append(const std::string& stream, StreamState& state, const Link& link) {
  const std::int64_t sequence = state.length() + 1;
  const bool after_gap = sequence > 1 && state.hashes.back().empty();
  const std::string expected = sequence == 1 ? std::string() : base::to_hex(state.hashes.back());
  if (!after_gap && link.previous_hash.value_or("") != expected) {
    problem(Check::kChain, fmt::format("{}-{:06}", stream, sequence),
            "it does not follow from the entry before it: one of the two was replaced");
  }
  state.hashes.push_back(raw_hash(link.hash));
  const Entry& entry = link.entry;
  state.unchecked_times.push_back(entry.time);
  if (entry.operation == Operation::kCheckpoint) {
    ++report.checkpoints;
    report.last_checkpoint_id = fmt::format("{}-{:06}", stream, sequence);
    report.last_checkpoint_hash = link.hash;
    for (const Head& head : entry.heads) claims.push_back({report.last_checkpoint_id, head});
  }
  if (entry.operation == Operation::kRules && entry.rule_digest) {
    stories.rules_in_force(*entry.rule_digest);
    // A refused document was never used, so nobody kept it.
    if (entry.decision == "in_force") stories.needs_document(*entry.rule_digest);
  }
  if (stream.starts_with("request-") || stream.starts_with("found-")) {
    stories.tell(stream, entry, report);
  }
}

// After the last entry: what still waits has a gap before it.
void Verifier::State::close_gaps() {
  for (auto& [stream, state] : streams) {
    while (!state.waiting.empty()) {
      const std::int64_t next = state.waiting.begin()->first;
      problem(Check::kChain, stream, range_text(state.length() + 1, next - 1) + " (I7)");
      // A sequence far away is not ours; following it would need its memory.
      if (next - state.length() > kLongestGap) break;
      state.hashes.resize(static_cast<size_t>(next - 1));
      state.unchecked_times.resize(static_cast<size_t>(next - 1), options.now);
      advance(stream, state);
    }
  }
}

void Verifier::State::check_heads() {
  for (const Claim& claim : claims) {
    ++report.heads;
    const auto found = streams.find(claim.head.stream);
    const std::int64_t length = found == streams.end() ? 0 : found->second.length();
    if (length < claim.head.sequence) {
      problem(Check::kCheckpoint, claim.head.stream,
              fmt::format("{}, but {} saw them (I7)", range_text(length + 1, claim.head.sequence),
                          claim.checkpoint));
      continue;
    }
    if (claim.head.sequence < 1) continue;
    StreamState& state = found->second;
    const std::string& hash = state.hashes[static_cast<size_t>(claim.head.sequence - 1)];
    if (!hash.empty() && base::to_hex(hash) != claim.head.hash) {
      problem(Check::kCheckpoint, claim.head.stream,
              fmt::format("entry {} is not the one that {} saw", claim.head.sequence,
                          claim.checkpoint));
    }
    state.checked = std::max(state.checked, claim.head.sequence);
  }
}

void Verifier::State::name_unchecked() {
  std::int64_t old = 0;
  const std::string checkpoints = Stream::checkpoints().str();
  for (const auto& [stream, state] : streams) {
    if (stream == checkpoints) continue;
    for (std::int64_t i = state.checked; i < state.length(); ++i) {
      if (state.hashes[static_cast<size_t>(i)].empty()) continue;
      ++report.entries_unchecked;
      if (state.unchecked_times[static_cast<size_t>(i)] + base::hours(2) < options.now) ++old;
    }
  }
  if (report.entries_unchecked > 0) {
    unproven(Check::kCheckpoint, "",
             fmt::format("entries newer than the last checkpoint of their stream: {}. That nothing "
                         "was removed after them cannot be shown yet",
                         report.entries_unchecked));
  }
  if (old > 0) {
    unproven(Check::kCheckpoint, "",
             fmt::format("older than two hours among them: {}. Either checkpoints have stopped, or "
                         "the newest were removed",
                         old));
  }
  if (report.checkpoints > 0) {
    unproven(Check::kCheckpoint, report.last_checkpoint_id,
             fmt::format("whether checkpoints after this one were removed; compare its hash {} "
                         "with a copy kept elsewhere",
                         report.last_checkpoint_hash));
  }
  if (report.entries_unhashed > 0) {
    unproven(
        Check::kBytes, "",
        fmt::format("entries without a hash, written by the existing product: {}. Whether they "
                    "were changed, or others removed, cannot be shown",
                    report.entries_unhashed));
  }
  if (report.entries + report.entries_unhashed == 0) {
    unproven(Check::kCompleteness, "", "there are no entries");
  }
}

Verifier::Verifier(VerifyOptions options) : state_(std::make_unique<State>(options)) {}
Verifier::~Verifier() = default;

void Verifier::add(std::string_view key, std::string_view bytes) {
  if (const auto digest = digest_of_document(key)) {
    if (base::sha256_hex(bytes) != *digest) {
      state_->problem(Check::kBytes, std::string(key),
                      "its bytes were changed: they do not have the digest that names it");
    } else if (state_->stories.has_document(std::string(*digest))) {
      ++state_->report.rules_documents;
    }
    return;
  }
  auto parsed = parse_entry(bytes);
  if (!parsed) {
    state_->problem(Check::kBytes, std::string(key),
                    "it cannot be read: " + parsed.error().message);
    return;
  }
  if (!parsed->proof) {
    ++state_->report.entries_unhashed;
    state_->saw(parsed->entry.time);
    return;
  }
  auto id = parse_event_id(parsed->proof->event_id);
  if (!id) {
    state_->problem(Check::kBytes, std::string(key), id.error().message);
    return;
  }
  if (state_->accept(key, bytes, *parsed, *id)) state_->enqueue(key, *id, *std::move(parsed));
}

Report Verifier::finish() {
  state_->close_gaps();
  state_->check_heads();
  state_->stories.finish(state_->report);
  state_->name_unchecked();
  state_->report.streams = static_cast<std::int64_t>(state_->streams.size());
  return std::move(state_->report);
}

std::string_view to_string(Check check) {
  switch (check) {
    case Check::kBytes:
      return "bytes";
    case Check::kChain:
      return "chain";
    case Check::kCheckpoint:
      return "checkpoint";
    case Check::kCompleteness:
      return "completeness";
    case Check::kReview:
      return "review";
    case Check::kTimeliness:
      return "timeliness";
  }
  return "bytes";
}

}  // namespace elevator::audit
