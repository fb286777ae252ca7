// What the rules need to know, from caches alone: menus, forms and field errors call nobody.
#pragma once

#include <optional>

#include "app/memberships.h"
#include "policy/decide.h"
#include "ports/organization.h"

namespace elevator::app {

enum class Age {
  kFresh,  // looked up lately, successfully: enough to refuse something at once
  kAny,    // enough to offer something; failed look-ups count as failed
};

// None: the caches do not know all of it. `catalogue` may be null.
std::optional<policy::World> cached_world(const policy::Rules& rules,
                                          const policy::Subject& subject,
                                          const ports::Catalogue* catalogue,
                                          Memberships& memberships, Age age);

// Whether the listing has what these rules ask of accounts: a listing from before a rule about
// units (or tags) came into force knows none.
bool knows_facts(const ports::Catalogue& catalogue, const policy::Rules& rules);

}  // namespace elevator::app
