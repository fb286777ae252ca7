#include "main/demo/driver.h"

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

namespace elevator::demo {
namespace {

namespace files = std::filesystem;

constexpr base::Milliseconds kTick{1000};
constexpr base::Milliseconds kUntilRestart{2000};
constexpr base::Seconds kStopPatience{10};
constexpr size_t kLogLines = 50;
constexpr int kMostSteps = 2000;

std::string own_folder(const std::string& base) {
  int number = 1;
  while (files::exists(base + "/" + std::to_string(number))) ++number;
  return base + "/" + std::to_string(number);
}

base::Status write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return base::invalid("cannot write " + path);
  return {};
}

}  // namespace

Driver::Driver(Options options, const Dependencies& dependencies)
    : options_(std::move(options)), world_of_(dependencies) {}

base::Status Driver::start() {
  TRY_VOID(make_world());
  if (const auto started = start_child(); !started) {
    std::string said;
    const std::lock_guard lock(mutex_);
    for (const std::string& line : log_) said += "\n  " + line;
    return base::internal(started.error().message + "; it said:" + said);
  }
  thread_ = std::jthread([this] { loop(); });
  return {};
}

void Driver::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (const auto running = take_child()) running->stop(kStopPatience);
  const std::lock_guard lock(mutex_);
  work_.clear();  // whoever waits for it is told by the broken promise
}

// It must not be destroyed under the lock: its last words are heard first.
std::shared_ptr<Child> Driver::take_child() {
  const std::lock_guard lock(mutex_);
  return std::exchange(child_, nullptr);
}

std::shared_ptr<World> Driver::world() const {
  const std::lock_guard lock(mutex_);
  return world_;
}

std::shared_ptr<Child> Driver::child() const {
  const std::lock_guard lock(mutex_);
  return child_;
}

std::optional<base::TimePoint> Driver::next_deadline() const {
  const auto now = world_of_.clock.now();
  std::optional<base::TimePoint> next;
  for (const auto& [access, end] : world()->trail.ends()) {
    if (end > now && (!next || end < *next)) next = end;
  }
  return next;
}

base::Status Driver::perform(std::function<base::Status()> work) {
  Work task(std::move(work));
  auto done = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return base::unavailable("The demo is ending.");
    work_.push_back(std::move(task));
  }
  woken_.notify_all();
  try {
    return done.get();
  } catch (const std::future_error&) {
    return base::unavailable("The demo is ending.");
  }
}

base::Status Driver::move_clock_to(base::TimePoint time) {
  return perform([this, time] { return walk_to(time); });
}

base::Status Driver::reset() {
  return perform([this]() -> base::Status {
    take_child().reset();
    {
      const std::lock_guard lock(mutex_);
      restarts_ = 0;
      log_.clear();
    }
    TRY_VOID(make_world());
    return start_child();
  });
}

void Driver::kill() {
  if (const auto running = child()) running->kill();
}

void Driver::loop() {
  for (;;) {
    std::deque<Work> work;
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, kTick, [this] { return stopping_ || nudged_ || !work_.empty(); });
      if (stopping_) return;
      nudged_ = false;
      work.swap(work_);
    }
    for (Work& one : work) one();
    if (child()) {
      settle();
    } else if (world_of_.real.now() >= restart_at_) {
      const auto started = start_child();
      const std::lock_guard lock(mutex_);
      restarts_ += started ? 1 : 0;
    }
  }
}

base::Status Driver::make_world() {
  if (options_.start) {
    world_of_.clock.restart_at(*options_.start);
  } else {
    world_of_.clock.restart_at(world_of_.real.now());
  }
  const std::string folder = own_folder(options_.folder);
  std::error_code error;
  files::create_directories(folder, error);
  if (error) return base::invalid("cannot make the folder " + folder + ": " + error.message());
  auto made = std::make_shared<World>(
      folder, options_.cast,
      Surroundings::Dependencies{.clock = world_of_.clock,
                                 .http = world_of_.http,
                                 .credentials = world_of_.credentials,
                                 .slack_url = options_.slack_url,
                                 .changed = [this] { world_of_.changes.add(); }});
  if (options_.rules_file.empty()) {
    TRY_VOID(write_text(folder + "/rules.json", demo_rules(made->surroundings.group_ids())));
  }
  const std::lock_guard lock(mutex_);
  world_ = std::move(made);
  return {};
}

Child::Options Driver::child_options() const {
  const std::string folder = world()->folder;
  const Credentials& credentials = world_of_.credentials;
  std::map<std::string, std::string> environment{
      {"PATH", "/usr/bin:/bin"},
      {"HOME", folder},
      {"AWS_ENDPOINT_URL", options_.aws_url},
      {"AWS_REGION", kRegion},
      {"AWS_ACCESS_KEY_ID", credentials.access_key_id},
      {"AWS_SECRET_ACCESS_KEY", std::string(credentials.secret_access_key.reveal())},
      {"SLACK_API_URL", options_.slack_url + "/api"},
      {"SLACK_BOT_TOKEN", std::string(credentials.bot_token.reveal())},
      {"SLACK_SIGNING_SECRET", std::string(credentials.signing_secret.reveal())},
      {"SLACK_CHANNEL_ID", kChannel},
      {"RULES_FILE", options_.rules_file.empty() ? folder + "/rules.json" : options_.rules_file},
      {"AWS_ACCESS_PORTAL_URL", "https://example.awsapps.com/start"},
      {"SECURITY_PEOPLE", R"(["sam@example.com"])"},
      // The story is about requests, and its time jumps: a digest would come out of the blue.
      {"SWEEP_MODE", "off"}};
  if (const char* options = std::getenv("ASAN_OPTIONS")) environment["ASAN_OPTIONS"] = options;
  return {.words = {"serve", "--listen", "127.0.0.1:0", "--state", folder},
          .environment = std::move(environment)};
}

base::Status Driver::start_child() {
  set_state(State::kStarting);
  Child::Options options = child_options();
  options.said = [this](const std::optional<std::string>& line) { hear(line); };
  auto started = Child::start(options, world_of_.clock.now());
  if (!started) {
    mark_dead();
    return std::move(started).error();
  }
  world()->surroundings.gestures().deliver_to((*started)->url() + "/slack/events");
  {
    const std::lock_guard lock(mutex_);
    child_ = *std::move(started);
  }
  set_state(State::kRunning);
  return {};
}

void Driver::mark_dead() {
  world()->surroundings.gestures().deliver_to("");
  take_child().reset();
  {
    const std::lock_guard lock(mutex_);
    restart_at_ = world_of_.real.now() + kUntilRestart;
  }
  set_state(State::kDead);
}

void Driver::set_state(State state) {
  {
    const std::lock_guard lock(mutex_);
    state_ = state;
  }
  world_of_.changes.add();
}

void Driver::hear(const std::optional<std::string>& line) {
  {
    const std::lock_guard lock(mutex_);
    if (line) {
      log_.push_back(*line);
      if (log_.size() > kLogLines) log_.pop_front();
      std::ofstream(world_->folder + "/serve.log", std::ios::app) << *line << '\n';
    } else {
      nudged_ = true;  // it has ended
    }
  }
  woken_.notify_all();
  world_of_.changes.add();
}

// Tells the program the time, lets it do what is due, and looks what it did.
std::optional<base::TimePoint> Driver::settle() {
  const auto running = child();
  if (!running) return std::nullopt;
  const auto place = world();
  place->surroundings.settle();
  const auto due = work_until_now(*running);
  if (place->trail.read()) world_of_.changes.add();
  if (!due) {
    mark_dead();
    return std::nullopt;
  }
  return *due;
}

// Where the program waits for AWS or Slack its time runs ahead, and the world's follows: what
// happened at one time must not be followed by what happens before.
base::Result<std::optional<base::TimePoint>> Driver::work_until_now(Child& running) {
  TRY(const auto before, running.time());
  world_of_.clock.move_to(before);
  TRY_VOID(running.set_time(world_of_.clock.now()));
  TRY(const auto due, running.settle());
  TRY(const auto after, running.time());
  world_of_.clock.move_to(after);
  return due;
}

base::Status Driver::walk_to(base::TimePoint time) {
  for (int step = 0; step < kMostSteps; ++step) {
    const auto due = settle();
    if (!due || *due > time) break;
    world_of_.clock.move_to(*due);
  }
  world_of_.clock.move_to(time);
  settle();
  world_of_.changes.add();
  return {};
}

boost::json::object Driver::program() const {
  const std::lock_guard lock(mutex_);
  const char* state = state_ == State::kRunning ? "running"
                      : state_ == State::kDead  ? "dead"
                                                : "starting";
  boost::json::array log;
  for (const std::string& line : log_) log.emplace_back(line);
  return {{"state", state}, {"restarts", restarts_}, {"log", std::move(log)}};
}

}  // namespace elevator::demo
