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

#include "adapters/telemetry/json_logger.h"
#include "adapters/telemetry/prometheus.h"
#include "entry/http/router.h"
#include "main/hooks/control.h"
#include "main/hooks/loopback.h"
#include "main/serve/arguments.h"
#include "main/serve/graph.h"
#include "main/serve/housekeeping.h"
#include "main/serve/in_flight.h"
#include "main/serve/reconciler.h"
#include "main/serve/worker.h"
#include "net/process.h"
#include "net/server.h"

namespace elevator::serve {
namespace {

constexpr base::Milliseconds kGrace = base::Seconds(10);
constexpr base::Milliseconds kRulesEvery = base::Seconds(30);
constexpr base::Milliseconds kListingsEvery = base::minutes(5);
constexpr base::Milliseconds kAfterFailure = base::Seconds(30);
constexpr int kMostSettleRounds = 500;

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

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// What was asked for, checked.
struct Start {
  Arguments arguments;
  settings::Environment environment;
  settings::Settings settings;
};

base::Result<Start> prepare(const Arguments& arguments) {
  Start start{.arguments = arguments, .environment = settings::environment_of_process()};
  std::optional<std::string> file;
  if (!arguments.config_file.empty()) {
    TRY(file, read_text(arguments.config_file));
  }
  TRY(start.settings, settings::load(start.environment, file));
  TRY_VOID(settings::check_serve(start.settings));
  if (arguments.hooks_descriptor) {
    TRY_VOID(hooks::require_loopback(arguments.listen_address, start.settings.slack_api_url,
                                     start.environment));
  }
  return start;
}

// The running program: the graph, its threads, its server.
class Program {
 public:
  Program(const Start& start, Graph& graph, base::Clock& clock, base::Logger& log,
          adapters::telemetry::Prometheus& metrics)
      : start_(start),
        graph_(graph),
        clock_(clock),
        log_(log),
        metrics_(metrics),
        slack_(graph.application(), {start.settings.slack_signing_secret}),
        router_(slack_, {.ready = [this] { return ready(); },
                         .metrics = [this] { return metrics_.text(); }}),
        keeping_(clock, log, metrics),
        listing_(clock, log, metrics),
        reconciler_({.name = "reconciler",
                     .at_least_every = start.settings.reconcile_interval,
                     .only_when_nudged = start.arguments.hooks_descriptor.has_value()},
                    clock, log, [this] { return reconcile_once(graph_.engine()); }),
        keeper_({.name = "keeper",
                 .at_least_every = kRulesEvery,
                 .only_when_nudged = start.arguments.hooks_descriptor.has_value()},
                clock, log, [this] { return keeping_.run(); }),
        lister_({.name = "lister",
                 .at_least_every = kListingsEvery,
                 .only_when_nudged = start.arguments.hooks_descriptor.has_value()},
                clock, log, [this] { return listing_.run(); }) {}

  base::Status begin() {
    keeping_.add(
        {"rules", kRulesEvery, kAfterFailure, [this] { return graph_.rulebook().refresh(); }});
    keeping_.add({"checkpoint", base::minutes(1), kAfterFailure, [this]() -> base::Status {
                    TRY(const auto next, graph_.checkpoints().run());
                    static_cast<void>(next);
                    return {};
                  }});
    listing_.add(
        {"listings", kListingsEvery, kAfterFailure, [this] { return graph_.refresh_listings(); }});
    // The rules come first: with them the first click finds its answer.
    keeping_.run();
    TRY(server_,
        net::Server::start(
            {.address = start_.arguments.listen_address, .port = start_.arguments.listen_port},
            [this](const net::Request& request, const net::PeerInfo&) { return handle(request); },
            log_));
    reconciler_.start();
    keeper_.start();
    lister_.start();
    return {};
  }

  std::string url() const { return server_->url(); }

  void nudge() {
    reconciler_.nudge();
    keeper_.nudge();
    lister_.nudge();
  }

  // Everything that is due now is done; answers when the next row is due.
  base::Result<std::optional<base::TimePoint>> settle() {
    for (int round = 0; round < kMostSettleRounds; ++round) {
      after_.wait_until_none();
      lister_.run_now();
      keeper_.run_now();
      const auto next = reconciler_.run_now();
      if (!next || *next > clock_.now()) return next;
    }
    return base::internal("rows stay due whatever is done");
  }

  // Answers in flight are finished; rows keep what is not done.
  void end() {
    server_->stop(kGrace);
    // Whoever waits for AWS now would only delay the end: the rows know where to go on.
    graph_.cancel_calls();
    reconciler_.stop();
    keeper_.stop();
    lister_.stop();
  }

 private:
  net::Reply handle(const net::Request& request) {
    net::Reply reply = router_.handle(request);
    if (!reply.after) return reply;
    reply.after = after_.counted([this, work = std::move(reply.after)] {
      work();
      // What was started may be due again before the reconciler would look.
      reconciler_.nudge();
    });
    return reply;
  }

  base::Status ready() {
    TRY_VOID(graph_.engine().ports().store.check_writable());
    TRY(const auto rules, graph_.rulebook().current());
    static_cast<void>(rules);
    return {};
  }

  const Start& start_;
  Graph& graph_;
  base::Clock& clock_;
  base::Logger& log_;
  adapters::telemetry::Prometheus& metrics_;
  entry::SlackEvents slack_;
  entry::Router router_;
  InFlight after_;
  Housekeeping keeping_;
  Housekeeping listing_;
  Worker reconciler_;
  Worker keeper_;
  Worker lister_;
  std::unique_ptr<net::Server> server_;
};

// The hooks: a clock that is set, and a descriptor to set it by. Empty without the hidden flag.
struct Hooked {
  hooks::VirtualClock clock{base::SystemClock().now()};
  hooks::CallGate gate;
  ClockMovingWaiter waiter{clock};
  std::unique_ptr<hooks::Control> control;
};

int wait_for_the_end(Program& program, SleepingWaiter& waiter, const sigset_t& signals,
                     base::Logger& log) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  log.info("stopping", {{"signal", signal}});
  waiter.end();
  program.end();
  log.info("stopped");
  return 0;
}

// A setting that does nothing must not look as if it did.
void warn_of_settings_without_effect(const settings::Settings& settings, base::Logger& log) {
  if (settings.without_effect.empty()) return;
  log.warning("settings_without_effect",
              {{"settings", fmt::format("{}", fmt::join(settings.without_effect, ", "))},
               {"detail", "this version does not act on them yet; see docs/settings.md"}});
}

int run(const Start& start, std::ostream& out, std::ostream& err) {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread: sigwait takes them
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
  warn_of_settings_without_effect(start.settings, log);
  adapters::telemetry::Prometheus metrics;
  auto graph = Graph::build({.settings = start.settings,
                             .environment = start.environment,
                             .state_folder = start.arguments.state_folder,
                             .clock = clock,
                             .waiter = waiter,
                             .gate = hooked.gate,
                             .log = log,
                             .metrics = metrics});
  if (!graph) {
    err << "sso-elevator serve: " << graph.error().message << "\n";
    return 1;
  }
  Program program(start, **graph, clock, log, metrics);
  if (const auto begun = program.begin(); !begun) {
    err << "sso-elevator serve: " << begun.error().message << "\n";
    return 1;
  }
  if (is_hooked) {
    hooked.control->start({.time_changed = [&] { program.nudge(); },
                           .settle = [&] { return program.settle(); },
                           .closed = [] { ::kill(::getpid(), SIGTERM); }});
  }
  out << "listening on " << program.url() << std::endl;
  const int code = wait_for_the_end(program, sleeping, signals, log);
  if (hooked.control) hooked.control->stop();
  return code;
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
  net::ignore_sigpipe();
  net::configure_name_lookup();
  return run(*start, out, err);
}

}  // namespace elevator::serve
