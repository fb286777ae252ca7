// People: whom a rule names, as written. `Approvers`, `Requesters` and `Notify` are lists of
// e-mail addresses, "group:NAME" (Identity Center group), "slack-group:ID" and "oncall:NAME";
// `Requesters` also knows "*". Who they are right now is in the World.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "domain/ids.h"

namespace elevator::policy {

struct World;

enum class Source { kIdentityCenterGroup, kSlackGroup, kOnCall };

// A set of people that somebody else knows.
struct Lookup {
  Source source;
  std::string name;

  friend auto operator<=>(const Lookup&, const Lookup&) = default;
  friend bool operator==(const Lookup&, const Lookup&) = default;
};

// As written in a document: "group:Leads".
std::string to_string(const Lookup& lookup);

struct People {
  bool everybody = false;
  std::set<domain::Email> emails{};
  std::set<Lookup> lookups{};

  bool empty() const { return !everybody && emails.empty() && lookups.empty(); }
  friend bool operator==(const People&, const People&) = default;
};

// "alice@corp.com, group:Leads"; "nobody" when empty.
std::string to_string(const People& people);

struct ResolvedPeople {
  std::set<domain::Email> emails{};
  std::set<Lookup> failed{};  // their members are missing from `emails`
};

// Requires: `people` is not everybody.
ResolvedPeople resolve(const People& people, const World& world);

}  // namespace elevator::policy
