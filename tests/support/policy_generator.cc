#include "tests/support/policy_generator.h"

#include <array>

namespace elevator::testing {
namespace {

namespace json = boost::json;

constexpr std::array kPeople = {"alice@corp.com", "bob@corp.com", "carol@corp.com", "dan@corp.com"};
constexpr std::array kAccounts = {"111111111111", "222222222222", "*"};
constexpr std::array kSets = {"Admin", "Read", "*"};
constexpr std::array kGroups = {"11111111-2222-3333-4444-555555555555",
                                "66666666-7777-8888-9999-000000000000"};
constexpr std::array kDurations = {"00:30", "01:00", "02:00"};

template <size_t N>
std::string pick(const std::array<const char*, N>& items, const Choose& choose) {
  return items[static_cast<size_t>(choose(static_cast<int>(N)))];
}

template <size_t N>
json::array some(const std::array<const char*, N>& items, const Choose& choose) {
  json::array list;
  for (const char* item : items) {
    if (choose(2) == 0) list.push_back(json::string(item));
  }
  return list;
}

json::array some_people(const Choose& choose) {
  json::array list = some(kPeople, choose);
  if (choose(3) == 0) list.push_back("group:Leads");
  if (choose(8) == 0) list.push_back("group:Devs");
  return list;
}

void maybe_flag(json::object& rule, const char* key, const Choose& choose) {
  const int choice = choose(4);
  if (choice < 2) rule[key] = choice == 0;
}

json::object random_rule(bool about_groups, const Choose& choose) {
  json::object rule;
  if (about_groups) {
    rule["Resource"] = some(kGroups, choose);
  } else {
    rule["ResourceType"] = "Account";
    rule["Resource"] = json::array{json::string(pick(kAccounts, choose))};
    rule["PermissionSet"] = json::string(pick(kSets, choose));
  }
  if (choose(4) != 0) rule["Approvers"] = some_people(choose);
  if (choose(4) == 0) {
    rule["Requesters"] = some_people(choose);
    if (choose(4) == 0) rule["Requesters"].get_array().push_back("*");
  }
  maybe_flag(rule, "AllowSelfApproval", choose);
  maybe_flag(rule, "ApprovalIsNotRequired", choose);
  if (choose(5) == 0) rule["RequiredApprovals"] = 1 + choose(3);
  if (choose(5) == 0) rule["MaxDuration"] = json::string(pick(kDurations, choose));
  if (choose(6) == 0) {
    rule["Durations"] = some(kDurations, choose);
    rule["Durations"].get_array().push_back("04:00");
  }
  return rule;
}

json::value maybe_members(const Choose& choose) {
  if (choose(2) == 0) return nullptr;
  return some(kPeople, choose);
}

}  // namespace

json::object random_rules(const Choose& choose) {
  json::array accounts;
  json::array groups;
  for (int i = choose(5); i > 0; --i) accounts.push_back(random_rule(false, choose));
  for (int i = choose(3); i > 0; --i) groups.push_back(random_rule(true, choose));
  return {{"statements", accounts}, {"group_statements", groups}};
}

json::object random_groups(const Choose& choose) {
  return {{"Leads", maybe_members(choose)}, {"Devs", maybe_members(choose)}};
}

std::string random_person(const Choose& choose) { return pick(kPeople, choose); }

ReferenceRequest random_request(const Choose& choose) {
  ReferenceRequest request{.requester = random_person(choose)};
  if (choose(4) == 0) {
    request.group = pick(kGroups, choose);
  } else {
    request.account = kAccounts[static_cast<size_t>(choose(2))];
    request.permission_set = kSets[static_cast<size_t>(choose(2))];
  }
  request.minutes = 30 * (1 + choose(5));
  request.secondary_domain_used = choose(6) == 0;
  return request;
}

}  // namespace elevator::testing
