// Host names to addresses with a deadline: getaddrinfo knows none, so it runs on a thread of its
// own that is left behind when the time is over. Thread-safe. Internal to net.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace elevator::net {

using Addresses = std::vector<std::string>;  // numeric, in the order to try
using ResolveFunction = std::function<base::Result<Addresses>(const std::string& host)>;

bool is_numeric_address(const std::string& host);

class Resolver {
 public:
  // An empty function means getaddrinfo.
  explicit Resolver(ResolveFunction function);

  // Ensures: the result is not empty.
  base::Result<Addresses> resolve(const std::string& host,
                                  std::chrono::steady_clock::time_point deadline);

  // Wakes everybody who waits; look-ups fail from now on.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with look-ups that outlive their caller
};

}  // namespace elevator::net
