#include "main/lambda/lambda.h"

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <ostream>

#include "adapters/aws/endpoints.h"
#include "adapters/telemetry/json_logger.h"
#include "main/hooks/hooked.h"
#include "main/hooks/loopback.h"
#include "main/lambda/aws_keeping.h"
#include "main/lambda/function.h"
#include "main/process.h"
#include "main/version.h"

namespace elevator::lambda {
namespace {

constexpr const char* kRuntimeApi = "AWS_LAMBDA_RUNTIME_API";
constexpr const char* kHooksFlag = "--test-hooks-fd";

struct Start {
  settings::Environment environment;
  std::string runtime_api;
  std::optional<int> hooks_descriptor;
  settings::Function function = settings::Function::kRequester;
  settings::Settings settings;
  std::string region;
};

std::string value_of(const settings::Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

base::Result<std::optional<int>> hooks_descriptor(std::span<const std::string> words) {
  if (words.empty()) return std::optional<int>();
  int descriptor = -1;
  if (words.size() == 2 && words[0] == kHooksFlag) {
    const std::string& text = words[1];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), descriptor);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (whole && descriptor >= 0) return std::optional(descriptor);
  }
  return base::invalid("a function on AWS Lambda takes no arguments");
}

base::Status read_settings(std::span<const std::string> words, Start& start) {
  TRY(start.hooks_descriptor, hooks_descriptor(words));
  TRY(start.function, settings::parse_function(value_of(start.environment, "_HANDLER")));
  TRY(start.settings, settings::load(start.environment, std::nullopt));
  TRY_VOID(settings::check_function(start.settings, start.function));
  const auto region = adapters::aws::configured_region(start.environment);
  if (!region) return base::invalid(std::string(adapters::aws::kNoRegion));
  start.region = *region;
  if (!start.hooks_descriptor) return {};
  return hooks::require_loopback("127.0.0.1", start.settings.slack_api_url, start.environment);
}

std::unique_ptr<Function> make_function(settings::Function function, const World& world) {
  switch (function) {
    case settings::Function::kRequester:
      return make_requester(world);
    case settings::Function::kRevoker:
      return make_revoker(world);
    case settings::Function::kAttributeSyncer:
      return make_attribute_syncer(world);
  }
  return nullptr;
}

// The connection to the Runtime API stands for as long as the process lives, frozen or not.
net::ClientOptions runtime_client() {
  net::ClientOptions options;
  options.idle_limit = base::hours(24);
  return options;
}

class Process {
 public:
  Process(const Start& start, adapters::telemetry::JsonLogger& log) : start_(start), log_(log) {}

  base::Error run(hooks::Hooked& hooked, base::Clock& clock, adapters::aws::Waiter& waiter);

 private:
  void begin(const entry::lambda::Invocation& invocation);

  const Start& start_;
  adapters::telemetry::JsonLogger& log_;
  InvocationTime time_;
  Gauges gauges_;
};

// Lines of one invocation are found by its id, and beside what else its caller did by the trace.
void Process::begin(const entry::lambda::Invocation& invocation) {
  time_.begin(invocation.deadline);
  if (invocation.trace_id.empty()) {
    log_.end_lines_with({{"invocation", invocation.id}});
  } else {
    log_.end_lines_with({{"invocation", invocation.id}, {"trace_id", invocation.trace_id}});
  }
}

base::Error Process::run(hooks::Hooked& hooked, base::Clock& clock, adapters::aws::Waiter& waiter) {
  net::Client http(runtime_client());
  entry::lambda::Runtime runtime(http, start_.runtime_api, log_);
  const auto give_up = [&](base::Error error) {
    log_.error("not_started", {{"error", error.message}});
    if (const auto told = runtime.fail_start(error); !told) {
      log_.error("runtime_api_failed", {{"error", told.error().message}});
    }
    return error;
  };
  TimedWaiter timed_waiter(waiter, clock, time_);
  serve::Readiness readiness(clock);
  auto graph = serve::Graph::build({.settings = start_.settings,
                                    .environment = start_.environment,
                                    .keep = keep_at_aws(start_.function, clock),
                                    .region = start_.region,
                                    .clock = clock,
                                    .waiter = timed_waiter,
                                    .gate = hooked.gate,
                                    .readiness = readiness,
                                    .log = log_,
                                    .metrics = gauges_,
                                    .out_of_time_at = [this] { return time_.until(); }});
  if (!graph) return give_up(std::move(graph).error());
  const auto function = make_function(start_.function, {.settings = start_.settings,
                                                        .graph = **graph,
                                                        .readiness = readiness,
                                                        .gauges = gauges_,
                                                        .time = time_,
                                                        .waiter = timed_waiter,
                                                        .clock = clock,
                                                        .log = log_});
  if (auto started = function->start(); !started) return give_up(std::move(started).error());
  log_.info("started", {{"version", version()},
                        {"handler", value_of(start_.environment, "_HANDLER")},
                        {"region", start_.region}});
  return runtime.serve([&](const entry::lambda::Invocation& invocation) {
    begin(invocation);
    return function->handle(invocation);
  });
}

int run(const Start& start, adapters::telemetry::JsonLogger& log, base::Clock& clock,
        hooks::Hooked& hooked) {
  adapters::aws::SleepingWaiter sleeping;
  const bool is_hooked = start.hooks_descriptor.has_value();
  if (is_hooked) {
    hooked.control->start({.time_changed = [] {},
                           .settle = [] { return std::optional<base::TimePoint>(); },
                           .closed = [] { ::kill(::getpid(), SIGTERM); }});
  }
  adapters::aws::Waiter& waiter =
      is_hooked ? static_cast<adapters::aws::Waiter&>(hooked.waiter) : sleeping;
  const auto error = Process(start, log).run(hooked, clock, waiter);
  log.error("stopped", {{"error", error.message}});
  if (hooked.control) hooked.control->stop();
  return 1;
}

// Who installs it reads this in the function's log, and in Lambda's answer.
int refuse(const Start& start, const base::Error& error, base::Logger& log) {
  log.error("settings_refused", {{"error", error.message}});
  if (start.runtime_api.empty()) return 1;
  net::Client http(runtime_client());
  entry::lambda::Runtime runtime(http, start.runtime_api, log);
  static_cast<void>(runtime.fail_start(error));
  return 1;
}

}  // namespace

bool is_lambda(const std::string& program) {
  const auto environment = settings::environment_of_process();
  const std::string name = program.substr(program.rfind('/') + 1);
  return environment.contains(kRuntimeApi) || name == "bootstrap";
}

int run_lambda(std::span<const std::string> words, std::ostream& err) {
  prepare_process();
  Start start{.environment = settings::environment_of_process()};
  start.runtime_api = value_of(start.environment, kRuntimeApi);
  if (start.runtime_api.empty()) {
    err << "bootstrap: " << kRuntimeApi
        << " is not set: this is the program as a function on AWS Lambda, which starts it\n";
    return 2;
  }
  const auto read = read_settings(words, start);
  base::SystemClock system_clock;
  hooks::Hooked hooked;
  base::Clock& clock =
      start.hooks_descriptor ? static_cast<base::Clock&>(hooked.clock) : system_clock;
  adapters::telemetry::JsonLogger log(start.settings.log_level, clock);
  if (!read) return refuse(start, read.error(), log);
  if (start.hooks_descriptor && !hooked.obey(*start.hooks_descriptor)) return 1;
  return run(start, log, clock, hooked);
}

}  // namespace elevator::lambda
