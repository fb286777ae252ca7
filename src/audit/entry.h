// Entry: one line of the audit log, and its JSON object (docs/formats/audit.md, byte-exact).
//
// The fields are the existing product's (COMPAT 6), names and meaning kept, then ours. An absent
// field is "NA" in the JSON. An Entry knows nothing of chains: seal() (chain.h) adds the event id,
// the sequence and the hashes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/operation.h"
#include "base/result.h"
#include "base/time.h"

namespace elevator::audit {

using Text = std::optional<std::string>;

// The last entry of a chain, as a checkpoint names it.
struct Head {
  std::string stream;
  std::int64_t sequence = 0;
  std::string hash;
  friend bool operator==(const Head&, const Head&) = default;
};

struct Entry {
  std::string reason{};
  Operation operation = Operation::kRequest;
  std::optional<base::Seconds> permission_duration{};
  Text sso_user_principal_id{};
  std::string audit_entry_type{};  // "account", "group", or the operation's own name
  Text role_name{};
  Text account_id{};
  Text requester_slack_id{};
  Text requester_email{};
  Text request_id{};  // AWS's id of the create or delete call
  Text approver_slack_id{};
  Text approver_email{};
  Text group_name{};
  Text group_id{};
  Text group_membership_id{};
  bool secondary_domain_was_used = false;
  Text sync_operation{};
  std::optional<std::map<std::string, std::string>> matched_attributes{};
  Text sso_user_email{};
  base::TimePoint time{};

  // Ours.
  Text elevator_request_id{};
  Text rule_digest{};
  Text decision{};  // why: the policy's reason, or an approver's answer ("approve", "deny")
  std::optional<base::TimePoint> deadline{};  // when the access that this entry speaks of ends
  std::vector<Head> heads{};                  // checkpoints only

  friend bool operator==(const Entry&, const Entry&) = default;
};

// What seal() adds.
struct Proof {
  std::string event_id;
  std::int64_t sequence = 0;
  Text previous_hash;  // absent in the first entry of a chain
  std::string hash;
  friend bool operator==(const Proof&, const Proof&) = default;
};

struct ParsedEntry {
  Entry entry;
  std::optional<Proof> proof;  // absent in entries of the existing product
};

// The JSON object from its brace to just before `,"hash"`: the bytes that are hashed.
// `proof.hash` is not read. Bytes that are not UTF-8 become U+FFFD.
std::string encode_without_hash(const Entry& entry, const Proof& proof);

// Reads an entry of ours or of the existing product. An object that has some of the proof's keys
// and not all, or an operation this release does not know, is refused (I10). Whether the hash is
// right is verify()'s question.
base::Result<ParsedEntry> parse_entry(std::string_view bytes);

// "2025-01-02 03:04:05.678000+00:00", no fraction when it is zero.
std::string to_time_text(base::TimePoint time);

}  // namespace elevator::audit
