// Gestures: what people do in a workspace. Each is turned into what Slack would send to the app,
// signed and delivered; what Slack's own client would not let a person do is refused here.
//
// act(person, {"kind": "shortcut", "callback_id": ...})      see docs/demo.md for every kind
//
// Thread-safe; one person's gestures may overlap as they do in life.
#pragma once

#include <boost/json/object.hpp>
#include <mutex>
#include <string>

#include "base/secret.h"
#include "net/client.h"
#include "sandbox/slack/workspace.h"

namespace elevator::sandbox::slack {

class Gestures {
 public:
  // `own_url`: where response URLs lead.
  struct Options {
    base::Secret signing_secret;
    std::string own_url;
  };
  Gestures(Options options, Workspace& workspace, net::HttpClient& http)
      : options_(std::move(options)), workspace_(workspace), http_(http) {}

  // The app's request URL, e.g. "http://127.0.0.1:8080/slack/events"; empty: nobody listens.
  void deliver_to(const std::string& url);

  // Answers what the person sees besides the changed state: {}, {"errors": {block id: text}},
  // {"options": [...]} or {"option_groups": [...]}. An error is a sentence for that person.
  base::Result<boost::json::object> act(const std::string& person, const boost::json::object& act);

 private:
  struct Delivery {
    std::string content_type;
    std::string body;
  };
  base::Result<net::Response> deliver(const Delivery& delivery);
  base::Result<boost::json::object> deliver_payload(const boost::json::object& payload);
  std::string request_url() const;
  std::string response_url(State& state, const ResponseUrl& where) const;
  boost::json::object payload(State& state, const std::string& person, std::string_view type) const;

  base::Result<boost::json::object> command(const std::string& person, const std::string& text);
  base::Result<boost::json::object> shortcut(const std::string& person, const std::string& id);
  base::Result<boost::json::object> click(const std::string& person,
                                          const boost::json::object& act);
  base::Result<boost::json::object> click_message(State& state, const std::string& person,
                                                  const boost::json::object& act) const;
  base::Result<boost::json::object> click_view(State& state, const std::string& person,
                                               const boost::json::object& act) const;
  base::Result<boost::json::object> load_options(const std::string& person,
                                                 const boost::json::object& act);
  base::Result<boost::json::object> submit(const std::string& person,
                                           const boost::json::object& act);
  base::Result<boost::json::object> take_answer(const std::string& view_id,
                                                const boost::json::object& answer);
  base::Result<boost::json::object> close(const std::string& person,
                                          const boost::json::object& act);
  base::Result<boost::json::object> open_home(const std::string& person);

  const Options options_;
  Workspace& workspace_;
  net::HttpClient& http_;
  mutable std::mutex mutex_;
  std::string request_url_;
};

// A message that answers a command or a click: to the person, to the channel, or in place of the
// message that was clicked.
boost::json::object answer_person(State& state, const ResponseUrl& where,
                                  const boost::json::object& message, base::TimePoint now);

}  // namespace elevator::sandbox::slack
