#include "ports/timer.h"

namespace elevator::ports {

base::Result<ForeignTimers::Listing> ForeignTimers::list() {
  TRY(const auto all, names());
  Listing listing;
  for (const std::string& name : all) {
    auto timer = read(name);
    if (!timer) {
      if (timer.error().kind != base::Kind::kCorrupt) return std::move(timer).error();
      listing.unreadable.push_back(name);
    } else if (*timer) {
      listing.timers.push_back(**std::move(timer));
    }
  }
  return listing;
}

}  // namespace elevator::ports
