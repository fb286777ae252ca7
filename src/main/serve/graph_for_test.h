// What tests of the graph share: a graph whose state is in a folder of its own, and one server on
// this machine that plays AWS and Slack with a few answers.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "adapters/aws/fake_http_test.h"
#include "main/serve/graph.h"
#include "net/server.h"
#include "tests/support/recording_logger.h"

namespace elevator::serve {

class GraphForTest {
 public:
  explicit GraphForTest(settings::Environment more = {}) {
    REQUIRE(::mkdtemp(folder_.data()) != nullptr);
    auto started = net::Server::start(
        {}, [this](const net::Request& request, const net::PeerInfo&) { return answer(request); },
        log);
    REQUIRE(started.has_value());
    server = *std::move(started);
    environment = {{"AWS_ENDPOINT_URL", server->url()}, {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                   {"AWS_SECRET_ACCESS_KEY", "secret"}, {"SLACK_API_URL", server->url() + "/slack"},
                   {"SLACK_BOT_TOKEN", "xoxb-1"},       {"SLACK_SIGNING_SECRET", "first secret"},
                   {"SLACK_CHANNEL_ID", "C0ACCESS"}};
    for (auto& [name, value] : more) environment[name] = value;
    auto loaded = settings::load(environment, std::nullopt);
    REQUIRE(loaded.has_value());
    settings = *std::move(loaded);
    auto built = Graph::build({.settings = settings,
                               .environment = environment,
                               .keep = keep_in_folder(folder_, clock),
                               .region = "eu-central-1",
                               .clock = clock,
                               .waiter = waiter,
                               .gate = gate,
                               .readiness = readiness,
                               .log = log,
                               .metrics = metrics});
    REQUIRE(built.has_value());
    graph = *std::move(built);
  }
  ~GraphForTest() {
    graph.reset();
    server.reset();
    std::filesystem::remove_all(folder_);
  }
  GraphForTest(const GraphForTest&) = delete;
  GraphForTest& operator=(const GraphForTest&) = delete;

  std::string workspace = "T0TEAM";  // whose bot token it is, as Slack says
  net::Response instances = adapters::aws::reply(200, R"({"Instances":[]})");

  base::ManualClock clock{*base::parse_rfc3339("2026-03-01T12:00:00Z")};
  adapters::aws::ClockMovingWaiter waiter{clock};
  hooks::CallGate gate;
  Readiness readiness{clock};
  tests::RecordingLogger log;
  base::NullMetrics metrics;
  settings::Environment environment;
  settings::Settings settings;  // the graph reads it where it is
  std::unique_ptr<net::Server> server;
  std::unique_ptr<Graph> graph;

 private:
  net::Reply answer(const net::Request& request) const {
    if (request.path() == "/slack/auth.test") {
      return {.response = {.body = R"({"ok":true,"team":"Acme","user_id":"U0BOT","team_id":")" +
                                   workspace + R"("})"}};
    }
    if (request.headers.get("X-Amz-Target").ends_with(".ListInstances")) {
      return {.response = instances};
    }
    return {.response = {.status = 404}};
  }

  std::string folder_ = (std::filesystem::temp_directory_path() / "elevator-XXXXXX").string();
};

}  // namespace elevator::serve
