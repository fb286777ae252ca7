// The bytes choose rules and a request; src/policy and the naive reference must agree.
#include "tests/support/policy_differential.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  size_t next = 0;
  const auto choose = [&](int bound) { return next < size ? data[next++] % bound : 0; };
  if (const auto disagreement = elevator::testing::policy_disagreement(choose)) {
    std::fprintf(stderr, "%s\n", disagreement->c_str());
    std::abort();
  }
  return 0;
}
