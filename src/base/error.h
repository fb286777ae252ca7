// Error: what went wrong, whether trying again helps, and whether an effect may have happened.
//
// The adapter that met the trouble classifies it, from one table; nobody above parses text.
// `effect` is the important part: after a timeout on a write we do not know, and say so.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace elevator::base {

enum class Kind {
  kInvalid,      // the input is wrong: never retried, told to the person who gave it
  kNotFound,     // the thing does not exist
  kConflict,     // somebody else was faster, or the object is busy
  kDenied,       // we may not do this: permissions or credentials
  kThrottled,    // the other side asks for fewer calls
  kUnavailable,  // the other side or the network is in trouble
  kTimeout,      // our deadline passed first
  kCorrupt,      // bytes that we or somebody else wrote cannot be understood
  kInternal,     // ours
};

enum class Retry { kNever, kBackoff };

// What is known about the side effect of the call that failed.
enum class Effect { kNone, kApplied, kUnknown };

std::string_view to_string(Kind kind);
std::string_view to_string(Effect effect);

struct [[nodiscard]] Error {
  Kind kind = Kind::kInternal;
  std::string message;  // one sentence for people: what happened and what to do. Never a secret.
  Retry retry = Retry::kNever;
  Effect effect = Effect::kNone;
  std::optional<std::chrono::milliseconds> retry_after{};  // set when the other side named a time

  bool may_have_happened() const { return effect != Effect::kNone; }
};

inline Error invalid(std::string message) { return {Kind::kInvalid, std::move(message)}; }
inline Error not_found(std::string message) { return {Kind::kNotFound, std::move(message)}; }
inline Error conflict(std::string message) {
  return {Kind::kConflict, std::move(message), Retry::kBackoff};
}
inline Error unavailable(std::string message, Effect effect = Effect::kNone) {
  return {Kind::kUnavailable, std::move(message), Retry::kBackoff, effect};
}
inline Error internal(std::string message) { return {Kind::kInternal, std::move(message)}; }
inline Error corrupt(std::string message) { return {Kind::kCorrupt, std::move(message)}; }

// The same error with context in front: "reading rules: ...".
Error with_context(std::string_view context, Error error);

}  // namespace elevator::base
