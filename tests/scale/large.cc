#include "tests/scale/large.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "base/check.h"

namespace elevator::scale {
namespace {

namespace aws = adapters::aws;
namespace simulated = elevator::sandbox::aws;

constexpr std::string_view kEndpoint = "http://aws.example";

aws::Environment environment() {
  return {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
          {"AWS_SECRET_ACCESS_KEY", "secret"},
          {"AWS_ENDPOINT_URL", std::string(kEndpoint)}};
}

std::vector<std::unique_ptr<aws::CredentialsProvider>> keys() {
  std::vector<std::unique_ptr<aws::CredentialsProvider>> providers;
  providers.push_back(std::make_unique<aws::EnvironmentCredentials>(environment()));
  return providers;
}

size_t pages(size_t entries) { return (entries + 99) / 100; }

FewestCalls fewest_calls(const simulated::World& world) {
  std::map<std::string, std::set<std::string>> accounts_by_set;
  for (const auto& one : world.assignments) {
    accounts_by_set[one.permission_set].insert(one.account);
  }
  FewestCalls fewest;
  fewest.by_person = pages(world.users.size()) + world.users.size();
  for (const auto& set : world.permission_sets) {
    const auto accounts = accounts_by_set.find(set.name);
    const size_t pairs = accounts == accounts_by_set.end() ? 0 : accounts->second.size();
    fewest.by_pair += std::max<size_t>(pages(pairs), 1) + pairs;
  }
  fewest.every_pair = world.accounts.size() * world.permission_sets.size();
  return fewest;
}

bool is_of_identity_center(const net::Request& request) {
  const std::string_view target = request.headers.get("X-Amz-Target");
  return target.starts_with("SWBExternalService") || target.starts_with("AWSIdentityStore");
}

}  // namespace

base::Result<net::Response> Transport::send(const net::Request& request,
                                            std::chrono::milliseconds) {
  time_.wait(latency_);
  {
    const std::lock_guard lock(mutex_);
    if (!arrives(++number_)) return base::unavailable("the connection was cut");
    if (is_of_identity_center(request)) {
      times_.push_back(base::to_unix_milliseconds(time_.now()));
    }
  }
  net::Request received = request;
  const std::string_view rest = std::string_view(request.url).substr(std::string("http://").size());
  const size_t slash = std::min(rest.find('/'), rest.size());
  received.headers.set("Host", std::string(rest.substr(0, slash)));
  received.url = slash == rest.size() ? "/" : std::string(rest.substr(slash));
  net::Reply reply = gateway_.handle(received);
  if (reply.cut) return base::unavailable("the connection was cut", base::Effect::kUnknown);
  return std::move(reply.response);
}

Calls Transport::take() {
  Calls calls;
  calls.by_operation = gateway_.calls();
  calls.throttled = calls.by_operation["throttled"];
  calls.by_operation.erase("throttled");
  gateway_.reset_calls();
  const std::lock_guard lock(mutex_);
  std::sort(times_.begin(), times_.end());
  calls.all = static_cast<int>(times_.size());
  if (!times_.empty()) calls.seconds = double(times_.back() - times_.front()) / 1000;
  size_t first = 0;
  for (size_t last = 0; last < times_.size(); ++last) {
    while (times_[last] - times_[first] >= 1000) ++first;
    calls.most_in_a_second = std::max(calls.most_in_a_second, static_cast<int>(last - first + 1));
  }
  times_.clear();
  return calls;
}

simulated::World Large::world_of(const LargeOptions& options, FewestCalls& fewest) {
  simulated::World world = simulated::large_world(options.scale);
  fewest = fewest_calls(world);
  return world;
}

Large::Large(const LargeOptions& options)
    : aws(time, world_of(options, fewest),
          {.deletion_takes = options.deletion_takes, .page_size = options.page_size}),
      gateway(aws, {.keys = {{"AKIDEXAMPLE", base::Secret("secret")}}}),
      transport(gateway, time, options.latency),
      credentials(keys(), time),
      client(adapters::aws::Endpoints("us-east-1", environment()),
             {transport, credentials, time, time, metrics, log}),
      identity_center(client, {}),
      organization(client, identity_center, snapshots, log,
                   {.scope =
                        [] {
                          return adapters::aws::CatalogueScope{
                              .units = false, .tags = false, .groups = false};
                        },
                    .width = 1}),
      survey(client, identity_center, time,
             {.share = {.per_second = options.share_per_second, .burst = 2}}),
      engine(workflow::Ports{.store = store,
                             .identity_center = identity_center,
                             .organization = organization,
                             .directory = directory,
                             .chat = chat,
                             .audit = audit,
                             .timer = timer,
                             .on_call = on_call,
                             .rules = rules,
                             .clock = time,
                             .log = log,
                             .metrics = metrics},
             workflow::Settings{}) {
  rules.set(R"({"statements":[{"ResourceType":"Account","Resource":"*","PermissionSet":"*",
                               "Approvers":["ann@example.com"]}]})");
  sweep_options.mode = workflow::sweep::Mode::kRemove;
  sweep_options.most_removals = 1000;
  sweep_options.most_percent = 100;
  sweep_options.walk.width = 1;
  CHECK_THAT(organization.refresh().has_value(), "the catalogue can be read");
  transport.take();
}

base::Result<workflow::sweep::Outcome> Large::sweep(workflow::sweep::Purpose purpose,
                                                    base::Milliseconds limit) {
  workflow::sweep::Sweep one({.engine = engine, .listings = {survey, survey}, .foreign = nullptr},
                             sweep_options);
  return one.run(purpose, time.now() + limit);
}

void Large::sweep_until_all_are_warned() {
  const auto some_are_not = [this] {
    const auto row = store.named(workflow::sweep::kRow);
    const auto state = workflow::sweep::decode((*row)->value);
    return std::ranges::any_of(state->seen,
                               [](const auto& one) { return one.warned == base::TimePoint{}; });
  };
  for (int i = 0; i < 20 && some_are_not(); ++i) {
    later(base::hours(2));
    CHECK_THAT(sweep().has_value(), "a sweep of a test works");
  }
}

void Large::later(base::Milliseconds passed) {
  time.wait(passed);
  CHECK_THAT(organization.refresh().has_value(), "the catalogue can be read");
  transport.take();
}

void Large::pass(base::Milliseconds length) {
  const base::TimePoint end = time.now() + length;
  while (time.now() < end) {
    engine.reconcile();
    const auto next = store.next_due();
    base::TimePoint to = end;
    if (next && *next) to = std::min(std::max(**next, time.now() + base::Milliseconds(250)), end);
    if (to > time.now()) time.set(to);
  }
}

void Large::settle() {
  while (true) {
    engine.reconcile();
    const auto next = store.next_due();
    const bool is_near = next && *next && **next < time.now() + base::hours(1);
    if (!is_near) return;
    time.set(std::max(**next, time.now() + base::Milliseconds(250)));
  }
}

size_t Large::assignments(simulated::PrincipalType type) {
  const auto all = aws.snapshot(0).assignments;
  return static_cast<size_t>(std::count_if(
      all.begin(), all.end(), [&](const auto& one) { return one.principal_type == type; }));
}
size_t Large::assignments_of_users() { return assignments(simulated::PrincipalType::kUser); }
size_t Large::assignments_of_groups() { return assignments(simulated::PrincipalType::kGroup); }

double memory_mib(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != name + ":") continue;
    double kibibytes = 0;
    status >> kibibytes;
    return kibibytes / 1024;
  }
  return 0;
}

}  // namespace elevator::scale
