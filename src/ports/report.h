// Report: a message for the administrators of the product, about many things at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace elevator::ports {

struct ReportLine {
  std::string text;                   // untrusted
  std::optional<base::TimePoint> at;  // shown after the text, in the reader's time zone
  friend bool operator==(const ReportLine&, const ReportLine&) = default;
};

// Something that a reader may press. `action` is the name under which the click comes back.
struct ReportButton {
  std::string action, value, label;
  friend bool operator==(const ReportButton&, const ReportButton&) = default;
};

struct Report {
  std::string title;
  std::vector<ReportLine> lines;
  std::optional<ReportButton> button;
  friend bool operator==(const Report&, const Report&) = default;
};

}  // namespace elevator::ports
