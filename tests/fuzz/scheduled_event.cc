// Any bytes as what a schedule sends: no crash, and a revocation that carries our own timer is
// written and read again with the same meaning.
#include "wire/aws/scheduled_event.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace aws = elevator::wire::aws;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto event = aws::parse_scheduled_event(input);
  if (!event) {
    if (event.error().message.empty()) std::abort();  // refused without a reason
    return 0;
  }
  const auto* revocation = std::get_if<aws::ScheduledRevocation>(&*event);
  if (revocation == nullptr || !revocation->timer) return 0;
  const std::string written = aws::to_schedule_input(*revocation);
  const auto again = aws::parse_scheduled_event(written);
  const auto* same = again ? std::get_if<aws::ScheduledRevocation>(&*again) : nullptr;
  if (same == nullptr || same->assignment != revocation->assignment ||
      same->timer != revocation->timer || same->schedule_name != revocation->schedule_name) {
    std::abort();
  }
  if (aws::to_schedule_input(*same) != written) std::abort();
  return 0;
}
