// What a person is told when something failed after their click was answered. Pure. Internal to
// src/entry.
#pragma once

#include <string>

#include "base/result.h"

namespace elevator::entry {

// What happened and what to do. Details are for the log, where `log_id` finds them.
std::string advice_for(const base::Error& error, const std::string& log_id);

// For people of another workspace than the served one.
inline constexpr const char* kOtherWorkspace =
    "This app gives access to the people of the workspace it is installed in, and your Slack "
    "account belongs to another one, so nothing was done. Ask somebody of this workspace, or its "
    "administrators for an account here.";

}  // namespace elevator::entry
