// Any bytes, as an interaction payload. What is understood is shown again: nothing that came in
// may leave as markup, and no reference may change on the way.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "wire/slack/form.h"
#include "wire/slack/interaction.h"
#include "wire/slack/text.h"

namespace slack = elevator::wire::slack;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string shown = slack::escape_line(text, 200);
  CHECK_THAT(shown.find('<') == std::string::npos, "escaped text has no markup");
  CHECK_THAT(slack::length_utf16(shown) <= 200, "escaped text is cut");
  const auto inbound = slack::parse_interaction(text);
  if (!inbound) return 0;
  if (const auto* click = std::get_if<slack::ButtonClicked>(&*inbound)) {
    const auto again = slack::parse_request_ref(slack::format_request_ref(click->request));
    CHECK_THAT(again && again->request == click->request.request, "references read back");
  }
  if (const auto* submitted = std::get_if<slack::FormSubmitted>(&*inbound)) {
    const auto view = slack::request_form({.kind = submitted->kind,
                                           .durations = {"01:00"},
                                           .reason = submitted->values.reason,
                                           .reason_hint = submitted->values.reason,
                                           .who_approves = submitted->values.reason});
    CHECK_THAT(boost::json::serialize(view).size() < 250'000, "views stay small");
  }
  return 0;
}
