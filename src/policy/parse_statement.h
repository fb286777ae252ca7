// One rule of the document: JSON -> Statement. Internal to the library; see rules.h.
#pragma once

#include "codec/reader.h"
#include "policy/statement.h"

namespace elevator::policy {

enum class StatementKind { kAccount, kGroup };

// Everything wrong goes to the reader's problems; the result counts only when there are none.
// `uses_added_keys` is set when the rule says something that the existing product cannot.
Statement parse_statement(const codec::Reader& reader, StatementKind kind, bool& uses_added_keys);

}  // namespace elevator::policy
