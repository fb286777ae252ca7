#include "app/offers.h"

#include "app/cached_world.h"
#include "workflow/facts.h"

namespace elevator::app {
namespace {

constexpr size_t kMostPeople = 32;

policy::World world_of(const policy::Rules& rules, const ports::Catalogue& catalogue,
                       Memberships& memberships) {
  policy::World world;
  for (const policy::Lookup& lookup : all_lookups(rules)) {
    auto known = memberships.of(lookup);
    if (!known) continue;
    // Nobody is in a group that does not exist; of one that could not be read nothing is known.
    if (known->gone) known->members.emplace();
    world.people.emplace(lookup, std::move(known->members));
  }
  if (policy::asks_for_account_facts(rules) && knows_facts(catalogue, rules)) {
    for (const ports::Account& account : catalogue.accounts) {
      world.accounts.emplace(account.id, workflow::facts_of(account));
    }
  }
  return world;
}

}  // namespace

// Requires: mutex_ is held.
std::shared_ptr<const OfferFacts> Offers::facts_of(
    std::shared_ptr<const policy::Rules> rules, std::shared_ptr<const ports::Catalogue> catalogue) {
  const std::uint64_t version = memberships_.version();
  const bool same = facts_ && facts_->rules == rules && facts_->catalogue == catalogue &&
                    memberships_version_ == version;
  if (same) return facts_;
  auto world = world_of(*rules, *catalogue, memberships_);
  facts_ = std::make_shared<const OfferFacts>(OfferFacts{
      std::move(rules), std::move(catalogue), std::move(world), engine_.settings().limits});
  memberships_version_ = version;
  offers_.clear();
  return facts_;
}

base::Result<std::shared_ptr<const Offer>> Offers::of(const domain::Email& person) {
  TRY(auto rules, engine_.ports().rules.current());
  TRY(auto catalogue, engine_.ports().organization.catalogue());
  std::shared_ptr<const OfferFacts> facts;
  {
    const std::lock_guard lock(mutex_);
    facts = facts_of(std::move(rules), std::move(catalogue));
    if (const auto known = offers_.find(person); known != offers_.end()) return known->second;
  }
  auto offer = std::make_shared<const Offer>(facts, person);
  const std::lock_guard lock(mutex_);
  if (facts == facts_) {
    if (offers_.size() >= kMostPeople) offers_.clear();
    offers_.insert_or_assign(person, offer);
  }
  return std::shared_ptr<const Offer>(std::move(offer));
}

}  // namespace elevator::app
