// People, as the chat system and the directory know them.
#pragma once

#include <optional>
#include <string>

#include "domain/ids.h"

namespace elevator::domain {

// What Slack says of a user at one moment. Read again whenever it decides something.
struct ChatUser {
  SlackUserId id;
  std::string name;              // for people; untrusted text
  std::optional<Email> email;    // none: bots, or the scope is missing
  std::string email_as_written;  // as Slack returned it, for look-ups that mind the case
  std::string time_zone;         // IANA name, may be empty
  bool full_member = false;      // not a guest, bot, deactivated or from another workspace
  std::string not_full_because;  // "is a guest", ... when full_member is false
  friend bool operator==(const ChatUser&, const ChatUser&) = default;
};

// A user of the identity store.
struct Principal {
  PrincipalId id;
  Email email;  // the address under which the user was found
  bool secondary_domain_used = false;
  friend bool operator==(const Principal&, const Principal&) = default;
};

}  // namespace elevator::domain
