// What AWS Lambda hands to our functions: HTTP requests (API Gateway payloads 1.0 and 2.0, function
// URLs), what schedules and EventBridge rules send, and CloudTrail's events. Pure.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "domain/assignment.h"

namespace elevator::wire::lambda {

struct HttpEvent {
  std::string method;  // as it was sent; empty when there is none
  std::string path;    // "/access-requester", without the query; a stage may be in front
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;                                          // decoded
};

// The existing product's requester called itself like this for slow work (COMPAT 1.2). Ours never
// does: what is left of an old installation is answered and dropped.
struct SelfInvocation {
  std::string function;
};

// An object with `action`: wire/aws/scheduled_event.h reads the same bytes.
struct ScheduledCall {
  std::string action;
};

// CloudTrail saw access being given or taken away, by us or by somebody else.
struct AccessChanged {
  std::string event;  // "CreateAccountAssignment"
  // None: the event leaves out which access it is, or it is not a user's.
  std::optional<domain::Assignment> assignment;
};

// CloudTrail saw something else, which nobody here has to look at.
struct OtherTrail {
  std::string event;
};

using Event = std::variant<HttpEvent, SelfInvocation, ScheduledCall, AccessChanged, OtherTrail>;

// Lambda's own limit of a payload is 6 MB.
inline constexpr size_t kMostPayloadBytes = 8U << 20U;

// kInvalid: nothing that any of our functions is called with.
base::Result<Event> parse_event(std::string_view payload);

}  // namespace elevator::wire::lambda
