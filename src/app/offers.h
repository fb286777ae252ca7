// Offers: what each person may ask for, kept until the rules, the catalogue or the memberships
// change: every letter typed into a menu asks for it. Bounded. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "app/memberships.h"
#include "app/offer.h"
#include "workflow/engine.h"

namespace elevator::app {

class Offers {
 public:
  Offers(workflow::Engine& engine, Memberships& memberships)
      : engine_(engine), memberships_(memberships) {}

  // An error: there are no rules, or nothing was listed yet.
  base::Result<std::shared_ptr<const Offer>> of(const domain::Email& person);

 private:
  std::shared_ptr<const OfferFacts> facts_of(std::shared_ptr<const policy::Rules> rules,
                                             std::shared_ptr<const ports::Catalogue> catalogue);

  workflow::Engine& engine_;
  Memberships& memberships_;
  std::mutex mutex_;
  std::uint64_t memberships_version_ = 0;
  std::shared_ptr<const OfferFacts> facts_;
  std::map<domain::Email, std::shared_ptr<const Offer>> offers_;
};

}  // namespace elevator::app
