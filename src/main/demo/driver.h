// Driver: keeps the program running in its surroundings and makes time pass for both. One thread
// tells the program the time every second and lets it do what is due; a jump of the clock walks
// from one due time to the next, so that everything happens when it would have happened. When the
// program dies it is started again. Thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "main/demo/changes.h"
#include "main/demo/child.h"
#include "main/demo/clock.h"
#include "main/demo/surroundings.h"
#include "main/demo/trail.h"

namespace elevator::demo {

// One world, until the next reset.
struct World {
  World(std::string folder_path, const Cast& cast, const Surroundings::Dependencies& dependencies)
      : folder(std::move(folder_path)),
        surroundings(cast, dependencies),
        trail(folder + "/audit") {}
  const std::string folder;
  Surroundings surroundings;
  Trail trail;
};

class Driver {
 public:
  struct Options {
    Cast cast;
    std::string rules_file;  // empty: the demo's own
    std::string folder;      // each world gets a numbered one in it
    std::optional<base::TimePoint> start;
    std::string aws_url;
    std::string slack_url;
  };
  struct Dependencies {
    const base::Clock& real;
    DemoClock& clock;
    Changes& changes;
    net::HttpClient& http;
    const Credentials& credentials;
  };
  Driver(Options options, const Dependencies& dependencies);
  ~Driver() { stop(); }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // The first world, and the program in it. An error ends with what the program said.
  base::Status start();
  // Ends the program in order.
  void stop();

  // Never null after start().
  std::shared_ptr<World> world() const;
  // When the access that ends next does.
  std::optional<base::TimePoint> next_deadline() const;

  // These return when it is done.
  base::Status move_clock_to(base::TimePoint time);
  base::Status reset();
  // At once, as a power failure does it. It is started again some seconds later.
  void kill();

  // The member "program" of a snapshot.
  boost::json::object program() const;

 private:
  enum class State { kStarting, kRunning, kDead };
  using Work = std::packaged_task<base::Status()>;

  base::Status perform(std::function<base::Status()> work);
  void loop();
  base::Status make_world();
  base::Status start_child();
  void mark_dead();
  void set_state(State state);
  void hear(const std::optional<std::string>& line);
  std::optional<base::TimePoint> settle();
  base::Result<std::optional<base::TimePoint>> work_until_now(Child& running);
  base::Status walk_to(base::TimePoint time);
  Child::Options child_options() const;
  std::shared_ptr<Child> child() const;
  std::shared_ptr<Child> take_child();

  const Options options_;
  const Dependencies world_of_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  bool nudged_ = false;
  std::deque<Work> work_;
  std::shared_ptr<World> world_;
  std::shared_ptr<Child> child_;
  State state_ = State::kStarting;
  int restarts_ = 0;
  std::deque<std::string> log_;
  base::TimePoint restart_at_{};
  std::jthread thread_;
};

}  // namespace elevator::demo
