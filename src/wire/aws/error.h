// What AWS answers when it refuses: the code and message out of any of its formats, and the one
// table that says what a code means for us.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/aws/operation.h"

namespace elevator::wire::aws {

struct Reply {
  int status = 0;
  Headers headers;
  std::string body;
};

struct ApiError {
  int status = 0;
  std::string code;     // "ThrottlingException", without namespace; empty when none was sent
  std::string message;  // AWS's words
};

inline bool succeeded(const Reply& reply) { return reply.status >= 200 && reply.status < 300; }

// JSON (`__type` or `code`, with or without "namespace#" and ":url"), the x-amzn-errortype header,
// XML (<Code>), the reason of a cancelled transaction, or nothing but a status.
ApiError parse_error(const Reply& reply);

// The JSON form, for the side that serves.
Reply to_json_reply(const ApiError& error);

// Errors that another set of credentials, or a corrected clock, may cure.
enum class Remedy { kNone, kRefreshCredentials, kCorrectClock };
Remedy remedy_for(const ApiError& error);

// kind, retry and effect, from the table in error.cc. A refusal (4xx) has no effect; a failure on
// AWS's side (5xx) during a write may have.
base::Error classify(const ApiError& error, const Operation& operation);

}  // namespace elevator::wire::aws
