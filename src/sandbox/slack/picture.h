// The workspace as the page shows it: the member "slack" of a snapshot, and who is in it.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "sandbox/slack/state.h"

namespace elevator::sandbox::slack {

boost::json::object picture_of(const State& state);
boost::json::array personas_of(const State& state);

}  // namespace elevator::sandbox::slack
