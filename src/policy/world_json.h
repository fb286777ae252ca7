// The world of a policy test, from its JSON: {"accounts": {ID: {"ou_path": "Root/Prod", "ou_ids":
// [...], "tags": {...}}}, "groups": {NAME: [addresses]}, "slack_groups": {...}, "oncall": {...}}.
// null stands for a look-up that failed.
#pragma once

#include "codec/reader.h"
#include "policy/world.h"

namespace elevator::policy {

World read_world(const codec::Reader& reader);

}  // namespace elevator::policy
