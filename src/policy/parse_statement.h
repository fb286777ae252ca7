// One rule of the document: JSON -> Statement. Internal to the library; see rules.h.
#pragma once

#include "codec/reader.h"
#include "policy/statement.h"

namespace elevator::policy {

enum class StatementKind { kAccount, kGroup };

// Everything wrong goes to the reader's problems; the result counts only when there are none.
// `uses_added_keys` is set when the rule says something that the existing product cannot.
Statement parse_statement(const codec::Reader& reader, StatementKind kind, bool& uses_added_keys);

// The key of a rule that the last part of `path` resembles, or nothing.
struct KeyMeant {
  std::string_view key;
  bool is_added = false;  // the existing product does not have it
};
KeyMeant key_meant(std::string_view path);

}  // namespace elevator::policy
