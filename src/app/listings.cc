#include "app/listings.h"

#include <exception>

#include "policy/requestable.h"

namespace elevator::app {
namespace {

constexpr size_t kMostWaiting = 1000;

}  // namespace

bool Listings::complete(const policy::Rules& rules) {
  return ports_.organization.catalogue().has_value() &&
         memberships_.knows_all(policy::requester_groups(rules));
}

base::Status Listings::load_missing() {
  if (!ports_.organization.catalogue()) TRY_VOID(ports_.organization.refresh());
  if (const auto rules = ports_.rules.current()) memberships_.refresh_unknown(**rules);
  return {};
}

// A library that throws must not leave everybody after it waiting for a load that is over.
base::Status Listings::load_guarded() {
  try {
    return load_missing();
  } catch (const std::exception& failure) {
    return base::internal(std::string("the listings could not be read: ") + failure.what());
  }
}

void Listings::tell(const std::vector<Done>& waiting, const base::Status& loaded) {
  for (const Done& one : waiting) {
    try {
      one(loaded);
    } catch (const std::exception& failure) {
      ports_.log.error("listing_not_shown", {{"error", failure.what()}});
    }
  }
}

void Listings::load(Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (loading_ && waiting_.size() < kMostWaiting) {
      waiting_.push_back(std::move(done));
      return;
    }
    if (!loading_) {
      loading_ = true;
      waiting_.push_back(std::move(done));
      done = nullptr;
    }
  }
  if (done) return done(base::unavailable("too many people wait for the same listing"));
  const base::Status loaded = load_guarded();
  std::vector<Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
    loading_ = false;
  }
  tell(waiting, loaded);
}

void Listings::refresh_memberships() {
  if (const auto rules = ports_.rules.current()) memberships_.refresh(**rules);
}

}  // namespace elevator::app
