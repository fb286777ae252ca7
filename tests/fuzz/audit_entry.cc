// Any bytes as an audit entry: no crash, nothing that steers a terminal, and what is read is
// written and read again with the same meaning.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "audit/entry.h"
#include "audit/verify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace elevator;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  audit::Verifier verifier({.now = base::from_unix_milliseconds(1'735'819'200'000)});
  verifier.add("2025/01/02/rules-000001.json", bytes);
  const std::string report = audit::to_text(verifier.finish(), "trail");
  if (report.find('\x1b') != std::string::npos) std::abort();

  const auto parsed = audit::parse_entry(bytes);
  // Times near the ends of the calendar leave it when their offset is taken away.
  const auto in_calendar = [](base::TimePoint time) {
    return base::parse_rfc3339(base::to_rfc3339(time)).has_value();
  };
  if (!parsed || !in_calendar(parsed->entry.time) ||
      !in_calendar(parsed->entry.deadline.value_or(base::TimePoint{}))) {
    return 0;
  }
  const std::string written =
      audit::encode_without_hash(parsed->entry, parsed->proof.value_or(audit::Proof{})) +
      ",\"hash\":\"x\"}";
  const auto again = audit::parse_entry(written);
  if (!again || !(again->entry == parsed->entry)) std::abort();
  return 0;
}
