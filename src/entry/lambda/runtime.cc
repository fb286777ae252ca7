#include "entry/lambda/runtime.h"

#include <boost/json/object.hpp>
#include <charconv>
#include <cstdlib>

#include "codec/encode.h"
#include "codec/text.h"

namespace elevator::entry::lambda {
namespace {

constexpr std::string_view kVersion = "/2018-06-01/runtime/";
constexpr base::Milliseconds kTelling = base::Seconds(10);
// Between two invocations the process is frozen for as long as nobody calls: waiting for the next
// one has no end of its own.
constexpr base::Milliseconds kForEver = base::hours(24 * 365);

base::Error refused(const std::string& what, int status) {
  return base::unavailable("Lambda's Runtime API answers " + what + " with " +
                           std::to_string(status));
}

base::Result<base::TimePoint> deadline_of(const net::Response& response) {
  const std::string_view text = response.headers.get("Lambda-Runtime-Deadline-Ms");
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error != std::errc() || end != text.data() + text.size() || milliseconds <= 0) {
    return base::corrupt("the Runtime API named no deadline");
  }
  return base::from_unix_milliseconds(milliseconds);
}

// Where libraries of X-Ray look for it.
void keep_trace(const std::string& trace_id) {
  constexpr const char* kName = "_X_AMZN_TRACE_ID";
  if (trace_id.empty()) {
    ::unsetenv(kName);
  } else {
    ::setenv(kName, trace_id.c_str(), 1);
  }
}

}  // namespace

base::Result<net::Response> Runtime::call(std::string method, const std::string& path,
                                          std::string body, net::Headers headers,
                                          base::Milliseconds budget) {
  return http_.send({.method = std::move(method),
                     .url = "http://" + address_ + std::string(kVersion) + path,
                     .headers = std::move(headers),
                     .body = std::move(body)},
                    budget);
}

base::Result<Invocation> Runtime::next() {
  TRY(auto response, call("GET", "invocation/next", "", {}, kForEver));
  if (response.status != 200) return refused("the next invocation", response.status);
  Invocation invocation{.id = std::string(response.headers.get("Lambda-Runtime-Aws-Request-Id")),
                        .payload = std::move(response.body),
                        .deadline = {},
                        .trace_id = std::string(response.headers.get("Lambda-Runtime-Trace-Id"))};
  if (invocation.id.empty()) return base::corrupt("the Runtime API named no request id");
  TRY(invocation.deadline, deadline_of(response));
  return invocation;
}

base::Status Runtime::respond(const Invocation& invocation, std::string body) {
  TRY(const auto response, call("POST", "invocation/" + invocation.id + "/response",
                                std::move(body), {{"Content-Type", "application/json"}}, kTelling));
  if (response.status / 100 != 2) return refused("an answer", response.status);
  return {};
}

base::Status Runtime::tell_error(const std::string& path, const base::Error& error) {
  boost::json::object body;
  codec::put(body, "errorType", base::to_string(error.kind));
  codec::put(body, "errorMessage", error.message);
  net::Headers headers{{"Content-Type", "application/vnd.aws.lambda.error+json"}};
  headers.set("Lambda-Runtime-Function-Error-Type", std::string(base::to_string(error.kind)));
  TRY(const auto response,
      call("POST", path, codec::to_json_text(body), std::move(headers), kTelling));
  if (response.status / 100 != 2) return refused("an error", response.status);
  return {};
}

base::Status Runtime::fail(const Invocation& invocation, const base::Error& error) {
  return tell_error("invocation/" + invocation.id + "/error", error);
}

base::Status Runtime::fail_start(const base::Error& error) {
  return tell_error("init/error", error);
}

void Runtime::answer(const Invocation& invocation, const Handler& handler) {
  const auto answered = [&]() -> base::Result<Answer> {
    try {
      return handler(invocation);
    } catch (const std::exception& failure) {
      // A library threw where it should not.
      return base::internal(std::string("the handler failed: ") + failure.what());
    }
  }();
  if (!answered) {
    log_.error("invocation_failed", {{"error", answered.error().message}});
  }
  const auto told =
      answered ? respond(invocation, answered->body) : fail(invocation, answered.error());
  if (!told) {
    log_.error("invocation_not_answered", {{"error", told.error().message}});
  }
  if (!answered || !answered->after) return;
  try {
    answered->after();
  } catch (const std::exception& failure) {
    log_.error("after_answer_failed", {{"error", std::string_view(failure.what())}});
  }
}

base::Error Runtime::serve(const Handler& handler) {
  while (true) {
    auto invocation = next();
    if (!invocation) return std::move(invocation).error();
    keep_trace(invocation->trace_id);
    answer(*invocation, handler);
  }
}

}  // namespace elevator::entry::lambda
