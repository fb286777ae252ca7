#include "main/serve/serve.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <fstream>
#include <iterator>
#include <mutex>

#include "adapters/aws/endpoints.h"
#include "adapters/telemetry/json_logger.h"
#include "main/hooks/control.h"
#include "main/hooks/loopback.h"
#include "main/serve/program.h"
#include "main/serve/stop_signal.h"
#include "net/process.h"

namespace elevator::serve {
namespace {

// A core dump would hold tokens and keys (I9).
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__)  // the leak checker has to look into this process
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

base::Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::invalid("cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Waits in real time, until the end of the program.
class SleepingWaiter final : public adapters::aws::Waiter {
 public:
  void wait(base::Milliseconds time) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [this] { return ended_; });
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
};

// Waiting moves the virtual time instead of taking any.
class ClockMovingWaiter final : public adapters::aws::Waiter {
 public:
  explicit ClockMovingWaiter(hooks::VirtualClock& clock) : clock_(clock) {}
  void wait(base::Milliseconds time) override { clock_.advance(time); }

 private:
  hooks::VirtualClock& clock_;
};

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

// The hooks: a clock that is set, and a descriptor to set it by. Empty without the hidden flag.
struct Hooked {
  hooks::VirtualClock clock{base::SystemClock().now()};
  hooks::CallGate gate;
  ClockMovingWaiter waiter{clock};
  std::unique_ptr<hooks::Control> control;
};

// A setting that does nothing must not look as if it did.
void warn_of_settings_without_effect(const settings::Settings& settings, base::Logger& log) {
  if (settings.without_effect.empty()) return;
  log.warning("settings_without_effect",
              {{"settings", fmt::format("{}", fmt::join(settings.without_effect, ", "))},
               {"detail", "this version does not act on them yet; see docs/settings.md"}});
}

// The hooked program ends like any other: by a signal.
void serve_hooks(Hooked& hooked, Program& program) {
  hooked.control->start({.time_changed = [&] { program.nudge(); },
                         .settle = [&] { return program.settle(); },
                         .closed = [] { ::kill(::getpid(), SIGTERM); }});
}

int run(const Start& start, std::ostream& out, std::ostream& err) {
  base::SystemClock system_clock;
  SleepingWaiter sleeping;
  Hooked hooked;
  const bool is_hooked = start.arguments.hooks_descriptor.has_value();
  if (is_hooked) {
    hooked.control = std::make_unique<hooks::Control>(*start.arguments.hooks_descriptor,
                                                      hooked.clock, hooked.gate);
    if (!hooked.control->wait_for_run()) return 1;
  }
  base::Clock& clock = is_hooked ? static_cast<base::Clock&>(hooked.clock) : system_clock;
  adapters::aws::Waiter& waiter =
      is_hooked ? static_cast<adapters::aws::Waiter&>(hooked.waiter) : sleeping;
  adapters::telemetry::JsonLogger log(start.settings.log_level, clock);
  StopSignal stop(log);
  warn_of_settings_without_effect(start.settings, log);
  adapters::telemetry::Prometheus metrics;
  Readiness readiness(clock);
  auto graph = Graph::build({.settings = start.settings,
                             .environment = start.environment,
                             .state_folder = start.arguments.state_folder,
                             .region = start.region,
                             .clock = clock,
                             .waiter = waiter,
                             .gate = hooked.gate,
                             .readiness = readiness,
                             .log = log,
                             .metrics = metrics});
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
  const auto arguments = parse_arguments(words);
  if (!arguments) {
    err << "sso-elevator serve: " << arguments.error().message << "\n";
    return 2;
  }
  if (arguments->help) {
    out << usage();
    return 0;
  }
  const auto start = prepare(*arguments);
  if (!start) {
    err << "sso-elevator serve: these settings do not work:\n" << start.error().message << "\n";
    return 2;
  }
  forbid_core_dumps();
  // A limit on the size of files is one more full disk, not a reason to die.
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
  net::ignore_sigpipe();
  net::configure_name_lookup();
  return run(*start, out, err);
}

}  // namespace elevator::serve
