#include "emulator.h"

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/check.h"
#include "sandbox_emulator.h"
#include "tests/support/folders.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace elevator::conformance {
namespace {

namespace json = boost::json;

std::string environment_or(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

// The child reads our end of its standard input: when this process goes, so does the child.
std::string start_moto() {
  int to_child[2];
  int from_child[2];
  if (pipe2(to_child, O_CLOEXEC) != 0 || pipe2(from_child, O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to_child[0], 0);
  posix_spawn_file_actions_adddup2(&actions, from_child[1], 1);
  setenv("MOTO_EXIT_WITH_STDIN", "1", 1);
  const std::string python = environment_or("ELEVATOR_PYTHON", "python3");
  const std::string program = tests::source_folder() + "/tests/e2e/moto_server.py";
  char* const arguments[] = {const_cast<char*>(python.c_str()), const_cast<char*>(program.c_str()),
                             nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, python.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(to_child[0]);
  close(from_child[1]);
  if (failed != 0) return {};
  std::string line;
  char character = 0;
  while (read(from_child[0], &character, 1) == 1 && character != '\n') line += character;
  constexpr std::string_view kBefore = "listening on ";
  return line.starts_with(kBefore) ? line.substr(kBefore.size()) : std::string();
}

void flatten(const json::value& value, const std::string& path,
             std::map<std::string, std::string>& into) {
  if (value.is_string()) into[path] = std::string(value.get_string());
  if (!value.is_object()) return;
  for (const auto& [key, child] : value.get_object()) {
    flatten(child, path.empty() ? std::string(key) : path + "/" + std::string(key), into);
  }
}

}  // namespace

VirtualTime& the_time() {
  static VirtualTime time;
  return time;
}

Emulator* Emulator::get() {
  static Emulator* const emulator = []() -> Emulator* {
    std::string url = environment_or("ELEVATOR_AWS_EMULATOR_URL", "");
    if (url.empty() && environment_or("ELEVATOR_AWS_EMULATOR", "") == "sandbox") {
      static SandboxEmulator sandbox(the_time());
      url = sandbox.url();
    }
    if (url.empty()) url = start_moto();
    if (url.empty()) {
      std::cerr << "SKIPPED the AWS emulator does not start: ELEVATOR_PYTHON needs moto\n";
      return nullptr;
    }
    static Emulator only(url);
    return &only;
  }();
  return emulator;
}

Emulator::Emulator(std::string url) : url_(std::move(url)), http_(net::ClientOptions{}) {}

std::string Emulator::control(const std::string& name, const std::string& body) {
  const auto response =
      http_.send({.method = "POST", .url = url_ + "/_control/" + name, .headers = {}, .body = body},
                 std::chrono::seconds(60));
  CHECK_THAT(response && response->status == 200, "the emulator obeys");
  return response->body;
}

std::string Emulator::get_text(const std::string& name) {
  const auto response =
      http_.send({.method = "GET", .url = url_ + "/_control/" + name, .headers = {}, .body = {}},
                 std::chrono::seconds(60));
  CHECK_THAT(response && response->status == 200, "the emulator answers");
  return response->body;
}

std::map<std::string, std::string> Emulator::seed(const std::string& text) {
  control("reset");
  std::map<std::string, std::string> ids;
  flatten(json::parse(control("seed", text)), "", ids);
  return ids;
}

int Emulator::calls(const std::string& operation) {
  const json::object counters = json::parse(get_text("counters")).as_object();
  const auto* count = counters.if_contains(operation);
  return count == nullptr ? 0 : static_cast<int>(count->as_int64());
}

int Emulator::all_calls() {
  std::int64_t sum = 0;
  const json::object counters = json::parse(get_text("counters")).as_object();
  for (const auto& [name, count] : counters) {
    sum += count.as_int64();
  }
  return static_cast<int>(sum);
}

size_t Emulator::count_in_state(const std::string& text) {
  const json::object state = json::parse(get_text("state")).as_object();
  const std::string live =
      json::serialize(state.at("assignments")) + json::serialize(state.at("memberships"));
  size_t count = 0;
  for (size_t at = live.find(text); at != std::string::npos; at = live.find(text, at + 1)) ++count;
  return count;
}

adapters::aws::Environment Aws::environment(const std::string& url) {
  return {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
          {"AWS_SECRET_ACCESS_KEY", "secret"},
          {"AWS_ENDPOINT_URL", url}};
}

namespace {

std::vector<std::unique_ptr<adapters::aws::CredentialsProvider>> keys(const std::string& url) {
  std::vector<std::unique_ptr<adapters::aws::CredentialsProvider>> providers;
  providers.push_back(
      std::make_unique<adapters::aws::EnvironmentCredentials>(Aws::environment(url)));
  return providers;
}

}  // namespace

Aws::Aws(const std::string& url)
    : http(net::ClientOptions{}),
      credentials(keys(url), time),
      client(adapters::aws::Endpoints("us-east-1", environment(url)),
             {http, credentials, time, time, metrics, log}) {}

}  // namespace elevator::conformance
