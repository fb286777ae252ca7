// Any bytes as what AWS Lambda hands over: no crash; what is understood keeps its promises, and
// what a schedule sent is understood or refused by its own parser, too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wire/aws/scheduled_event.h"
#include "wire/lambda/event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace lambda = elevator::wire::lambda;
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  const auto event = lambda::parse_event(payload);
  if (!event) {
    if (event.error().message.empty()) std::abort();  // refused without a reason
    return 0;
  }
  if (const auto* http = std::get_if<lambda::HttpEvent>(&*event)) {
    const auto upper = [](char letter) { return letter >= 'A' && letter <= 'Z'; };
    for (const auto& [name, value] : http->headers) {
      if (std::any_of(name.begin(), name.end(), upper)) std::abort();
    }
    if (http->body.size() > size) std::abort();
  }
  if (std::holds_alternative<lambda::ScheduledCall>(*event)) {
    (void)elevator::wire::aws::parse_scheduled_event(payload);
  }
  return 0;
}
