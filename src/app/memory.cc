#include "app/memory.h"

namespace elevator::app {
namespace {

constexpr base::Milliseconds kKept = base::minutes(10);
constexpr size_t kMostRemembered = 5000;

// Forgetting everything costs a few look-ups; it happens after thousands of people.
template <typename Map>
void make_room(Map& map) {
  if (map.size() >= kMostRemembered) map.clear();
}

}  // namespace

// Also false when the clock was set back: then nothing is known about the age.
bool Memory::fresh(base::TimePoint at) const {
  const base::TimePoint now = clock_.now();
  return at <= now && now - at <= kKept;
}

std::optional<domain::ChatUser> Memory::person(const domain::SlackUserId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = people_.find(id);
  if (found == people_.end() || !fresh(found->second.at)) return std::nullopt;
  return found->second.value;
}

std::optional<domain::ChatUser> Memory::person_once_read(const domain::SlackUserId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = people_.find(id);
  if (found == people_.end()) return std::nullopt;
  return found->second.value;
}

base::Result<domain::ChatUser> Memory::read_person(ports::Chat& chat,
                                                   const domain::SlackUserId& id) {
  TRY(auto user, chat.user(id));
  const std::lock_guard lock(mutex_);
  make_room(people_);
  people_.insert_or_assign(id, Entry<domain::ChatUser>{user, clock_.now()});
  return user;
}

}  // namespace elevator::app
