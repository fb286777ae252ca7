// The Runtime API as Lambda plays it, and answers that surprise.
#include "entry/lambda/runtime.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <deque>
#include <stdexcept>
#include <vector>

#include "entry/lambda/gateway.h"

namespace elevator::entry::lambda::runtime_test {
namespace {

net::Response invocation(const std::string& id, const std::string& payload) {
  net::Response response{.status = 200, .body = payload};
  response.headers.set("Lambda-Runtime-Aws-Request-Id", id);
  response.headers.set("Lambda-Runtime-Deadline-Ms", "1735786830000");
  response.headers.set("Lambda-Runtime-Trace-Id", "Root=1");
  return response;
}

struct FakeLambda final : net::HttpClient {
  base::Result<net::Response> send(const net::Request& request,
                                   std::chrono::milliseconds budget) override {
    said.push_back(request.method + " " + request.url);
    bodies.push_back(request.body);
    budgets.push_back(budget);
    if (request.method != "GET") return net::Response{.status = status_of_posts};
    if (next.empty()) return base::unavailable("no more");
    auto one = next.front();
    next.pop_front();
    return one;
  }
  std::deque<net::Response> next;
  int status_of_posts = 202;
  std::vector<std::string> said, bodies;
  std::vector<std::chrono::milliseconds> budgets;
};

struct Fixture {
  FakeLambda http;
  base::NullLogger log;
  Runtime runtime{http, "127.0.0.1:9001", log};
  const std::string base_url = "http://127.0.0.1:9001/2018-06-01/runtime/";
};

TEST_CASE_FIXTURE(Fixture, "serve_answersFirst_thenFinishes_thenAsksForTheNext") {
  http.next = {invocation("one", "{}"), invocation("two", "[]")};
  std::vector<Invocation> seen;
  const auto error = runtime.serve([&](const Invocation& given) -> base::Result<Answer> {
    seen.push_back(given);
    return Answer{.body = "\"" + given.id + "\"",
                  .after = [&, id = given.id] { http.said.push_back("after " + id); }};
  });
  CHECK(error.message == "no more");
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].payload == "{}");
  CHECK(seen[0].trace_id == "Root=1");
  CHECK(base::to_unix_milliseconds(seen[0].deadline) == 1735786830000);
  CHECK(http.said == std::vector<std::string>{"GET " + base_url + "invocation/next",
                                              "POST " + base_url + "invocation/one/response",
                                              "after one", "GET " + base_url + "invocation/next",
                                              "POST " + base_url + "invocation/two/response",
                                              "after two", "GET " + base_url + "invocation/next"});
  CHECK(http.bodies[1] == "\"one\"");
  CHECK(http.budgets[0] > base::hours(24));
}

TEST_CASE_FIXTURE(Fixture, "serve_keepsTheTraceWhereLibrariesLookForIt") {
  auto untraced = invocation("two", "{}");
  untraced.headers.set("Lambda-Runtime-Trace-Id", "");
  http.next = {invocation("one", "{}"), untraced};
  std::vector<std::string> seen;
  (void)runtime.serve([&](const Invocation&) -> base::Result<Answer> {
    const char* trace = std::getenv("_X_AMZN_TRACE_ID");
    seen.emplace_back(trace == nullptr ? "none" : trace);
    return Answer{.body = "{}"};
  });
  CHECK(seen == std::vector<std::string>{"Root=1", "none"});
}

TEST_CASE_FIXTURE(Fixture, "serve_whenTheHandlerFailsOrThrows_tellsLambdaAndGoesOn") {
  http.next = {invocation("one", "{}"), invocation("two", "{}")};
  int calls = 0;
  (void)runtime.serve([&](const Invocation&) -> base::Result<Answer> {
    if (++calls == 1) return base::unavailable("the store is away");
    throw std::runtime_error("odd");
  });
  CHECK(calls == 2);
  CHECK(http.said[1] == "POST " + base_url + "invocation/one/error");
  CHECK(http.bodies[1] == R"({"errorType":"unavailable","errorMessage":"the store is away"})");
  CHECK(http.said[3] == "POST " + base_url + "invocation/two/error");
}

TEST_CASE_FIXTURE(Fixture, "serve_whenWhatComesAfterThrows_orTheAnswerIsNotTaken_goesOn") {
  http.next = {invocation("one", "{}"), invocation("two", "{}")};
  http.status_of_posts = 413;
  int after = 0;
  (void)runtime.serve([&](const Invocation&) -> base::Result<Answer> {
    return Answer{.body = "{}", .after = [&] {
                    ++after;
                    throw std::runtime_error("odd");
                  }};
  });
  CHECK(after == 2);
}

TEST_CASE_FIXTURE(Fixture, "next_whenTheAnswerIsNoInvocation_isAnError") {
  auto odd = invocation("one", "{}");
  odd.status = 500;
  auto without_id = invocation("", "{}");
  auto without_deadline = invocation("one", "{}");
  without_deadline.headers.set("Lambda-Runtime-Deadline-Ms", "soon");
  http.next = {odd, without_id, without_deadline};
  CHECK_FALSE(runtime.next());
  CHECK_FALSE(runtime.next());
  CHECK_FALSE(runtime.next());
}

TEST_CASE_FIXTURE(Fixture, "failStart_tellsWhy") {
  CHECK(runtime.fail_start(base::invalid("STATE_TABLE_NAME is missing")));
  CHECK(http.said[0] == "POST " + base_url + "init/error");
  http.status_of_posts = 500;
  CHECK_FALSE(runtime.fail_start(base::invalid("x")));
}

TEST_CASE("gateway_whateverThePath_isWhereSlackPosts") {
  const auto request = to_request({.method = "POST",
                                   .path = "/metrics",
                                   .headers = {{"x-slack-signature", "v0=ab"}},
                                   .body = "b"});
  CHECK(request.method == "POST");
  CHECK(request.path() == "/slack/events");
  CHECK(request.headers.get("X-Slack-Signature") == "v0=ab");
  CHECK(request.body == "b");
}

TEST_CASE("gateway_knowsWhatIsForTheTerminal_withAndWithoutAStage") {
  const auto is = [](const char* path) { return is_for_terminal({.method = {}, .path = path}); };
  CHECK(is("/api/requests"));
  CHECK(is("/default/api/requests"));
  CHECK_FALSE(is("/access-requester"));
  CHECK_FALSE(is("/default/access-requester"));
  CHECK_FALSE(is("/default/other/api/requests"));
  CHECK_FALSE(is("/api"));
  CHECK_FALSE(is(""));
}

TEST_CASE("gateway_answersInTheFormOfBothPayloads") {
  net::Response response{.status = 401, .body = "{\"error\":1}"};
  response.headers.set("Content-Type", "application/json");
  CHECK(to_answer(response) == R"({"statusCode":401,"headers":{"content-type":"application/json"},)"
                               R"("body":"{\"error\":1}","isBase64Encoded":false})");
}

}  // namespace
}  // namespace elevator::entry::lambda::runtime_test
