// Workspace: a simulated Slack workspace with one app in it. Holds the state and its lock; what
// the app may call is in methods.h, what people do in gestures.h. Thread-safe.
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sandbox/slack/state.h"

namespace elevator::sandbox::slack {

class Workspace {
 public:
  // `changed` is called after every change, without the lock.
  Workspace(Workplace place, const base::Clock& clock, std::function<void()> changed = {});

  // The app is a member of every channel.
  void add_channel(const std::string& id, const std::string& name);
  // A member of every channel there is.
  void add_person(const Person& person);
  void add_user_group(const std::string& id, const std::vector<std::string>& members);
  std::vector<Person> people() const;

  // One call of the Web API by the app: {"ok": true, ...} or {"ok": false, "error": ...}.
  enum class Encoding { kJson, kForm };
  boost::json::object call(std::string_view method, const boost::json::object& arguments,
                           Encoding encoding);

  // Reads or changes the state under the lock.
  template <typename Function>
  auto read(const Function& function) const {
    const std::lock_guard lock(mutex_);
    return function(state_);
  }
  template <typename Function>
  auto change(const Function& function) {
    const Announcer announcer(*this);
    const std::lock_guard lock(mutex_);
    return function(state_);
  }

  const base::Clock& clock() const { return clock_; }

  // While it is down, Slack answers nobody.
  void set_down(bool down);
  bool is_down() const { return down_; }

 private:
  // Says that something changed when the lock is free again.
  class Announcer {
   public:
    explicit Announcer(Workspace& workspace) : workspace_(workspace) {}
    ~Announcer();
    Announcer(const Announcer&) = delete;
    Announcer& operator=(const Announcer&) = delete;

   private:
    Workspace& workspace_;
  };

  const base::Clock& clock_;
  const std::function<void()> changed_;
  std::atomic<bool> down_{false};
  mutable std::mutex mutex_;
  State state_;
};

}  // namespace elevator::sandbox::slack
