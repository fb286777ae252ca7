// History: a moment in the life of an installation, as a release left it: rows as bytes, and what
// AWS and the chat had then. Written by write_histories, resumed by history_test (I10).
#pragma once

#include <string>
#include <vector>

#include "sim/simulation.h"

namespace elevator::replay {

struct Moment {
  std::string what;  // where the request and the grant were
  std::string rules;
  sim::World world;
};

// One moment a line.
std::string to_line(const Moment& moment);
// An error when a row cannot be read, or is not written back as it was.
base::Result<Moment> from_line(const std::string& line);

}  // namespace elevator::replay
