// An absolute http or https URL, split. Percent-encoding and forms are in base/url.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace elevator::net {

struct Url {
  std::string scheme;  // lower case
  std::string userinfo;
  std::string host;  // lower case, without the brackets of an IPv6 address
  std::uint16_t port = 0;
  std::string target;  // "/path?query", as written; at least "/"

  bool tls() const { return scheme == "https"; }
  // For the Host header: the port only when it is not the scheme's.
  std::string authority() const;
  std::string host_and_port() const;
};

base::Result<Url> parse_url(std::string_view text);

}  // namespace elevator::net
