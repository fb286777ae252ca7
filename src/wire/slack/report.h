// A message for the administrators about many things at once: a heading, lines, and at most one
// button. Within Slack's limits, however long the list is; everything in it is escaped.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "wire/slack/blocks.h"

namespace elevator::wire::slack {

struct ReportText {
  std::string text;                   // untrusted
  std::optional<base::TimePoint> at;  // shown after it, in the reader's time zone
};

boost::json::object report_message(const std::string& title, const std::vector<ReportText>& lines,
                                   const std::optional<ButtonSpec>& button);

}  // namespace elevator::wire::slack
