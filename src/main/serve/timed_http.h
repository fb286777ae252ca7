// TimedHttp: no call runs past the time that the process has (an invocation on AWS Lambda): a call
// gets what is left at most, and one that comes later is not sent. Thread-safe.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>

#include "base/time.h"
#include "net/client.h"

namespace elevator::serve {

class TimedHttp final : public net::HttpClient {
 public:
  using End = std::function<std::optional<base::TimePoint>()>;
  // `end`: none at the moment: there is no end. Empty: never.
  TimedHttp(net::HttpClient& http, const base::Clock& clock, End end)
      : http_(http), clock_(clock), end_(std::move(end)) {}

  base::Result<net::Response> send(const net::Request& request,
                                   std::chrono::milliseconds budget) override {
    const auto end = end_ ? end_() : std::nullopt;
    if (!end) return http_.send(request, budget);
    const base::Milliseconds left = *end - clock_.now();
    if (left <= base::Milliseconds(0)) {
      return base::Error{base::Kind::kTimeout, "this invocation is out of time",
                         base::Retry::kBackoff};
    }
    return http_.send(request, std::min(budget, left));
  }

 private:
  net::HttpClient& http_;
  const base::Clock& clock_;
  const End end_;
};

}  // namespace elevator::serve
