#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace elevator::base {

void check_failed(const char* condition, const char* why, const char* file, int line) {
  (void)std::fprintf(stderr, "BUG: CHECK(%s) failed at %s:%d: %s\n", condition, file, line, why);
  std::abort();
}

}  // namespace elevator::base
