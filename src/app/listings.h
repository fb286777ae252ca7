// Listings: what menus and forms are made of, the cached catalogue and the memberships of the
// groups that rules name. Reading from caches never calls anybody; what is missing is loaded once,
// however many people wait for it. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "app/memberships.h"
#include "policy/rules.h"
#include "ports/organization.h"
#include "workflow/ports.h"

namespace elevator::app {

class Listings {
 public:
  Listings(workflow::Ports& ports, Memberships& memberships)
      : ports_(ports), memberships_(memberships) {}

  // Whether everything is there from which this person's form is made, of whatever age.
  bool complete(const policy::Rules& rules);

  // Loads what is missing and then calls everybody who waits, on the thread that loaded. While a
  // load runs, whoever comes only joins the waiting and returns at once.
  using Done = std::function<void(const base::Status&)>;
  void load(Done done);

  // Looks up all memberships again. Called in the background, after the catalogue was read.
  void refresh_memberships();

 private:
  base::Status load_missing();
  base::Status load_guarded();
  void tell(const std::vector<Done>& waiting, const base::Status& loaded);

  workflow::Ports& ports_;
  Memberships& memberships_;
  std::mutex mutex_;
  bool loading_ = false;
  std::vector<Done> waiting_;
};

}  // namespace elevator::app
