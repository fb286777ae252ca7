#include "app/cached_world.h"

#include <algorithm>

#include "workflow/facts.h"

namespace elevator::app {
namespace {

bool add_facts(const policy::Rules& rules, const domain::Target& target,
               const ports::Catalogue* catalogue, Age age, policy::World& world) {
  if (catalogue == nullptr || !knows_facts(*catalogue, rules)) return false;
  if (age == Age::kFresh && catalogue->stale) return false;
  const auto& id = std::get<domain::AccountTarget>(target).account;
  const auto found = std::ranges::find(catalogue->accounts, id, &ports::Account::id);
  if (found == catalogue->accounts.end()) return false;
  world.accounts.emplace(id, workflow::facts_of(*found));
  return true;
}

bool add_people(const policy::Lookup& lookup, Memberships& memberships, Age age,
                policy::World& world) {
  if (age == Age::kFresh) {
    auto members = memberships.fresh(lookup);
    if (!members) return false;
    world.people.emplace(lookup, *std::move(members));
    return true;
  }
  auto known = memberships.of(lookup);
  if (!known) return false;
  world.people.emplace(lookup, std::move(known->members));
  return true;
}

}  // namespace

bool knows_facts(const ports::Catalogue& catalogue, const policy::Rules& rules) {
  return std::ranges::all_of(rules.statements(), [&](const policy::Statement& rule) {
    const bool units = std::holds_alternative<policy::OrganizationalUnits>(rule.resource);
    const bool tags = std::holds_alternative<policy::Tags>(rule.resource);
    return (!units || catalogue.units_read) && (!tags || catalogue.tags_read);
  });
}

std::optional<policy::World> cached_world(const policy::Rules& rules,
                                          const policy::Subject& subject,
                                          const ports::Catalogue* catalogue,
                                          Memberships& memberships, Age age) {
  constexpr int kRounds = 4;  // policy needs three at most
  policy::World world;
  for (int round = 0; round < kRounds; ++round) {
    const auto needs = policy::needs(rules, subject.requester, subject.target, world);
    if (needs.empty()) return world;
    if (needs.account_facts && !add_facts(rules, subject.target, catalogue, age, world)) {
      return std::nullopt;
    }
    for (const policy::Lookup& lookup : needs.people) {
      if (!add_people(lookup, memberships, age, world)) return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace elevator::app
