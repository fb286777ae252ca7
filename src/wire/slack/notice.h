// Notices: what is said about a request besides its message. Pure: row and notice in, deliveries
// out; the adapter only carries them.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "domain/request.h"
#include "wire/slack/request_message.h"

namespace elevator::wire::slack {

struct Delivery {
  enum class Place {
    kThread,   // below the request's message
    kChannel,  // beside it: alarms
    kDirect,   // a direct message to `person`
    kWhisper,  // in the channel, visible to `person` alone
  };
  Place place = Place::kThread;
  std::optional<domain::SlackUserId> person{};
  boost::json::object message;  // "text" and perhaps "blocks"
  bool is_copy = false;         // its buttons are taken off when they have no use any more
};

// What the installation wants left unsaid. The request's message shows the state in any case.
struct Silence {
  bool outsiders = false;  // no direct message to a requester who is not in the channel
  bool endings = false;    // no note in the thread when access has ended
};

std::vector<Delivery> deliveries(const domain::Request& request, const domain::Notice& notice,
                                 const Look& look, const Silence& silence = {});

// What stands in a copy when its buttons have no use any more.
boost::json::object closed_copy(const domain::Request& request, const domain::Copy& copy,
                                const Look& look);

// A line of plain text, e.g. for administrators: escaped, never longer than Slack allows.
boost::json::object line(std::string_view text);

}  // namespace elevator::wire::slack
