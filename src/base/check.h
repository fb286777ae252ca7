// CHECK(condition, "why it must hold"): always on, aborts. For our own bugs only, never for
// input, the network or AWS: those are a Result. Recovery after the abort is the normal path.
#pragma once

namespace elevator::base {

[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace elevator::base

#define CHECK_THAT(condition, why)                                         \
  do {                                                                     \
    if (!(condition)) [[unlikely]] {                                       \
      ::elevator::base::check_failed(#condition, why, __FILE__, __LINE__); \
    }                                                                      \
  } while (false)
