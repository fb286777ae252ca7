// Runtime: the Lambda Runtime API. One invocation at a time: fetch it, answer it, and only then
// finish what takes time: Lambda freezes the process when the next one is asked for, not before.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
#pragma once

#include <functional>
#include <string>

#include "base/log.h"
#include "base/time.h"
#include "net/client.h"

namespace elevator::entry::lambda {

struct Invocation {
  std::string id;
  std::string payload;
  base::TimePoint deadline{};  // Lambda ends the process then
  std::string trace_id;        // of X-Ray; may be empty
};

struct Answer {
  std::string body;               // JSON
  std::function<void()> after{};  // when the answer is out
};

class Runtime {
 public:
  // `address`: AWS_LAMBDA_RUNTIME_API, "host:port".
  Runtime(net::HttpClient& http, std::string address, base::Logger& log)
      : http_(http), address_(std::move(address)), log_(log) {}

  base::Result<Invocation> next();
  base::Status respond(const Invocation& invocation, std::string body);
  base::Status fail(const Invocation& invocation, const base::Error& error);
  // The process cannot start: Lambda tells whoever called, and starts another.
  base::Status fail_start(const base::Error& error);

  // An error of the handler is told to Lambda, which may deliver the invocation again.
  using Handler = std::function<base::Result<Answer>(const Invocation&)>;
  // Until the Runtime API gives no invocation any more; that error.
  base::Error serve(const Handler& handler);

 private:
  base::Result<net::Response> call(std::string method, const std::string& path, std::string body,
                                   net::Headers headers, base::Milliseconds budget);
  base::Status tell_error(const std::string& path, const base::Error& error);
  void answer(const Invocation& invocation, const Handler& handler);

  net::HttpClient& http_;
  const std::string address_;
  base::Logger& log_;
};

}  // namespace elevator::entry::lambda
