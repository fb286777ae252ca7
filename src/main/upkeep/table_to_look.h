// The rows of an installation on AWS Lambda, only to look: nothing at AWS is made or changed.
#pragma once

#include "main/serve/keeping.h"

namespace elevator::serve {

Keep look_into_table(const base::Clock& clock);

// Reads what `store` reads, and writes nothing.
std::unique_ptr<ports::Store> only_to_look(std::unique_ptr<ports::Store> store);

}  // namespace elevator::serve
