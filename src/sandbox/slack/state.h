// State: what a workspace is made of. Plain data; Workspace holds the lock.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace elevator::sandbox::slack {

struct Person {
  std::string id;
  std::string name;
  std::string role;
  std::string email;
  std::string time_zone = "Europe/Berlin";
  bool is_guest = false;
  bool is_deactivated = false;
};

struct Channel {
  std::string id;
  std::string name;
  std::vector<std::string> members;
  bool is_archived = false;
};

struct Message {
  std::string channel;
  std::string ts;
  std::string thread_ts;  // empty: not in a thread
  std::string text;
  boost::json::array blocks;
  boost::json::object metadata;
  bool is_edited = false;
};

// A message that only one person sees. Slack forgets it; the page shows the latest ones.
struct Whisper {
  std::string person;
  Message message;
};

// Block id and action id.
using InputKey = std::pair<std::string, std::string>;

struct View {
  std::string id;
  std::string hash;
  std::string person;
  boost::json::object content;                     // as the app gave it
  std::map<InputKey, boost::json::object> inputs;  // as view.state shows them
  std::map<InputKey, boost::json::array> offered;  // what a menu loaded last
};

struct Trigger {
  std::string person;
  base::TimePoint until;
  bool is_used = false;
  std::string view;  // the view it came from, for views.push
};

// Where an app may answer a command or a click later: five times within half an hour.
struct ResponseUrl {
  std::string channel;
  std::string person;
  std::string message_ts;  // of the message that was clicked
  base::TimePoint until;
  int uses_left = 5;
};

struct Workplace {
  std::string team_id = "T0DEMO";
  std::string team_name = "Example Ltd";
  std::string app_id = "A0ELEVATOR";
  std::string app_name = "SSO Elevator";
  std::string bot_user = "U0BOT";
  std::string bot_id = "B0BOT";
  std::string url = "https://example.slack.com/";
};

struct State {
  Workplace place;
  std::map<std::string, Person> people;
  std::vector<std::string> order_of_people;
  std::map<std::string, Channel> channels;
  std::map<std::string, std::vector<std::string>> user_groups;
  std::vector<Message> messages;  // oldest first; direct messages are in channels "D..."
  std::deque<Whisper> whispers;
  std::map<std::string, std::vector<View>> modals;  // by person, the one on screen last
  std::map<std::string, View> homes;
  std::map<std::string, Trigger> triggers;
  std::map<std::string, ResponseUrl> response_urls;
  std::int64_t last_ts_microseconds = 0;
  std::uint64_t last_number = 0;

  std::uint64_t next_number() { return ++last_number; }
  // Unique and rising, whatever the clock does.
  std::string next_ts(base::TimePoint now);
  std::string new_trigger(const std::string& person, base::TimePoint now, std::string view = {});

  Message* find_message(const std::string& channel, const std::string& ts);
  // A modal of anybody, or a home view.
  View* find_view(const std::string& id);
  View* top_modal(const std::string& person);
};

std::string direct_channel_of(const std::string& person);

// Slack gives every block an id.
void name_blocks(State& state, boost::json::array& blocks);

// Puts `content` on the view: a new hash, and what people typed stays where block id and action id
// stay the same (that is what Slack does).
void show(State& state, View& view, boost::json::object content, base::TimePoint now);

// The view as Slack sends it, with or without what people entered.
enum class WithState { kNo, kYes };
boost::json::object view_json(const State& state, const View& view, WithState with_state);

}  // namespace elevator::sandbox::slack
