// Outbox: what a row still has to tell the outside world, written in the same commit as the
// change it speaks of. Delivery is at least once; the receivers make it once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"

namespace elevator::domain {

// The position of a stream of audit entries (I7): gap-free numbers, each entry naming the hash of
// the one before. The first entry has sequence 1 and an empty previous hash.
struct Chain {
  std::uint64_t sequence = 0;  // of the last entry; 0 = none yet
  std::string hash;            // of the last entry, 64 hex digits; empty = none yet
  friend bool operator==(const Chain&, const Chain&) = default;
};

// A finished audit entry: deterministic name, final bytes.
struct SealedEntry {
  std::string key;    // path below the audit prefix: "2025/01/02/ID.json"
  std::string bytes;  // one JSON object
  friend bool operator==(const SealedEntry&, const SealedEntry&) = default;
};

// Something to say besides the request message itself, which is edited, not repeated.
enum class NoticeKind {
  kReviewWanted,    // thread: mentions the approvers who are to be told; direct messages if wanted
  kStillWaiting,    // thread: reminder to the approvers
  kDelayed,         // requester: it cannot be decided yet, and why
  kAutoApproved,    // thread: why no approval was needed
  kRefused,         // thread and requester: why it cannot be
  kReviewCounted,   // thread: one of several approvals is there
  kReviewRejected,  // to the clicker alone: why the click did not count
  kReviewLapsed,    // thread: an approval that counted counts no more, and why
  kApproved,        // thread and requester: the access begins later, and when
  kDenied,          // thread and requester
  kCancelled,       // thread
  kExpired,         // thread and requester: nobody answered
  kGranted,         // thread and requester: sign-in link, until when
  kEndsSoon,        // requester: ends in 15 minutes, extend or end
  kEnded,           // thread and requester: when, why, by whom
  kFailed,          // thread and requester: what went wrong and what to do
};

struct Notice {
  std::uint32_t number = 0;  // unique within its row: with the row's id the identity of the notice
  NoticeKind kind = NoticeKind::kReviewWanted;
  std::string person;  // Slack user id the notice is about or for; empty when it needs none
  std::string text;    // a reason given by a person or an error; escaped when shown
  base::TimePoint at{};
  friend bool operator==(const Notice&, const Notice&) = default;
};

// Nothing waits longer before it is tried again (L1).
inline constexpr base::Milliseconds kLongestWait = base::minutes(1);

// When to try again something that failed; unlimited attempts, capped back-off.
struct Retry {
  std::uint32_t attempts = 0;
  base::TimePoint not_before{};
  std::string last_error;
  friend bool operator==(const Retry&, const Retry&) = default;

  bool waits(base::TimePoint now) const { return attempts > 0 && not_before > now; }
};

// The back-off after one more failure: 1 s, 2 s, 4 s ... or later when the other side named a time,
// capped at kLongestWait. No jitter here: rows must be reproducible; adapters jitter.
Retry after_failure(const Retry& before, const base::Error& error, base::TimePoint now);

}  // namespace elevator::domain
