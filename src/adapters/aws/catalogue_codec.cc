#include "adapters/aws/catalogue_codec.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "codec/encode.h"
#include "codec/reader.h"
#include "codec/text.h"

namespace elevator::adapters::aws {
namespace {

namespace json = boost::json;
using codec::put;

// A snapshot is our own: large, and trusted to be no larger than what was written.
constexpr codec::TextLimits kLimits{.bytes = size_t{64} << 20, .depth = 8, .values = 5'000'000};

json::object encode_account(const ports::Account& account) {
  json::object object;
  put(object, "id", account.id);
  put(object, "name", account.name);
  put(object, "active", account.active);
  put(object, "ou_ids", account.ou_ids);
  put(object, "ou_names", account.ou_names);
  json::object tags;
  for (const auto& [key, value] : account.tags) put(tags, key, value);
  object["tags"] = std::move(tags);
  return object;
}

void decode_account(const codec::Reader& reader, std::vector<ports::Account>& accounts) {
  auto id = reader.required_as("id", domain::AccountId::parse);
  if (!id) return;
  ports::Account account{.id = *std::move(id),
                         .name = reader.required_string("name"),
                         .active = reader.required_bool("active"),
                         .ou_ids = reader.string_array("ou_ids"),
                         .ou_names = reader.optional_string_array("ou_names"),
                         .tags = {}};
  for (const auto& [key, value] : reader.child("tags").members()) {
    account.tags[key] = value.string();
  }
  accounts.push_back(std::move(account));
}

json::object encode_permission_set(const ports::PermissionSet& set) {
  json::object object;
  put(object, "arn", set.arn);
  put(object, "name", set.name);
  put(object, "description", set.description);
  put(object, "session_seconds", set.session_duration.count());
  return object;
}

void decode_permission_set(const codec::Reader& reader, std::vector<ports::PermissionSet>& sets) {
  auto arn = reader.required_as("arn", domain::PermissionSetArn::parse);
  auto name = reader.required_as("name", domain::PermissionSetName::parse);
  if (!arn || !name) return;
  sets.push_back({.arn = *std::move(arn),
                  .name = *std::move(name),
                  .description = reader.required_string("description"),
                  .session_duration = base::Seconds(reader.required_int("session_seconds"))});
}

json::object encode_group(const ports::Group& group) {
  json::object object;
  put(object, "id", group.id);
  put(object, "name", group.name);
  return object;
}

template <typename Items, typename Encode>
json::array encode_all(const Items& items, const Encode& encode_one) {
  json::array array;
  array.reserve(items.size());
  for (const auto& item : items) array.push_back(encode_one(item));
  return array;
}

}  // namespace

std::string encode_catalogue(const ports::Catalogue& catalogue) {
  json::object object;
  put(object, "as_of", catalogue.as_of);
  object["units_read"] = catalogue.units_read;
  object["tags_read"] = catalogue.tags_read;
  object["accounts"] = encode_all(catalogue.accounts, encode_account);
  object["permission_sets"] = encode_all(catalogue.permission_sets, encode_permission_set);
  object["groups"] = encode_all(catalogue.groups, encode_group);
  return codec::to_json_text(object);
}

base::Result<ports::Catalogue> decode_catalogue(std::string_view bytes) {
  TRY(const json::value value, codec::parse_json(bytes, kLimits));
  codec::Problems problems;
  const codec::Reader reader(value, problems);
  ports::Catalogue catalogue;
  catalogue.as_of = reader.required_time("as_of");
  catalogue.units_read = reader.optional_bool("units_read").value_or(false);
  catalogue.tags_read = reader.optional_bool("tags_read").value_or(false);
  for (const auto& item : reader.array("accounts")) decode_account(item, catalogue.accounts);
  for (const auto& item : reader.array("permission_sets")) {
    decode_permission_set(item, catalogue.permission_sets);
  }
  for (const auto& item : reader.array("groups")) {
    auto id = item.required_as("id", domain::GroupId::parse);
    if (id) catalogue.groups.push_back({*std::move(id), item.required_string("name")});
  }
  // Snapshots of earlier releases joined the names with slashes: units are read anew.
  const auto has_names = [](const ports::Account& account) { return !account.ou_names.empty(); };
  catalogue.units_read = catalogue.units_read && std::ranges::all_of(catalogue.accounts, has_names);
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return catalogue;
}

std::string encode_users(const UserIndex& users) {
  json::array array;
  array.reserve(users.size());
  for (const auto& [address, id] : users) {
    array.push_back(json::array{json::string(address), json::string(id.view())});
  }
  return codec::to_json_text(array);
}

base::Result<UserIndex> decode_users(std::string_view bytes) {
  TRY(const json::value value, codec::parse_json(bytes, kLimits));
  codec::Problems problems;
  UserIndex users;
  for (const auto& pair : codec::Reader(value, problems).elements()) {
    const auto parts = pair.elements();
    if (parts.size() != 2) return base::corrupt("a user of the snapshot is not a pair");
    auto id = parts[1].as(domain::PrincipalId::parse);
    if (id) users.emplace(parts[0].string(), *std::move(id));
  }
  TRY_VOID(problems.status(base::Kind::kCorrupt));
  return users;
}

}  // namespace elevator::adapters::aws
