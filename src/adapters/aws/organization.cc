#include "adapters/aws/organization.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "adapters/aws/catalogue_codec.h"
#include "adapters/aws/pages.h"
#include "base/parallel.h"
#include "wire/aws/identity_store.h"
#include "wire/aws/organizations.h"
#include "wire/aws/sso_admin.h"

namespace elevator::adapters::aws {
namespace {

namespace ids = wire::aws::identity_store;
namespace orgs = wire::aws::organizations;
namespace sso = wire::aws::sso_admin;
using base::Result;

constexpr char kCatalogueSnapshot[] = "catalogue";

Result<ports::Account> to_account(const orgs::Account& account) {
  TRY(auto id, domain::AccountId::parse(account.id));
  const std::string state = account.state.value_or(account.status.value_or("ACTIVE"));
  const std::string name = account.name.value_or("");
  return ports::Account{.id = id,
                        .name = name.empty() ? id.str() : name,
                        .active = state == "ACTIVE",
                        .ou_ids = {},
                        .ou_names = {},
                        .tags = {}};
}

Result<ports::PermissionSet> to_permission_set(const sso::PermissionSet& set) {
  TRY(auto arn, domain::PermissionSetArn::parse(set.permission_set_arn));
  TRY(auto name, domain::PermissionSetName::parse(set.name));
  TRY(const auto session, base::parse_duration(set.session_duration.value_or("PT1H")));
  return ports::PermissionSet{.arn = std::move(arn),
                              .name = std::move(name),
                              .description = set.description.value_or(""),
                              .session_duration = session};
}

Result<ports::Group> to_group(const ids::Group& group) {
  TRY(auto id, domain::GroupId::parse(group.group_id));
  return ports::Group{id, group.display_name.value_or(id.str())};
}

template <typename Items, typename Key>
void sort_by(Items& items, Key key) {
  std::sort(items.begin(), items.end(),
            [&](const auto& left, const auto& right) { return key(left) < key(right); });
}

// The first error, or every value.
template <typename T>
Result<std::vector<T>> all_or_error(std::vector<Result<T>> results) {
  std::vector<T> values;
  values.reserve(results.size());
  for (Result<T>& result : results) {
    if (!result) return std::move(result).error();
    values.push_back(*std::move(result));
  }
  return values;
}

}  // namespace

Organization::Organization(Client& client, ports::IdentityCenter& identity_center,
                           ports::Snapshots& snapshots, base::Logger& log,
                           OrganizationOptions options)
    : client_(client),
      identity_center_(identity_center),
      snapshots_(snapshots),
      log_(log),
      options_(std::move(options)) {}

// Nothing when there is none.
std::shared_ptr<const ports::Catalogue> Organization::read_snapshot() {
  const auto stored = snapshots_.read(kCatalogueSnapshot);
  if (!stored || !*stored) return nullptr;
  auto catalogue = decode_catalogue((*stored)->bytes);
  if (!catalogue) {
    log_.warning("catalogue_snapshot_unreadable", {{"error", catalogue.error().message}});
    return nullptr;
  }
  return std::make_shared<const ports::Catalogue>(*std::move(catalogue));
}

// Requires: mutex_ is held.
void Organization::load_snapshot() {
  if (current_ || snapshot_looked_for_) return;
  snapshot_looked_for_ = true;
  current_ = read_snapshot();
}

void Organization::reload() {
  auto stored = read_snapshot();
  const std::lock_guard lock(mutex_);
  snapshot_looked_for_ = true;
  if (stored && (!current_ || current_->as_of < stored->as_of)) current_ = std::move(stored);
}

Result<std::shared_ptr<const ports::Catalogue>> Organization::catalogue() {
  const std::lock_guard lock(mutex_);
  load_snapshot();
  if (!current_) {
    return base::unavailable(
        "accounts and permission sets are not known yet: they are being read from AWS");
  }
  if (!current_->stale && client_.clock().now() - current_->as_of > options_.stale_after) {
    auto marked = std::make_shared<ports::Catalogue>(*current_);
    marked->stale = true;
    current_ = std::move(marked);
  }
  return current_;
}

Result<ports::Account> Organization::account(const domain::AccountId& id) {
  const CatalogueScope scope = options_.scope();
  const auto known = catalogue();
  // A listing from before a rule about units or tags came into force knows neither: an account
  // without its unit would slip past the rule.
  if (known && (!scope.units || (*known)->units_read) && (!scope.tags || (*known)->tags_read)) {
    const auto& accounts = (*known)->accounts;
    const auto found = std::find_if(accounts.begin(), accounts.end(),
                                    [&](const auto& account) { return account.id == id; });
    if (found != accounts.end()) {
      ports::Account account = *found;
      account.facts_read_at = (*known)->as_of;
      return account;
    }
  }
  const CallOptions options{.priority = Priority::kGrant};
  TRY(const auto described, client_.call<orgs::DescribeAccount>({id.str()}, options));
  TRY(auto account, to_account(described.account));
  // Its parent is read now, but where that stands in the tree is as old as the listing.
  account.facts_read_at = scope.units && known ? (*known)->as_of : client_.clock().now();
  if (scope.units) {
    TRY(const auto parents,
        client_.call<orgs::ListParents>({.child_id = id.str(), .next_token = {}}, options));
    const std::lock_guard lock(mutex_);
    const auto place =
        parents.parents.empty() ? places_.end() : places_.find(parents.parents[0].id);
    // Rules may deny by unit: an account whose place is not known cannot be decided about.
    if (place == places_.end()) {
      return base::unavailable(
          fmt::format("the place of account {} in the organization is not known yet", id.str()));
    }
    account.ou_ids = place->second.ids;
    account.ou_names = place->second.names;
  }
  if (scope.tags) {
    TRY(account.tags, tags_of(id));
  }
  return account;
}

Result<ports::PermissionSet> Organization::permission_set(const domain::PermissionSetName& name) {
  std::set<std::string> known_arns;
  if (const auto known = catalogue()) {
    for (ports::PermissionSet set : (*known)->permission_sets) {
      set.read_at = (*known)->as_of;
      if (set.name == name) return set;
      known_arns.insert(set.arn.str());
    }
  }
  // A new one: only what the cache does not know has to be described.
  TRY(auto arns, permission_set_arns());
  std::erase_if(arns, [&](const std::string& arn) { return known_arns.count(arn) != 0; });
  const base::TimePoint now = client_.clock().now();
  TRY(auto sets, describe(arns));
  for (auto& set : sets) {
    set.read_at = now;
    if (set.name == name) return std::move(set);
  }
  return base::not_found(fmt::format("there is no permission set named {}", name.str()));
}

Result<ports::Group> Organization::group(const domain::GroupId& id) {
  if (const auto known = catalogue()) {
    for (const auto& group : (*known)->groups) {
      if (group.id == id) return group;
    }
  }
  TRY(const auto instance, identity_center_.instance());
  TRY(const auto described,
      client_.call<ids::DescribeGroup>({instance.identity_store.str(), id.str()},
                                       {.priority = Priority::kGrant}));
  return to_group(described);
}

base::Status Organization::refresh() {
  return refreshing_.run([this] { return read_everything(); });
}

base::Status Organization::read_everything() {
  const CatalogueScope scope = options_.scope();
  auto next = std::make_shared<ports::Catalogue>();
  next->as_of = client_.clock().now();
  next->units_read = scope.units;
  next->tags_read = scope.tags;
  Places places;
  TRY(next->accounts, read_accounts(scope, places));
  TRY(const auto arns, permission_set_arns());
  TRY(next->permission_sets, describe(arns));
  if (scope.groups) {
    TRY(next->groups, read_groups());
  }
  sort_by(next->accounts, [](const auto& item) { return std::tie(item.name, item.id); });
  sort_by(next->permission_sets, [](const auto& item) { return std::tie(item.name, item.arn); });
  sort_by(next->groups, [](const auto& item) { return std::tie(item.name, item.id); });

  const ports::Snapshot snapshot{encode_catalogue(*next), next->as_of};
  {
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
    places_ = std::move(places);
  }
  if (const auto written = snapshots_.write(kCatalogueSnapshot, snapshot); !written) {
    log_.warning("catalogue_snapshot_not_written", {{"error", written.error().message}});
  }
  return {};
}

Result<std::vector<ports::Account>> Organization::read_accounts(const CatalogueScope& scope,
                                                                Places& places) {
  std::vector<Result<ports::Account>> read;
  TRY_VOID(for_each_page<orgs::ListAccounts>(client_, {}, background(),
                                             [&](const orgs::AccountPage& page) {
                                               for (const auto& account : page.accounts) {
                                                 read.push_back(to_account(account));
                                               }
                                             }));
  TRY(auto accounts, all_or_error(std::move(read)));
  if (scope.units) {
    TRY_VOID(read_places(places));
    TRY_VOID(put_into_places(accounts, places));
  }
  if (scope.tags) {
    TRY_VOID(read_tags(accounts));
  }
  return accounts;
}

base::Status Organization::read_places(Places& places) {
  std::vector<std::string> open;
  TRY_VOID(for_each_page<orgs::ListRoots>(
      client_, {}, background(), [&](const orgs::ListRoots::Response& page) {
        for (const auto& root : page.roots) {
          places[root.id] = {{root.id}, {root.name.value_or("Root")}};
          open.push_back(root.id);
        }
      }));
  while (!open.empty()) {
    const std::string parent = std::move(open.back());
    open.pop_back();
    const Place above = places.at(parent);
    TRY_VOID(for_each_page<orgs::ListOrganizationalUnitsForParent>(
        client_, {.parent_id = parent, .next_token = {}}, background(),
        [&](const orgs::ListOrganizationalUnitsForParent::Response& page) {
          for (const auto& unit : page.units) {
            Place place = above;
            place.ids.push_back(unit.id);
            place.names.push_back(unit.name.value_or(unit.id));
            // Depth is five at AWS; a unit that comes twice is not read twice.
            if (places.emplace(unit.id, std::move(place)).second) open.push_back(unit.id);
          }
        }));
  }
  return {};
}

base::Status Organization::put_into_places(std::vector<ports::Account>& accounts,
                                           const Places& places) {
  std::map<std::string, const Place*> place_of;
  for (const auto& [unit, place] : places) {
    const Place* here = &place;
    TRY_VOID(for_each_page<orgs::ListAccountsForParent>(
        client_, {.parent_id = unit, .next_token = {}}, background(),
        [&](const orgs::AccountPage& page) {
          for (const auto& account : page.accounts) place_of[account.id] = here;
        }));
  }
  for (ports::Account& account : accounts) {
    const auto found = place_of.find(account.id.str());
    // Moved or added between the listings: rules by unit would misjudge it.
    if (found == place_of.end()) {
      return base::unavailable(fmt::format(
          "account {} has moved while the organization was being read", account.id.str()));
    }
    account.ou_ids = found->second->ids;
    account.ou_names = found->second->names;
  }
  return {};
}

base::Status Organization::read_tags(std::vector<ports::Account>& accounts) {
  auto results = base::parallel_map(
      accounts, options_.width, [&](const ports::Account& account) { return tags_of(account.id); });
  TRY(auto tags, all_or_error(std::move(results)));
  for (size_t i = 0; i < accounts.size(); ++i) accounts[i].tags = std::move(tags[i]);
  return {};
}

Result<std::map<std::string, std::string>> Organization::tags_of(const domain::AccountId& id) {
  std::map<std::string, std::string> tags;
  TRY_VOID(for_each_page<orgs::ListTagsForResource>(
      client_, {.resource_id = id.str(), .next_token = {}}, background(),
      [&](const orgs::ListTagsForResource::Response& page) {
        for (const auto& tag : page.tags) tags[tag.key] = tag.value;
      }));
  return tags;
}

Result<std::vector<std::string>> Organization::permission_set_arns() {
  TRY(const auto instance, identity_center_.instance());
  std::vector<std::string> arns;
  TRY_VOID(for_each_page<sso::ListPermissionSets>(
      client_, {.instance_arn = instance.arn.str(), .max_results = 100, .next_token = {}},
      background(), [&](const sso::ListPermissionSets::Response& page) {
        arns.insert(arns.end(), page.permission_sets.begin(), page.permission_sets.end());
      }));
  return arns;
}

Result<std::vector<ports::PermissionSet>> Organization::describe(
    const std::vector<std::string>& arns) {
  TRY(const auto instance, identity_center_.instance());
  using Described = Result<std::optional<ports::PermissionSet>>;
  auto results = base::parallel_map(arns, options_.width, [&](const std::string& arn) -> Described {
    const auto answer =
        client_.call<sso::DescribePermissionSet>({instance.arn.str(), arn}, background());
    // Deleted since it was listed.
    if (!answer && answer.error().kind == base::Kind::kNotFound) {
      return std::optional<ports::PermissionSet>();
    }
    if (!answer) return answer.error();
    TRY(auto set, to_permission_set(answer->permission_set));
    return std::optional<ports::PermissionSet>(std::move(set));
  });
  TRY(auto described, all_or_error(std::move(results)));
  std::vector<ports::PermissionSet> sets;
  for (auto& set : described) {
    if (set) sets.push_back(*std::move(set));
  }
  return sets;
}

Result<std::vector<ports::Group>> Organization::read_groups() {
  TRY(const auto instance, identity_center_.instance());
  std::vector<Result<ports::Group>> read;
  TRY_VOID(for_each_page<ids::ListGroups>(
      client_,
      {.identity_store_id = instance.identity_store.str(), .max_results = 100, .next_token = {}},
      background(), [&](const ids::ListGroups::Response& page) {
        for (const auto& group : page.groups) read.push_back(to_group(group));
      }));
  return all_or_error(std::move(read));
}

}  // namespace elevator::adapters::aws
