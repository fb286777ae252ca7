#include "policy/people.h"

#include "base/check.h"
#include "policy/world.h"

namespace elevator::policy {
namespace {

std::string_view prefix_of(Source source) {
  switch (source) {
    case Source::kIdentityCenterGroup:
      return "group:";
    case Source::kSlackGroup:
      return "slack-group:";
    case Source::kOnCall:
      return "oncall:";
  }
  CHECK_THAT(false, "every source has a prefix");
}

}  // namespace

std::string to_string(const Lookup& lookup) {
  return std::string(prefix_of(lookup.source)) + lookup.name;
}

std::string to_string(const People& people) {
  std::string text;
  const auto add = [&](std::string_view item) {
    if (!text.empty()) text += ", ";
    text += item;
  };
  if (people.everybody) add("*");
  for (const domain::Email& email : people.emails) add(email.view());
  for (const Lookup& lookup : people.lookups) add(to_string(lookup));
  return text.empty() ? "nobody" : text;
}

ResolvedPeople resolve(const People& people, const World& world) {
  CHECK_THAT(!people.everybody, "everybody cannot be listed");
  ResolvedPeople resolved{.emails = people.emails};
  for (const Lookup& lookup : people.lookups) {
    if (const auto* members = world.members_of(lookup)) {
      resolved.emails.insert(members->begin(), members->end());
    } else {
      resolved.failed.insert(lookup);
    }
  }
  return resolved;
}

const AccountFacts* World::facts_of(const domain::AccountId& account) const {
  const auto found = accounts.find(account);
  return found == accounts.end() || !found->second ? nullptr : &*found->second;
}

const std::set<domain::Email>* World::members_of(const Lookup& lookup) const {
  const auto found = people.find(lookup);
  return found == people.end() || !found->second ? nullptr : &*found->second;
}

}  // namespace elevator::policy
