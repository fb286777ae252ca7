// JSON and YAML text <-> boost::json::value. Hostile text is expected: size, depth and number of
// values are bounded, bytes must be UTF-8, and a key that appears twice in one object is an error
// (which of the two would count is a matter of taste, and in a rules document of security).
//
// Errors say where: "line 3, column 14: syntax error" or "statements[2]: key \"Resource\" appears
// twice".
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::codec {

struct TextLimits {
  size_t bytes = size_t{1} << 20;  // also bounds what YAML aliases may expand to
  size_t depth = 32;
  size_t values = 100'000;
};

base::Result<boost::json::value> parse_json(std::string_view text, const TextLimits& limits = {});

// YAML 1.2: yes, no, on and off are text. A plain scalar of exactly twelve digits is text, too: it
// is an AWS account id, and reading it as a number would lose a leading zero. Anchors and aliases
// work, merge keys ("<<") and several documents in one text are refused.
base::Result<boost::json::value> parse_yaml(std::string_view text, const TextLimits& limits = {});

// JSON when the first character says so ('{' or '['), YAML otherwise.
base::Result<boost::json::value> parse_document(std::string_view text,
                                                const TextLimits& limits = {});

// Compact JSON, keys in the order in which they were put.
std::string to_json_text(const boost::json::value& value);

// JSON for people: two blanks per level, a final newline.
std::string to_pretty_json_text(const boost::json::value& value);

bool is_utf8(std::string_view text);

}  // namespace elevator::codec
