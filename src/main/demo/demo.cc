#include "main/demo/demo.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "adapters/telemetry/json_logger.h"
#include "entry/cli/policy_command.h"
#include "main/demo/arguments.h"
#include "main/demo/site.h"
#include "net/process.h"

namespace elevator::demo {
namespace {

namespace files = std::filesystem;

constexpr base::Seconds kGrace{2};

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// A folder that is gone when the demo ends, unless one was named.
class StateFolder {
 public:
  static base::Result<std::unique_ptr<StateFolder>> make(const std::string& named) {
    auto folder = std::make_unique<StateFolder>();
    if (!named.empty()) {
      folder->path_ = files::absolute(named).string();
      return folder;
    }
    const char* temporary = std::getenv("TMPDIR");
    folder->path_ =
        std::string(temporary != nullptr ? temporary : "/tmp") + "/sso-elevator-demo-XXXXXX";
    if (::mkdtemp(folder->path_.data()) == nullptr) {
      return base::invalid("cannot make a temporary folder; name one with --state");
    }
    folder->is_temporary_ = true;
    return folder;
  }
  StateFolder() = default;
  ~StateFolder() {
    std::error_code error;
    if (is_temporary_) files::remove_all(path_, error);
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool is_temporary_ = false;
};

// The cast, with what the rules under rehearsal name; 2 when they have mistakes.
int cast_of(const Arguments& arguments, Cast& cast, std::ostream& out, std::ostream& err) {
  cast = demo_cast(arguments.accounts);
  if (arguments.rules_file.empty()) return 0;
  const std::vector<std::string> check{"check", arguments.rules_file};
  const int verdict = entry::run_policy(check, std::cin, out, err);
  if (verdict != 0) return verdict;
  std::ifstream file(arguments.rules_file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto parsed = policy::parse_rules(text);
  if (parsed) add_named_by(parsed->rules, cast);
  return 0;
}

net::ServerOptions local_server() {
  return {.handler_threads = 4, .after_threads = 1, .slow_threads = 1};
}

// The servers in front of the world that there is now. They stay when it is replaced.
class Servers {
 public:
  explicit Servers(base::Logger& log) : log_(log) {}

  base::Status open_surroundings(const std::function<std::shared_ptr<World>()>& world) {
    TRY(aws_, net::Server::start(
                  local_server(),
                  [world](const net::Request& request, const net::PeerInfo&) {
                    return world()->surroundings.handle_aws(request);
                  },
                  log_));
    TRY(slack_, net::Server::start(
                    local_server(),
                    [world](const net::Request& request, const net::PeerInfo&) {
                      return world()->surroundings.handle_slack(request);
                    },
                    log_));
    return {};
  }

  base::Status open_page(const Arguments& arguments, Site& site) {
    const auto handle = [&site](const net::Request& request, const net::PeerInfo&) {
      return site.handle(request);
    };
    net::ServerOptions options{.address = arguments.address,
                               .port = arguments.port.value_or(kUsualPort)};
    auto started = net::Server::start(options, handle, log_);
    if (!started && !arguments.port) {
      options.port = 0;
      started = net::Server::start(options, handle, log_);
    }
    TRY(page_, std::move(started));
    return {};
  }

  void close() {
    for (auto* server : {page_.get(), slack_.get(), aws_.get()}) {
      if (server != nullptr) server->stop(kGrace);
    }
  }

  std::string aws_url() const { return aws_->url(); }
  std::string slack_url() const { return slack_->url(); }
  std::string page_url() const { return page_->url(); }

 private:
  base::Logger& log_;
  std::unique_ptr<net::Server> aws_;
  std::unique_ptr<net::Server> slack_;
  std::unique_ptr<net::Server> page_;
};

void say_where(std::ostream& out, const std::string& url, const Arguments& arguments,
               const std::string& folder) {
  out << "demo: " << url << "/\n";
  out << "  rules  "
      << (arguments.rules_file.empty() ? folder + "/rules.json" : arguments.rules_file)
      << " (read again when you change it)\n";
  out << "  state  " << folder << "\n";
  out << "  Ctrl-C ends it\n" << std::flush;
}

int run(const Arguments& arguments, Cast cast, std::ostream& out, std::ostream& err) {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread: sigwait takes them
  const auto failed = [&](const base::Error& error) {
    err << "sso-elevator demo: " << error.message << "\n";
    return 1;
  };
  const auto folder = StateFolder::make(arguments.state_folder);
  if (!folder) return failed(folder.error());
  const base::SystemClock real;
  DemoClock clock(real, real.now());
  Changes changes;
  adapters::telemetry::JsonLogger log(base::LogLevel::kWarning, real);
  net::Client http({});
  const Credentials credentials = Credentials::fresh();
  Servers servers(log);
  std::unique_ptr<Driver> driver;
  if (const auto opened = servers.open_surroundings([&driver] { return driver->world(); });
      !opened) {
    return failed(opened.error());
  }
  driver = std::make_unique<Driver>(
      Driver::Options{.cast = std::move(cast),
                      .rules_file = arguments.rules_file.empty()
                                        ? ""
                                        : files::absolute(arguments.rules_file).string(),
                      .folder = (*folder)->path(),
                      .start = arguments.start,
                      .aws_url = servers.aws_url(),
                      .slack_url = servers.slack_url()},
      Driver::Dependencies{real, clock, changes, http, credentials});
  if (const auto started = driver->start(); !started) return failed(started.error());
  Site site(*driver, clock, changes,
            arguments.address.starts_with("127.") || arguments.address == "::1" ||
                arguments.address == "localhost");
  const auto opened = servers.open_page(arguments, site);
  if (opened) {
    say_where(out, servers.page_url(), arguments, driver->world()->folder);
    int signal = 0;
    while (sigwait(&signals, &signal) != 0) {
    }
  }
  site.close();
  driver->stop();
  servers.close();
  return opened ? 0 : failed(opened.error());
}

}  // namespace

int run_demo(std::span<const std::string> words, std::ostream& out, std::ostream& err) {
  const auto parsed = parse_arguments(words);
  if (const auto* stop = std::get_if<entry::Stop>(&parsed)) return stop->print(out, err);
  const auto& arguments = std::get<Arguments>(parsed);
  Cast cast;
  if (const int verdict = cast_of(arguments, cast, out, err); verdict != 0) return verdict;
  net::ignore_sigpipe();
  net::configure_name_lookup();
  return run(arguments, std::move(cast), out, err);
}

}  // namespace elevator::demo
