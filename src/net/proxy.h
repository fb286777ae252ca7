// Which host and port a connection really goes to. Internal to net.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "net/client.h"
#include "net/url.h"

namespace elevator::net {

// Whether `no_proxy` ("localhost,10.0.0.1,.internal,example.com:8443", "*") names the URL's host.
// A name matches itself and everything below it.
bool bypasses_proxy(const std::string& no_proxy, const Url& url);

// The proxy for `url`, when there is one. Only https goes through it, with CONNECT.
base::Result<std::optional<Url>> choose_proxy(const Proxy& proxy, const Url& url);

// The CONNECT request for `url`, with credentials when the proxy's URL has some.
std::string connect_request(const Url& proxy, const Url& url);

}  // namespace elevator::net
