// Values of options that several verbs have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::entry {

// A whole number from 0 to `most`.
base::Result<std::uint32_t> parse_number(std::string_view text, std::uint32_t most);

struct ListenAddress {
  std::string address;  // in numbers, without brackets
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:0" or "localhost:8080": no names are looked up.
base::Result<ListenAddress> parse_listen(std::string_view text);

}  // namespace elevator::entry
