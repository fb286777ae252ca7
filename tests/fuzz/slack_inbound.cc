// Any bytes, as the body of a request that Slack is said to have signed: forms and JSON. The first
// byte chooses the content type.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/slack/interaction.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool form = data[0] % 2 == 0;
  (void)elevator::wire::slack::parse_inbound(
      body, form ? "application/x-www-form-urlencoded" : "application/json");
  return 0;
}
