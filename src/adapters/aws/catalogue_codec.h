// Cached listings <-> bytes of a snapshot. A snapshot that cannot be read is no snapshot.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/organization.h"

namespace elevator::adapters::aws {

std::string encode_catalogue(const ports::Catalogue& catalogue);
base::Result<ports::Catalogue> decode_catalogue(std::string_view bytes);

// Every address of a user, lower-cased, with the user's id. Several ids: the address is ambiguous.
using UserIndex = std::multimap<std::string, domain::PrincipalId>;
std::string encode_users(const UserIndex& users);
base::Result<UserIndex> decode_users(std::string_view bytes);

}  // namespace elevator::adapters::aws
