// The row of one synced group: changes that were begun, strangers who were told of, and the
// group's audit chain (I7). The row's name is the name of its audit stream.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "audit/entry.h"
#include "ports/store.h"
#include "workflow/sync/plan.h"

namespace elevator::workflow::sync {

struct GroupState {
  std::vector<Action> begun;                // written down before they are made
  std::set<domain::PrincipalId> strangers;  // whose detection is in the audit log
};

std::string row_of(const domain::GroupId& group);
base::Result<GroupState> decode_state(const ports::NamedRow& row, const ports::Group& group);
std::string encode_state(const GroupState& state);

// Reads the state, lets `change` change it and say what is to be recorded, commits both.
base::Status change_group(ports::Store& store, const ports::Group& group,
                          const std::function<std::vector<audit::Entry>(GroupState&)>& change);

audit::Entry entry_of(const Action& action, base::TimePoint now);

}  // namespace elevator::workflow::sync
