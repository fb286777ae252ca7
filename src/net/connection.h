// One TCP or TLS connection of the client: blocking calls with a deadline, driven by an event loop
// of its own. One thread at a time, except abort(). Internal to net.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/http.h"
#include "net/resolver.h"
#include "net/url.h"

struct ssl_ctx_st;

namespace elevator::net {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Route {
  Url url;
  std::optional<Url> proxy;
  const Url& first_hop() const { return proxy ? *proxy : url; }
};

struct ResponseLimits {
  size_t header_bytes;
  size_t body_bytes;
  bool without_body;  // the answer to HEAD
};

class Connection {
 public:
  explicit Connection(Route route);
  ~Connection();

  // Connects to the first address that answers, through the proxy if there is one, and shakes
  // hands; `tls` is asked for only then. Every failure has effect kNone.
  using Tls = std::function<ssl_ctx_st&()>;
  base::Status open(const Addresses& addresses, const Tls& tls, SteadyTime deadline);

  // Sends the bytes and reads one response. The error's effect is kNone exactly when no byte of
  // the request has left.
  base::Result<Response> exchange(const std::string& request, const ResponseLimits& limits,
                                  SteadyTime deadline);

  // Whether another exchange may follow: the last one ended cleanly, the peer keeps the connection
  // open and has not said anything since.
  bool reusable() const;

  // Ends what is running and everything later. From any thread.
  void abort();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace elevator::net
