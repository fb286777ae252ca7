// The dry runs of the command line: the objects of `serve`, without its threads and its server.
#pragma once

#include <functional>
#include <string>

#include "entry/cli/dry_run.h"
#include "main/upkeep/upkeep.h"

namespace elevator::serve {

base::Result<std::string> look(
    const entry::DryRun& options,
    const std::function<base::Result<std::string>(Upkeep&, bool json)>& preview);

}  // namespace elevator::serve
