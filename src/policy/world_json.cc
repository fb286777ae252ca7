#include "policy/world_json.h"

namespace elevator::policy {
namespace {

using codec::Reader;

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    names.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
  }
  return names;
}

AccountFacts read_facts(const Reader& reader) {
  AccountFacts facts;
  facts.ou_names = split_path(reader.string_or("ou_path", ""));
  facts.ou_ids = reader.optional_string_array("ou_ids");
  if (const auto tags = reader.optional_child("tags")) {
    for (const auto& [key, value] : tags->members()) facts.tags.emplace(key, value.string());
  }
  reader.report_unknown_keys();
  return facts;
}

void read_people(const Reader& world, std::string_view key, Source source, World& result) {
  const auto lists = world.optional_child(key);
  if (!lists) return;
  for (const auto& [name, list] : lists->members()) {
    auto& people = result.people[Lookup{source, name}];
    if (list.value().is_null()) continue;
    people.emplace();
    for (const Reader& item : list.elements()) {
      if (auto email = item.as(domain::Email::parse)) people->insert(*std::move(email));
    }
  }
}

}  // namespace

World read_world(const Reader& reader) {
  World world;
  if (const auto accounts = reader.optional_child("accounts")) {
    for (const auto& [id, facts] : accounts->members()) {
      const auto account = domain::AccountId::parse(id);
      if (!account) {
        facts.problem(account.error().message);
      } else if (facts.value().is_null()) {
        world.accounts.emplace(*account, std::nullopt);
      } else {
        world.accounts.emplace(*account, read_facts(facts));
      }
    }
  }
  read_people(reader, "groups", Source::kIdentityCenterGroup, world);
  read_people(reader, "slack_groups", Source::kSlackGroup, world);
  read_people(reader, "oncall", Source::kOnCall, world);
  reader.report_unknown_keys();
  return world;
}

}  // namespace elevator::policy
