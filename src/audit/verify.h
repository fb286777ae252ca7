// Verifier: reads a whole audit trail and says what it proves, what contradicts it, and what it
// cannot prove.
//
//   Verifier verifier({.now = clock.now()});
//   for (each object) verifier.add(key, bytes);   // any order; sorted by key needs least memory
//   Report report = verifier.finish();
//
// Objects named rules/DIGEST.json are the rules documents that entries name by digest.
//
// Proved: every entry's bytes (hash), every chain (no gap, no reordering), every head that a
// checkpoint names, every grant's decision and end, who reviewed, and that access ended on time.
// Not thread-safe. Memory: 32 bytes for each entry and about 300 for each stream.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/entry.h"
#include "base/time.h"

namespace elevator::audit {

struct VerifyOptions {
  base::TimePoint now{};
  // How late an end may be: a reconcile interval, and the time AWS takes (L1).
  base::Seconds tolerance = std::chrono::minutes(5);
};

// Which promise a finding is about.
enum class Check { kBytes, kChain, kCheckpoint, kCompleteness, kReview, kTimeliness };
std::string_view to_string(Check check);

struct Finding {
  Check check = Check::kBytes;
  std::string where;  // the key of an entry, or the name of a stream
  std::string what;   // one sentence
};

struct Report {
  std::int64_t entries = 0;            // of ours, each counted once
  std::int64_t entries_unhashed = 0;   // of the existing product
  std::int64_t entries_repeated = 0;   // the same bytes met again: harmless
  std::int64_t entries_unchecked = 0;  // after the last checkpoint that names their stream
  std::int64_t streams = 0;
  std::int64_t checkpoints = 0;
  std::int64_t heads = 0;
  std::int64_t rules_documents = 0;  // kept by digest beside the entries
  std::int64_t requests = 0;
  std::int64_t requests_undecided = 0;
  std::int64_t grants = 0;
  std::int64_t grants_ended = 0;
  std::int64_t grants_open = 0;
  std::int64_t approvals_by_people = 0;
  std::int64_t approvals_by_oneself = 0;
  std::int64_t approvals_automatic = 0;
  std::optional<base::Seconds> worst_delay;  // of an end after its deadline
  std::string worst_delay_where;
  std::optional<base::TimePoint> first;
  std::optional<base::TimePoint> last;
  std::string last_checkpoint_id;
  std::string last_checkpoint_hash;
  std::vector<Finding> problems;  // the trail contradicts itself or a promise
  std::vector<Finding> unproven;  // what this trail cannot show, either way

  bool holds() const { return problems.empty(); }
};

class Verifier {
 public:
  explicit Verifier(VerifyOptions options);
  ~Verifier();
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  // `key` is the object's key or path; only its end is looked at.
  void add(std::string_view key, std::string_view bytes);

  // Once, after the last add().
  Report finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// For people, and for programs (one JSON object).
std::string to_text(const Report& report, std::string_view source);
std::string to_json(const Report& report, std::string_view source);

}  // namespace elevator::audit
