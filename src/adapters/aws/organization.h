// Organization over organizations, sso-admin and identitystore: one catalogue, read in the
// background, kept as a snapshot across restarts, swapped in whole. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/aws/client.h"
#include "base/single_flight.h"
#include "ports/identity_center.h"
#include "ports/organization.h"
#include "ports/snapshots.h"

namespace elevator::adapters::aws {

// What rules look at costs calls: the tree is read only when a rule names units, and tags, one call
// an account, only when a rule names tags.
struct CatalogueScope {
  bool units = true;
  bool tags = false;
  bool groups = true;
};

struct OrganizationOptions {
  std::function<CatalogueScope()> scope = [] { return CatalogueScope{}; };
  base::Milliseconds stale_after{std::chrono::minutes(30)};
  size_t width = 4;                   // calls at once while reading
  base::Milliseconds budget{60'000};  // of one call of the background reading
};

class Organization final : public ports::Organization {
 public:
  Organization(Client& client, ports::IdentityCenter& identity_center, ports::Snapshots& snapshots,
               base::Logger& log, OrganizationOptions options);

  base::Result<std::shared_ptr<const ports::Catalogue>> catalogue() override;
  base::Result<ports::Account> account(const domain::AccountId& id) override;
  base::Result<ports::PermissionSet> permission_set(const domain::PermissionSetName& name) override;
  base::Result<ports::Group> group(const domain::GroupId& id) override;
  base::Status refresh() override;
  // Somebody else may have read everything: takes what they left, when it is newer.
  void reload();

 private:
  // Where an organizational unit stands: ids and names from the root down, itself included.
  struct Place {
    std::vector<std::string> ids;
    std::vector<std::string> names;
  };
  using Places = std::map<std::string, Place>;  // by id of the unit

  base::Result<std::vector<ports::Account>> read_accounts(const CatalogueScope& scope,
                                                          Places& places);
  base::Status read_places(Places& places);
  base::Status put_into_places(std::vector<ports::Account>& accounts, const Places& places);
  base::Status read_tags(std::vector<ports::Account>& accounts);
  base::Result<std::map<std::string, std::string>> tags_of(const domain::AccountId& id);
  base::Result<std::vector<std::string>> permission_set_arns();
  base::Result<std::vector<ports::PermissionSet>> describe(const std::vector<std::string>& arns);
  base::Result<std::vector<ports::Group>> read_groups();
  std::shared_ptr<const ports::Catalogue> read_snapshot();
  void load_snapshot();
  base::Status read_everything();

  CallOptions background() const {
    return {.priority = Priority::kList, .budget = options_.budget};
  }

  Client& client_;
  ports::IdentityCenter& identity_center_;
  ports::Snapshots& snapshots_;
  base::Logger& log_;
  OrganizationOptions options_;
  base::SingleFlight refreshing_;  // who asks meanwhile waits for the same listing
  std::mutex mutex_;
  bool snapshot_looked_for_ = false;
  std::shared_ptr<const ports::Catalogue> current_;
  Places places_;
};

}  // namespace elevator::adapters::aws
