#include "base/error.h"

namespace elevator::base {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kInvalid:
      return "invalid";
    case Kind::kNotFound:
      return "not_found";
    case Kind::kConflict:
      return "conflict";
    case Kind::kDenied:
      return "denied";
    case Kind::kThrottled:
      return "throttled";
    case Kind::kUnavailable:
      return "unavailable";
    case Kind::kTimeout:
      return "timeout";
    case Kind::kCorrupt:
      return "corrupt";
    case Kind::kInternal:
      return "internal";
  }
  return "internal";
}

std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::kNone:
      return "none";
    case Effect::kApplied:
      return "applied";
    case Effect::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Error with_context(std::string_view context, Error error) {
  error.message = std::string(context) + ": " + error.message;
  return error;
}

}  // namespace elevator::base
