// E-mail addresses in a rules document, as the existing product accepts them (COMPAT 2.3):
// "Name <address>" is reduced to the address; the local part may be Unicode; quoted local parts,
// bracketed hosts and domains that cannot exist (".test", ".local" ...) are refused.
#pragma once

#include <string_view>

#include "domain/ids.h"

namespace elevator::policy {

base::Result<domain::Email> parse_address(std::string_view text);

}  // namespace elevator::policy
