// Rows of the store <-> JSON (docs/formats/rows.md). Every store keeps the same bytes.
//
// A row begins with {"v":1,"kind":"request"|"grant"|"named",...}. Fields that have their empty
// value are left out. Bytes that a newer release wrote, and bytes that cannot be understood
// whole, are refused (Kind::kCorrupt): a row that is half understood would lose data when it is
// written back (I10). Bytes of a text that are not UTF-8 become U+FFFD.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/grant.h"
#include "domain/outbox.h"
#include "domain/request.h"

namespace elevator::wire::rows {

inline constexpr int kFormat = 1;

// A row of free-form text with an audit chain and an outbox of its own.
struct Named {
  std::string name;
  std::string body;
  domain::Chain chain;
  std::vector<domain::SealedEntry> audit;
  domain::Retry audit_retry;
  friend bool operator==(const Named&, const Named&) = default;
};

std::string encode(const domain::Request& request);
std::string encode(const domain::Grant& grant);
std::string encode(const Named& named);

base::Result<domain::Request> decode_request(std::string_view bytes);
base::Result<domain::Grant> decode_grant(std::string_view bytes);
base::Result<Named> decode_named(std::string_view bytes);

}  // namespace elevator::wire::rows
