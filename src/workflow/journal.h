// The journal: turns what a transition recorded into sealed audit entries in the row's outbox,
// in the same commit as the transition (I7).
#pragma once

#include <vector>

#include "domain/request.h"
#include "ports/store.h"

namespace elevator::workflow {

void write_records(domain::Request& request, const std::vector<domain::RecordEntry>& records,
                   base::TimePoint now);

}  // namespace elevator::workflow
