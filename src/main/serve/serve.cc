#include "main/serve/serve.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "adapters/aws/endpoints.h"
#include "adapters/telemetry/json_logger.h"
#include "main/hooks/hooked.h"
#include "main/hooks/loopback.h"
#include "main/process.h"
#include "main/serve/program.h"
#include "main/serve/state_lock.h"
#include "main/serve/stop_signal.h"

namespace elevator::serve {
namespace {

base::Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::invalid("cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Everything that is missing, at once.
base::Status check_all(const base::Status& settings, bool has_region) {
  if (has_region) return settings;
  std::string problems = settings ? "" : settings.error().message + "\n";
  return base::invalid(problems + std::string(adapters::aws::kNoRegion));
}

base::Result<Start> prepare(const Arguments& arguments) {
  Start start{.arguments = arguments, .environment = settings::environment_of_process()};
  std::optional<std::string> file;
  if (!arguments.config_file.empty()) {
    TRY(file, read_text(arguments.config_file));
  }
  TRY(start.settings, settings::load(start.environment, file));
  const auto region = adapters::aws::configured_region(start.environment);
  TRY_VOID(check_all(settings::check_serve(start.settings), region.has_value()));
  start.region = *region;
  if (arguments.hooks_descriptor) {
    TRY_VOID(hooks::require_loopback(arguments.listen_address, start.settings.slack_api_url,
                                     start.environment));
  }
  return start;
}

// A setting that does nothing must not look as if it did.
void warn_of_settings_without_effect(const settings::Settings& settings, base::Logger& log) {
  if (settings.without_effect.empty()) return;
  log.warning("settings_without_effect",
              {{"settings", fmt::format("{}", fmt::join(settings.without_effect, ", "))},
               {"detail", "they have no effect here; see docs/settings.md"}});
}

// The hooked program ends like any other: by a signal.
void serve_hooks(hooks::Hooked& hooked, Program& program) {
  hooked.control->start({.time_changed = [&] { program.nudge(); },
                         .settle = [&] { return program.settle(); },
                         .closed = [] { ::kill(::getpid(), SIGTERM); }});
}

int run(const Start& start, std::ostream& out, std::ostream& err) {
  base::SystemClock system_clock;
  adapters::aws::SleepingWaiter sleeping;
  hooks::Hooked hooked;
  const bool is_hooked = start.arguments.hooks_descriptor.has_value();
  if (is_hooked) {
    if (!hooked.obey(*start.arguments.hooks_descriptor)) return 1;
  }
  base::Clock& clock = is_hooked ? static_cast<base::Clock&>(hooked.clock) : system_clock;
  adapters::aws::Waiter& waiter =
      is_hooked ? static_cast<adapters::aws::Waiter&>(hooked.waiter) : sleeping;
  adapters::telemetry::JsonLogger log(start.settings.log_level, clock);
  StopSignal stop(log);
  warn_of_settings_without_effect(start.settings, log);
  adapters::telemetry::Prometheus metrics;
  Readiness readiness(clock);
  const auto lock = StateLock::take(start.arguments.state_folder, log);
  if (!lock) {
    err << "sso-elevator serve: not started:\n  state: " << lock.error().message << "\n";
    return 1;
  }
  auto graph = Graph::build({.settings = start.settings,
                             .environment = start.environment,
                             .keep = keep_in_folder(start.arguments.state_folder, clock),
                             .region = start.region,
                             .clock = clock,
                             .waiter = waiter,
                             .gate = hooked.gate,
                             .readiness = readiness,
                             .log = log,
                             .metrics = metrics,
                             .audit_is_delivered_apart = true});
  if (!graph) {
    err << "sso-elevator serve: not started:\n  state: " << graph.error().message << "\n";
    return 1;
  }
  const auto cancel = [&] {
    (*graph)->cancel_calls();
    sleeping.end();
  };
  stop.hurry_with(cancel);
  Program program({start, **graph, clock, log, metrics, readiness});
  const std::string reasons = program.check();
  stop.hurry_with({});  // from here on nothing waits for anybody
  if (stop.came()) return 0;
  if (!reasons.empty()) {
    err << "sso-elevator serve: not started:\n" << reasons;
    return 1;
  }
  if (const auto begun = program.begin(); !begun) {
    err << "sso-elevator serve: " << begun.error().message << "\n";
    return 1;
  }
  if (is_hooked) serve_hooks(hooked, program);
  out << "listening on " << program.url() << '\n' << std::flush;
  stop.wait();
  program.end(cancel);
  log.info("stopped");
  if (hooked.control) hooked.control->stop();
  return 0;
}

}  // namespace

int run_serve(std::span<const std::string> words, std::ostream& out, std::ostream& err) {
  const auto parsed = parse_arguments(words);
  if (const auto* stop = std::get_if<entry::Stop>(&parsed)) return stop->print(out, err);
  const auto start = prepare(std::get<Arguments>(parsed));
  if (!start) {
    err << "sso-elevator serve: these settings do not work:\n" << start.error().message << "\n";
    return 2;
  }
  prepare_process();
  return run(*start, out, err);
}

}  // namespace elevator::serve
