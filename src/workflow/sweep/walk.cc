#include "workflow/sweep/walk.h"

#include <algorithm>

#include "base/parallel.h"
#include "base/utf8.h"

namespace elevator::workflow::sweep {
namespace {

using domain::Assignment;

// AWS shows a change in its listings a little later.
constexpr base::Milliseconds kSettled = base::minutes(5);

std::vector<Assignment> as_assignments(const std::vector<domain::AccountAssignment>& list) {
  return {list.begin(), list.end()};
}

}  // namespace

void add_trouble(Run& run, const std::string& text) {
  if (run.trouble.size() >= kMostTrouble) return;
  run.trouble.push_back(base::repair_utf8(std::string_view(text).substr(0, kLongestTrouble)));
}

void not_read(Run& run, const std::string& what, const base::Error& error) {
  if (error.kind == base::Kind::kNotFound) {
    add_trouble(run, what + " does not exist: " + error.message);
    return;
  }
  ++run.unread;
  add_trouble(run, what + " could not be listed: " + error.message);
}

base::Result<bool> Walk::go(State& state) {
  TRY(const bool groups, walk_groups(state));
  if (!groups) return false;
  if (state.run->by_person) {
    TRY(const bool people, walk_people(state));
    if (!people) return false;
    if (state.run->by_person) return true;
    TRY(const bool again, walk_groups(state));
    if (!again) return false;
  }
  return walk_sets(state);
}

base::Result<bool> Walk::walk_groups(State& state) {
  std::vector<Unit> units;
  for (const auto& [group, name] : scope_.groups) {
    units.push_back({"g|" + group.str(),
                     [this, id = group]() -> base::Result<std::vector<Assignment>> {
                       TRY(const auto members, listings_.roster.members(id));
                       std::vector<Assignment> out;
                       for (const domain::PrincipalId& member : members) {
                         out.push_back(
                             domain::GroupMembership{scope_.instance.identity_store, id, member});
                       }
                       return out;
                     },
                     [id = group](const Assignment& assignment) {
                       const auto* one = std::get_if<domain::GroupMembership>(&assignment);
                       return one != nullptr && one->group == id;
                     }});
  }
  return walk_units(state, units);
}

base::Result<bool> Walk::walk_people(State& state) {
  const auto listing = listings_.roster.users();
  if (!listing) {
    add_trouble(*state.run, "the people could not be listed: " + listing.error().message);
    state.run->by_person = false;  // the other way does not need them
    return true;
  }
  state.users = listing->users.size();
  std::vector<Unit> units;
  for (const ports::RosterUser& user : listing->users) {
    units.push_back({"p|" + user.id.str(),
                     [this, id = user.id]() -> base::Result<std::vector<Assignment>> {
                       TRY(const auto list, listings_.assignments.assignments_of(id));
                       return as_assignments(list);
                     },
                     [this, id = user.id](const Assignment& assignment) {
                       return std::holds_alternative<domain::AccountAssignment>(assignment) &&
                              domain::principal_of(assignment) == id && scope_.covers(assignment);
                     }});
  }
  std::sort(units.begin(), units.end(),
            [](const Unit& left, const Unit& right) { return left.key < right.key; });
  return walk_units(state, units);
}

base::Result<bool> Walk::walk_sets(State& state) {
  for (const auto& [set, name] : scope_.permission_sets) {
    if (state.run->cursor >= "s|" + set.str() + "|~") continue;
    TRY(const bool done, walk_set(state, set));
    if (!done) return false;
  }
  return true;
}

base::Result<bool> Walk::walk_set(State& state, const domain::PermissionSetArn& set) {
  const std::string prefix = "s|" + set.str() + "|";
  const auto provisioned = listings_.assignments.provisioned_accounts(set);
  if (!provisioned) {
    not_read(*state.run, "permission set " + scope_.permission_sets.at(set).str(),
             provisioned.error());
    return walk_units(state, {{prefix + "~", nullptr, nullptr}});
  }
  const std::set<domain::AccountId> there(provisioned->begin(), provisioned->end());
  std::vector<Unit> units;
  for (const domain::AccountId& account : there) {
    if (!scope_.accounts.contains(account)) continue;
    units.push_back({prefix + account.str(),
                     [this, account, set]() -> base::Result<std::vector<Assignment>> {
                       TRY(const auto list, listings_.assignments.assignments_in(account, set));
                       return as_assignments(list);
                     },
                     [account, set](const Assignment& assignment) {
                       const auto* one = std::get_if<domain::AccountAssignment>(&assignment);
                       return one != nullptr && one->account == account &&
                              one->permission_set == set;
                     }});
  }
  // Where the set is not provisioned nobody has it: known without a call.
  units.push_back({prefix + "~",
                   [] { return base::Result<std::vector<Assignment>>(std::vector<Assignment>()); },
                   [there, set](const Assignment& assignment) {
                     const auto* one = std::get_if<domain::AccountAssignment>(&assignment);
                     return one != nullptr && one->permission_set == set &&
                            !there.contains(one->account);
                   }});
  return walk_units(state, units);
}

base::Result<bool> Walk::walk_units(State& state, const std::vector<Unit>& units) {
  std::vector<const Unit*> batch;
  for (size_t i = 0; i < units.size(); ++i) {
    if (units[i].key > state.run->cursor) batch.push_back(&units[i]);
    const bool last = i + 1 == units.size();
    if (batch.empty() || (batch.size() < limits_.batch && !last)) continue;
    const auto listed = base::parallel_map(batch, limits_.width, [](const Unit* unit) {
      return unit->list ? unit->list() : base::Result<std::vector<Assignment>>(base::not_found(""));
    });
    if (limits_.stopping && limits_.stopping()) return false;
    // The rows come after the listings: whatever of ours was listed has had its row before (I1).
    TRY(const auto grants, store_.live_grants());
    live_.clear();
    for (const auto& grant : grants) live_.emplace(grant.value.assignment, grant.value);
    for (size_t k = 0; k < batch.size(); ++k) {
      if (!batch[k]->list) continue;
      if (listed[k]) {
        compare(state, *batch[k], *listed[k]);
        continue;
      }
      const base::Error& error = listed[k].error();
      if (state.run->by_person && error.kind == base::Kind::kDenied) {
        // The other way covers everything that this one would have. What was counted so far would
        // be counted twice, and the brake measures removals by it.
        state.by_person_refused = true;
        *state.run = Run{.started = state.run->started, .trouble = state.run->trouble};
        return true;
      }
      not_read(*state.run, batch[k]->key.substr(2), error);
    }
    state.run->cursor = batch.back()->key;
    batch.clear();
    TRY(const bool go_on, save_(state));
    if (!go_on) return false;
  }
  return true;
}

void Walk::compare(State& state, const Unit& unit, const std::vector<Assignment>& present) {
  Run& run = *state.run;
  const bool is_pair = unit.key.starts_with("s|") && !unit.key.ends_with("~");
  run.pairs += is_pair ? 1 : 0;
  const std::set<Assignment> there(present.begin(), present.end());
  for (const Assignment& assignment : there) {
    if (!scope_.covers(assignment)) continue;
    ++run.listed;
    const bool meant = scope_.allowed.contains(domain::principal_of(assignment));
    if (!live_.contains(assignment) && !meant) found(state, assignment);
  }
  for (const auto& [assignment, grant] : live_) {
    const bool settled =
        grant.phase == domain::Phase::kActive && grant.phase_since + kSettled <= run.started;
    if (!settled || there.contains(assignment) || !unit.about(assignment)) continue;
    if (run.missing.size() < kMostMissing) run.missing.push_back(assignment);
  }
}

void Walk::found(State& state, const Assignment& assignment) {
  const auto known = std::find_if(state.seen.begin(), state.seen.end(),
                                  [&](const Seen& one) { return one.assignment == assignment; });
  if (known != state.seen.end()) {
    known->last = state.run->started;
  } else if (state.seen.size() < kMostSeen) {
    state.seen.push_back({assignment, state.run->started, {}, state.run->started});
  } else {
    ++state.run->more_strays;
  }
}

}  // namespace elevator::workflow::sweep
