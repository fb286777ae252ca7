// The operations of organizations.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "domain/ids.h"
#include "sandbox/aws/state.h"

namespace elevator::sandbox::aws {
namespace {

namespace json = boost::json;
using Object = Answer<json::object>;

constexpr size_t kMostOnOrganizationsPage = 20;
constexpr size_t kMostTags = 50;
constexpr char kOrganization[] = "o-sandbox0001";

Refusal no_parent() {
  return {"ParentNotFoundException",
          "You specified a root or OU that doesn't exist: we can't find it by its ID."};
}

json::object to_json(const Account& account) {
  // The older of the two fields knows three states only.
  const bool is_active = account.state == "ACTIVE" || account.state == "PENDING_CLOSURE";
  return {{"Id", account.id},
          {"Arn", fmt::format("arn:aws:organizations::{}:account/{}/{}", kManagementAccount,
                              kOrganization, account.id)},
          {"Email", account.email},
          {"Name", account.name},
          {"Status", is_active ? account.state : std::string("SUSPENDED")},
          {"State", account.state},
          {"JoinedMethod", "CREATED"},
          {"JoinedTimestamp", to_json_time(account.joined)}};
}

json::object to_json(const Unit& unit) {
  const bool is_root = unit.parent.empty();
  json::object object{{"Id", unit.id},
                      {"Arn", fmt::format("arn:aws:organizations::{}:{}/{}/{}", kManagementAccount,
                                          is_root ? "root" : "ou", kOrganization, unit.id)},
                      {"Name", unit.name}};
  if (is_root) object["PolicyTypes"] = json::array();
  return object;
}

template <typename Found>
Object list_accounts_in(const Call& call, const Found& found) {
  return page_of(
      call, {"Accounts", kMostOnOrganizationsPage}, found,
      [](const Account* account) { return account->id; },
      [](const Account* account) { return to_json(*account); });
}

Object list_accounts(State& state, const Call& call) {
  std::vector<const Account*> found;
  for (const auto& [id, account] : state.accounts) found.push_back(&account);
  return list_accounts_in(call, found);
}

Answer<std::string> parent_of(const State& state, const Call& call) {
  TRY(auto id, call.text("ParentId"));
  if (state.units.count(id) == 0) return no_parent();
  return id;
}

Object list_accounts_for_parent(State& state, const Call& call) {
  TRY(const auto parent, parent_of(state, call));
  std::vector<const Account*> found;
  for (const auto& [id, account] : state.accounts) {
    if (account.parent == parent) found.push_back(&account);
  }
  return list_accounts_in(call, found);
}

Object describe_account(State& state, const Call& call) {
  TRY(const auto id, call.text("AccountId", domain::AccountIdRule::valid));
  const auto found = state.accounts.find(id);
  if (found == state.accounts.end()) {
    return Refusal{"AccountNotFoundException", "You specified an account that doesn't exist."};
  }
  return json::object{{"Account", to_json(found->second)}};
}

template <typename Wanted>
Object list_units(const State& state, const Call& call, std::string_view name,
                  const Wanted& wanted) {
  std::vector<const Unit*> found;
  for (const auto& [id, unit] : state.units) {
    if (wanted(unit)) found.push_back(&unit);
  }
  return page_of(
      call, {name, kMostOnOrganizationsPage}, found, [](const Unit* unit) { return unit->id; },
      [](const Unit* unit) { return to_json(*unit); });
}

Object list_roots(State& state, const Call& call) {
  return list_units(state, call, "Roots", [](const Unit& unit) { return unit.parent.empty(); });
}

Object list_units_for_parent(State& state, const Call& call) {
  TRY(const auto parent, parent_of(state, call));
  return list_units(state, call, "OrganizationalUnits",
                    [&](const Unit& unit) { return unit.parent == parent; });
}

Object list_parents(State& state, const Call& call) {
  TRY(const auto child, call.text("ChildId"));
  std::string parent;
  if (const auto account = state.accounts.find(child); account != state.accounts.end()) {
    parent = account->second.parent;
  } else if (const auto unit = state.units.find(child); unit != state.units.end()) {
    parent = unit->second.parent;
  }
  if (parent.empty()) {
    return Refusal{"ChildNotFoundException",
                   "We can't find an organizational unit (OU) or AWS account with the ChildId "
                   "that you specified."};
  }
  const std::vector<std::string> only{parent};
  return page_of(
      call, {"Parents", kMostOnOrganizationsPage}, only, [](const std::string& id) { return id; },
      [&](const std::string& id) {
        return json::object{{"Id", id},
                            {"Type", id == state.root_id ? "ROOT" : "ORGANIZATIONAL_UNIT"}};
      });
}

Object list_tags_for_resource(State& state, const Call& call) {
  TRY(const auto id, call.text("ResourceId"));
  const auto account = state.accounts.find(id);
  if (account == state.accounts.end() && state.units.count(id) == 0) {
    return Refusal{"TargetNotFoundException",
                   "We can't find a root, OU, account, or policy with the TargetId that you "
                   "specified."};
  }
  static const std::map<std::string, std::string> kNoTags;
  return page_of(
      call, {"Tags", kMostTags}, account == state.accounts.end() ? kNoTags : account->second.tags,
      [](const auto& tag) { return tag.first; },
      [](const auto& tag) { return json::object{{"Key", tag.first}, {"Value", tag.second}}; });
}

Object describe_organization(State&, const Call&) {
  return json::object{
      {"Organization", json::object{{"Id", kOrganization},
                                    {"Arn", fmt::format("arn:aws:organizations::{}:organization/{}",
                                                        kManagementAccount, kOrganization)},
                                    {"FeatureSet", "ALL"},
                                    {"MasterAccountId", kManagementAccount},
                                    {"MasterAccountEmail", "aws@example.com"}}}};
}

}  // namespace

const Handlers& organizations_handlers() {
  static const Handlers kHandlers{
      {"ListAccounts", list_accounts},
      {"ListAccountsForParent", list_accounts_for_parent},
      {"DescribeAccount", describe_account},
      {"ListRoots", list_roots},
      {"ListOrganizationalUnitsForParent", list_units_for_parent},
      {"ListParents", list_parents},
      {"ListTagsForResource", list_tags_for_resource},
      {"DescribeOrganization", describe_organization},
  };
  return kHandlers;
}

}  // namespace elevator::sandbox::aws
