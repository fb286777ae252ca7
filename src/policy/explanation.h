// Turns an evaluation into sentences. Internal.
#pragma once

#include "policy/evaluation.h"

namespace elevator::policy {

Explanation explain(const Selection& selection, const Sum& sum, const Subject& subject,
                    const Decision& decision);

}  // namespace elevator::policy
