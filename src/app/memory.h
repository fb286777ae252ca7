// Memory: people as the chat system knew them lately, so that menus and form errors can be answered
// within Slack's three seconds without asking anybody. It only ever decides what is offered and
// what is told early; the planner looks everything up again before it decides. Bounded.
// Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "base/time.h"
#include "domain/person.h"
#include "workflow/ports.h"

namespace elevator::app {

class Memory {
 public:
  explicit Memory(const base::Clock& clock) : clock_(clock) {}

  std::optional<domain::ChatUser> person(const domain::SlackUserId& id) const;
  // However long ago it was read: for what is only offered.
  std::optional<domain::ChatUser> person_once_read(const domain::SlackUserId& id) const;
  // Asks the chat system and remembers.
  base::Result<domain::ChatUser> read_person(ports::Chat& chat, const domain::SlackUserId& id);

 private:
  template <typename T>
  struct Entry {
    T value;
    base::TimePoint at;
  };
  bool fresh(base::TimePoint at) const;

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<domain::SlackUserId, Entry<domain::ChatUser>> people_;
};

}  // namespace elevator::app
