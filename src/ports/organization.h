// Organization and catalogue: what exists to be asked for. Answers come from listings that are
// refreshed in the background and stay usable, marked stale, when AWS is down. A partial listing
// is never taken for the whole. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"

namespace elevator::ports {

struct Account {
  domain::AccountId id;
  std::string name;  // untrusted text
  bool active = true;
  std::vector<std::string> ou_ids;    // from the root down
  std::vector<std::string> ou_names;  // the same; a name may hold any character, "/" too
  std::map<std::string, std::string> tags;
  base::TimePoint facts_read_at{};  // when its units and tags were read; of account() only
};

struct PermissionSet {
  domain::PermissionSetArn arn;
  domain::PermissionSetName name;
  std::string description;
  base::Seconds session_duration{3600};
  base::TimePoint read_at{};  // when AWS said so; of permission_set() only
};

struct Group {
  domain::GroupId id;
  std::string name;
};

struct Catalogue {
  std::vector<Account> accounts;               // sorted by name
  std::vector<PermissionSet> permission_sets;  // sorted by name
  std::vector<Group> groups;                   // sorted by name
  base::TimePoint as_of{};
  bool stale = false;  // older than it should be, because AWS does not answer
  // Whether accounts have their units and tags. Without them, no rule about a unit or a tag can be
  // decided from this listing.
  bool units_read = false, tags_read = false;
};

class Organization {
 public:
  virtual ~Organization() = default;

  // The cached listing, without a call to AWS when there is one; kUnavailable when there is none
  // yet. Never blocks for long: menus are answered from it.
  virtual base::Result<std::shared_ptr<const Catalogue>> catalogue() = 0;

  // One object, read now when the cache does not have it (at most one or two calls). Units and tags
  // may be those of the cached listing, whatever its age: `facts_read_at` says when they were true.
  virtual base::Result<Account> account(const domain::AccountId& id) = 0;
  virtual base::Result<PermissionSet> permission_set(const domain::PermissionSetName& name) = 0;
  virtual base::Result<Group> group(const domain::GroupId& id) = 0;

  // Reads everything again. Called in the background.
  virtual base::Status refresh() = 0;
};

}  // namespace elevator::ports
