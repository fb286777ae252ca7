// The journal: turns what a transition recorded into sealed audit entries in the row's outbox,
// in the same commit as the transition (I7).
#pragma once

#include <string_view>
#include <vector>

#include "domain/request.h"
#include "ports/store.h"

namespace elevator::workflow {

// The `decision` of a review that does not count (docs/formats/audit.md).
inline constexpr std::string_view kLapsedClick = "lapsed";    // counted, until it was judged again
inline constexpr std::string_view kRefusedClick = "refused";  // never counted

void write_records(domain::Request& request, const std::vector<domain::RecordEntry>& records,
                   base::TimePoint now);

}  // namespace elevator::workflow
